"""Tasks of the mechanisms. Each is safe to run twice, and at the same time."""

from celery import shared_task

from core import heartbeats, outbox
from core.api import idempotency


@shared_task(soft_time_limit=45, time_limit=60)
def sweep_deliveries() -> int:
    return outbox.sweep_deliveries()


@shared_task(time_limit=10)
def beat_heartbeat() -> None:
    heartbeats.beat(heartbeats.BEAT)


@shared_task(time_limit=120)
def prune_deliveries() -> int:
    return outbox.prune()


@shared_task(time_limit=120)
def prune_idempotency_keys() -> int:
    return idempotency.prune()
