"""From an empty database to one that a person can sign in to."""

import resource
import time

from django.db import connection

from itsm.bench import cpu, peers
from itsm.bench.registry import Budget, Row, workload
from itsm.bench.stage import Stage, manage

NAME = "bench_install"


@workload("install", "migrate", "Install: migrate from zero")
def migrate(stage: Stage) -> list[Row]:
    """The CPU of the command and of the database's processes that served it; how long it took stands in the note."""
    settings, environment = connection.settings_dict, stage.environment
    url = environment["DATABASE_URL"].replace(f"/{settings['NAME']}?", f"/{NAME}?")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = cpu.parent(cursor.fetchone()[0])
        cursor.execute(f"CREATE DATABASE {NAME}")
        try:
            before, served = resource.getrusage(resource.RUSAGE_CHILDREN), cpu.reaped(server)
            started = time.monotonic()
            manage(stage, "migrate", "--verbosity", "0", DATABASE_URL=url)
            seconds = time.monotonic() - started
            after, served = resource.getrusage(resource.RUSAGE_CHILDREN), cpu.reaped(server) - served
        finally:
            cursor.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    row = Row("migrate", "Install: migrate from zero", Budget({"cpu_ms": 20_000}, {"cpu_ms": 8_000}), peers.INSTALL)
    row.unit, row.n, row.note = "install", 1, f"took {seconds:.1f} s"
    row.app_ms, row.db_ms = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000, served
    return [row]
