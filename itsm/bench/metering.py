"""Measuring one kind of request: three rounds, CPU of the web processes and of the database's backends that serve them.

The database's part are the backends of the web processes and its log writer; what the workers do later (telling those
who subscribed) is measured too, and stands apart: nobody waits for it.
"""

import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from itsm.bench import client, cpu
from itsm.bench.registry import Row, WentWrong
from itsm.bench.stage import HOST, Stage
from itsm.embedded.child import Child

ROUNDS = 3
LEAST = 24
"""Requests of a round, however few seconds it has."""

_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name = %s OR (%s AND backend_type = ANY(%s))"
_WRITERS = ["walwriter", "io worker"]
_FRAMING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Spent:
    """Milliseconds of CPU: of the application, of the database for it, of workers and the database for those."""

    app: float = 0.0
    db: float = 0.0
    behind: float = 0.0


def backends(application: str, *, with_writers: bool = True) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_BACKENDS, [application, with_writers, _WRITERS])
        return [pid for (pid,) in cursor.fetchall()]


def pid_of(child: Child | None) -> int:
    if child is None or child.pid is None:
        raise WentWrong("A server that is measured does not run.")
    return child.pid


@contextmanager
def spending(stage: Stage, server: str = "web") -> Iterator[Spent]:
    """What is spent while the body runs, by the server of that name and what stands behind it."""
    process = stage.web if server == "web" else stage.bare
    main, worker = pid_of(process), pid_of(stage.worker)

    def look() -> list[dict[tuple[int, int], int]]:
        behind = [*cpu.family(worker), *backends("worker", with_writers=False)]
        return [cpu.used(cpu.family(main)), cpu.used(backends(server)), cpu.used(behind)]

    spent = Spent()
    before = look()
    yield spent
    spent.app, spent.db, spent.behind = (cpu.between(old, new) for old, new in zip(before, look(), strict=True))


@contextmanager
def spending_here() -> Iterator[Spent]:
    """What this process and its own backend spend while the body runs."""
    spent = Spent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pids = [cursor.fetchone()[0], *backends("-")]
    own, before = time.process_time(), cpu.used(pids)
    yield spent
    spent.app, spent.db = (time.process_time() - own) * 1000, cpu.between(before, cpu.used(pids))


def serve(
    stage: Stage,
    row: Row,
    make: client.Make,
    *,
    at_once: int = 4,
    expect: bytes = b"",
    bare: client.Make | None = None,
) -> Row:
    """Fill a row by loading the desk, and its baseline by loading the bare server in the same way."""
    rounds, spents, latencies = _rounds(stage, stage.port, "web", make, at_once, expect)
    row.n = len(latencies)
    row.per_second = statistics.median(len(each.latencies) / each.seconds for each in rounds)
    row.p50, row.p95 = percentile(latencies, 0.5), percentile(latencies, 0.95)
    row.app_ms, row.db_ms, row.behind_ms = _each(rounds, spents)
    row.bytes = statistics.median(each.bytes for each in rounds)
    if bare:
        rounds, spents, _latencies = _rounds(stage, stage.bare_port, "bare", bare, at_once, b"")
        app, db, _behind = _each(rounds, spents)
        row.baseline_ms = app + db
    return row


def _rounds(
    stage: Stage, port: int, server: str, make: client.Make, at_once: int, expect: bytes
) -> tuple[list[client.Load], list[Spent], list[float]]:
    numbers = itertools.count()
    client.press(port, make, numbers, at_once=max(at_once, 4), seconds=stage.seconds / 4, least=80, expect=expect)
    rounds, spents = [], []
    for _each in range(ROUNDS):
        with spending(stage, server) as spent:
            load = client.press(port, make, numbers, at_once=at_once, seconds=stage.seconds, least=LEAST, expect=expect)
        rounds.append(load)
        spents.append(spent)
    return rounds, spents, [each for load in rounds for each in load.latencies]


def _each(rounds: list[client.Load], spents: list[Spent]) -> tuple[float, float, float]:
    """Milliseconds of one request: the median of the rounds."""
    counts = [len(each.latencies) for each in rounds]

    def middle(values: list[float]) -> float:
        return statistics.median(value / count for value, count in zip(values, counts, strict=True))

    return middle([e.app for e in spents]), middle([e.db for e in spents]), middle([e.behind for e in spents])


def percentile(values: list[float], share: float) -> float:
    """By linear interpolation between the two nearest ranks."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def queries(stage: Stage, method: str, target: str, who: str, body: Any = None) -> int:
    """How many statements a request makes, asked of the same code in this process; the frame of a transaction aside."""
    caller = Client(headers=stage.headers[who], HTTP_HOST=HOST, raise_request_exception=False)
    more = {"data": body, "content_type": "application/json"} if body is not None else {}
    ask = getattr(caller, method.lower())
    ask(target, **more)  # fills what is kept once a process or a minute
    with CaptureQueriesContext(connection) as captured:
        answer = ask(target, **more)
    if answer.status_code not in (200, 201):
        raise WentWrong(f"{method} {target} gave {answer.status_code}: {answer.content[:300]!r}")
    return sum(not each["sql"].startswith(_FRAMING) for each in captured.captured_queries)


def bare_sql(stage: Stage, statement: str, arguments: Callable[[int], Any], *, commits: bool = False) -> float:
    """CPU milliseconds of one statement by the same driver, its side and the database's: the baseline of a query."""
    settings = connection.settings_dict
    bare = psycopg2.connect(dbname=settings["NAME"], host=settings["HOST"], user=settings["USER"])
    bare.autocommit = not commits
    try:
        with bare.cursor() as cursor:
            for number in range(-5, 0):
                cursor.execute(statement, arguments(number))
                bare.commit()
            pids = [bare.get_backend_pid()]
            own, before, count = time.process_time(), cpu.used(pids), 0
            ends = time.monotonic() + stage.seconds
            while count < LEAST or time.monotonic() < ends:
                cursor.execute(statement, arguments(count))
                if cursor.description:
                    cursor.fetchall()
                if commits:
                    bare.commit()
                count += 1
        spent = (time.process_time() - own) * 1000 + cpu.between(before, cpu.used(pids))
    finally:
        bare.close()
    return spent / count
