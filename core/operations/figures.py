"""What a monitoring system scrapes, read when it asks: every process answers the same, since all stands in rows."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from core import heartbeats
from core.models import Backup
from core.operations import health


class DeskCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("evenkeel", "The running version.", {"version": settings.VERSION})
        yield from _outbox()
        yield from _broker()
        beat = heartbeats.age_seconds(heartbeats.BEAT)
        if beat is not None:
            yield _gauge("beat_age_seconds", "Seconds since beat was last answered by a worker.", beat)
        yield _gauge("database_sessions", "Sessions open in the desk's database.", _sessions())
        yield from _backups()


def exposition() -> bytes:
    registry = CollectorRegistry()
    registry.register(DeskCollector())
    return generate_latest(registry)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"evenkeel_{name}", meaning, value)


def _outbox() -> Iterator[Metric]:
    found = health.outbox()
    yield _gauge("outbox_waiting", "Deliveries still to be made.", found.waiting)
    yield _gauge("outbox_oldest_seconds", "Age of the oldest of them.", found.oldest_seconds)
    yield _gauge("outbox_dead", "Deliveries put aside for an administrator.", found.dead)


def _broker() -> Iterator[Metric]:
    length = health.broker_queue_length()
    yield _gauge("broker_up", "1 when the broker answers.", 0 if length is None else 1)
    if length is not None:
        yield _gauge("broker_queue_length", "Messages that no worker has taken yet.", length)


def _sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _backups() -> Iterator[Metric]:
    last = Backup.objects.good().first()
    if last and last.finished_at:
        age = time.time() - last.finished_at.timestamp()
        yield _gauge("backup_age_seconds", "Seconds since the last good backup.", age)
        yield _gauge("backup_bytes", "Size of the last good backup.", last.size or 0)
    tested = Backup.objects.good().filter(restore_tested_at__isnull=False).order_by("-restore_tested_at").first()
    if tested and tested.restore_tested_at:
        age = time.time() - tested.restore_tested_at.timestamp()
        yield _gauge("restore_test_age_seconds", "Seconds since a backup was last restored as a test.", age)
        yield _gauge("restore_test_ok", "1 when that test succeeded.", 0 if tested.restore_error else 1)
        if tested.rto_seconds is not None:
            yield _gauge("restore_seconds", "How long restoring took in that test.", tested.rto_seconds)
