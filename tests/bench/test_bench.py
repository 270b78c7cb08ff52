"""The bench as a whole, on few tickets: that every workload is measured, never how quick it was."""

import itertools
import json
import math
import os
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from itsm.bench import client, peers, registry, report
from itsm.bench.comparing import compared
from itsm.bench.metering import percentile
from itsm.bench.registry import Budget, Row, WentWrong
from itsm.embedded.desk import ROOT

ROWS = 500
REQUESTS = {
    "api-create", "api-get", "api-list", "search-rare", "search-common", "search-page", "queue-page", "ticket-page",
    "metrics-90", "metrics-all",
}  # fmt: skip
OTHERS = {"migrate", "api-auth", "page-weight", "metrics-rebuild", "memory"}


def outside_environment(var):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_", "DJANGO_"))
    }
    return kept | {"ITSM_VAR_DIR": str(var)}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What a run said, and its figures by workload."""
    folder = tmp_path_factory.mktemp("bench")
    file = folder / "figures.json"
    command = [ROOT / "run", "bench", "--rows", str(ROWS), "--seconds", "0.2", "--json", file]
    done = subprocess.run(command, env=outside_environment(folder), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    run = json.loads(file.read_text())
    assert run["rows"] == ROWS
    return done.stdout, {row["name"]: row for row in run["results"]}, folder


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_workload_is_measured(measured):
    said, rows, _folder = measured
    log = Path(os.environ.get("ITSM_SHARED_DATA") or ROOT.parent / "shared" / "data") / "servicenow_event_log"

    assert set(rows) == REQUESTS | OTHERS | ({"import-log"} if log.exists() else set())
    for row in rows.values():
        assert row["what"] in said


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_request_has_all_its_figures(measured):
    _said, rows, _folder = measured

    for name in REQUESTS:
        row = rows[name]
        assert row["n"] >= 36, name
        assert 0 < row["p50"] <= row["p95"], name
        assert row["app_ms"] > 0.1, name
        assert row["db_ms"] > 0.01, name
        assert row["cpu_ms"] == pytest.approx(row["app_ms"] + row["db_ms"])
        assert row["ratio"] == pytest.approx(row["cpu_ms"] / row["baseline_ms"]), name
        assert row["ratio"] > 0.5, name
        assert 2 <= row["queries"] < 100, name
        assert row["bytes"] > 200, name


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_other_rows_have_theirs(measured):
    _said, rows, _folder = measured

    assert rows["migrate"]["app_ms"] > 500
    assert rows["migrate"]["db_ms"] > 50
    assert 20 < rows["memory"]["figures"]["mib"] < 2_000
    assert rows["metrics-rebuild"]["n"] >= ROWS
    weight = rows["page-weight"]["figures"]
    assert 2 <= weight["requests"] < 100
    assert 0 < weight["warm_kb"] < weight["cold_kb"]
    assert weight["elements"] > 300


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_nothing_is_left_behind(measured):
    _said, _rows, folder = measured

    assert not (folder / "bench" / "embedded").exists()
    assert not (folder / "embedded").exists()


def test_the_budget_says_what_is_missed_held_and_surpassed():
    budget = Budget({"cpu_ms": 7}, {"cpu_ms": 3.5, "ratio": 16})

    def verdict(app, baseline):
        return Row("create", "Create", budget, app_ms=app, db_ms=1.0, baseline_ms=baseline).verdict

    assert verdict(6.1, 1.0) == "MISSED"
    assert verdict(6.0, 1.0) == "held"
    assert verdict(2.5, 0.1) == "held"
    assert verdict(2.5, 1.0) == "STRETCH"
    assert Row("create", "Create", budget).verdict == "MISSED"
    assert Row("page", "Page", Budget()).verdict == ""


@pytest.mark.parametrize(("share", "expected"), [(0, 1), (0.5, 2.5), (0.95, 3.85), (1, 4)])
def test_percentiles_lie_between_ranks(share, expected):
    assert math.isclose(percentile([4, 1, 3, 2], share), expected)


def run_of(path, cpu, **more):
    row = Row("get", "Get", Budget({"cpu_ms": 2.5}), peers.GET, app_ms=cpu, db_ms=0.0, queries=9, **more)
    report.write(report.Run(rows=100, at="2026-11-20T09:00:00Z", results=[row]), path)
    return path


def test_a_comparison_tells_what_moved_by_more_than_chance(tmp_path):
    first, same, worse = (run_of(tmp_path / name, cpu) for name, cpu in [("a", 2.0), ("b", 2.1), ("c", 3.0)])

    assert "Nothing moved" in compared(first, same)
    told = compared(first, worse)
    assert "+50%  Get: cpu_ms 2 → 3 (held → MISSED)" in told
    assert "queries" not in told


def test_a_comparison_names_what_only_one_run_has(tmp_path):
    first = run_of(tmp_path / "a", 2.0)
    report.write(report.Run(rows=100, at="", results=[]), tmp_path / "b")

    assert "Only in A: Get." in compared(first, tmp_path / "b")


def test_the_table_marks_a_missed_budget():
    row = Row("get", "API: get", Budget({"cpu_ms": 2.5}, {"cpu_ms": 1.6}), app_ms=3.0, db_ms=0.5, baseline_ms=1.0)
    line = next(line for line in report.table(report.Run(10, "", [row])).splitlines() if line.startswith("API: get"))

    assert line.split()[-1] == "MISSED"
    assert "3.5×" in line
    assert "≤ 2.5 ms / 1.6 ms" in line


def test_an_unknown_area_is_refused():
    done = subprocess.run(
        [ROOT / "run", "bench", "nonsense"], capture_output=True, text=True, env=os.environ | {"COLUMNS": "300"}
    )

    assert done.returncode == 2
    assert "There is no area nonsense" in done.stderr
    assert all(area in done.stderr for area in registry.AREAS)


@pytest.fixture
def speaker():
    """A server on loopback that answers every request with the bytes it is given: `speaker(answer)` gives its port."""
    listeners = []

    def start(answer):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve():
            with suppress(OSError):
                while True:
                    caller, _address = listener.accept()
                    with caller:
                        while caller.recv(1 << 16):
                            for piece in answer:
                                caller.sendall(piece)

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    yield start
    for listener in listeners:
        listener.close()


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world"],
        [b"HTTP/1.1 200 OK\r\nContent-Len", b"gth: 11\r\n\r\nhello", b" world"],
        [CHUNKED + b"6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"],
        [CHUNKED, b"6\r\nhel", b"lo \r\n5", b"\r\nworld\r\n0\r\n", b"\r\n"],
    ],
)
def test_the_client_reads_an_answer_to_its_end_and_no_further(speaker, answer):
    connection = client.Connection(speaker(answer))

    for _each in range(2):
        found = connection.ask(client.request("GET", "/"))
        assert (found.status, found.body) == (200, b"hello world")
    connection.close()


def test_a_load_ends_at_the_first_wrong_answer(speaker):
    port = speaker([b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"])

    with pytest.raises(WentWrong, match="GET / gave 503: b'busy'"):
        client.press(port, lambda _n: client.request("GET", "/"), itertools.count(), at_once=2, seconds=0.2, least=5)
