"""The real log of another system, taken in with its history, people and search."""

import csv
import io
import itertools
import lzma
import os
import shutil
import time
from pathlib import Path

from django.db import connection
from django.utils import timezone

from core.models import Activity
from incidents.importing import mapping as mappings
from incidents.importing.loading import Import
from incidents.importing.report import Report
from itsm.bench import metering, peers
from itsm.bench.registry import Budget, NotHere, Row, workload
from itsm.bench.stage import Stage
from itsm.embedded import desk

LOG = Path("servicenow_event_log") / "incident_event_log.csv.xz"
SHARED = Path(os.environ.get("ITSM_SHARED_DATA") or desk.ROOT.parent / "shared" / "data")


@workload("import", "import-log", "Import of a log with its history")
def import_log(stage: Stage) -> list[Row]:
    packed = SHARED / LOG
    if not packed.exists():
        raise NotHere(f"ITSM_SHARED_DATA has no {LOG}.")
    path = desk.VAR / "log.csv"
    try:
        lines = _unpacked(packed, path, most=max(stage.rows * 3, 2_000))
        report = Report(details=None)
        run = Import(path, mappings.load(mappings.DEFAULT), report)
        with metering.spending_here() as spent:
            started = time.monotonic()
            run.survey()
            run.run(lambda _lines, _seen: None)
            seconds = time.monotonic() - started
    finally:
        path.unlink(missing_ok=True)
    row = Row(
        "import-log", "Import of a log with its history", Budget({"cpu_ms": 0.5}, {"cpu_ms": 0.167, "ratio": 3}),
        peers.IMPORT, unit="line", n=lines, app_ms=spent.app / lines, db_ms=spent.db / lines,
        per_second=lines / seconds,
    )  # fmt: skip
    row.note = f"{lines:,} lines, {report.new:,} incidents in {seconds:.1f} s; with audit, people and search"
    row.baseline, row.baseline_ms = "COPY of as many activities", _copied(min(lines, 20_000))
    return [row]


def _unpacked(packed: Path, path: Path, *, most: int) -> int:
    """The first lines of the log, at most so many; how many."""
    with lzma.open(packed, "rt", encoding="utf-8", newline="") as source, path.open("w", newline="") as target:
        if most >= 200_000:
            shutil.copyfileobj(source, target)
        else:
            target.writelines(itertools.islice(source, most + 1))
    with path.open(newline="") as file:
        return sum(1 for _line in csv.reader(file)) - 1


def _copied(count: int) -> float:
    """CPU milliseconds of a row that COPY writes into a table with the timeline's columns and indexes."""
    lines = io.StringIO()
    now = timezone.now().isoformat()
    for number in range(count):
        lines.write(f"{number}\tticket.edited\tticket\t{number}\timport\tinternal\t{now}\t{now}\t{{}}\t{{}}\t\n")
    lines.seek(0)
    names = "id, verb, subject_kind, subject_id, via, audience, at, recorded_at, changes, data, request_id"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_copied (LIKE {Activity._meta.db_table} INCLUDING ALL)")
        with metering.spending_here() as spent:
            cursor.copy_expert(f"COPY bench_copied ({names}) FROM STDIN", lines)
        cursor.execute("DROP TABLE bench_copied")
    return (spent.app + spent.db) / count
