"""Whether the desk can do its work: its database, its broker, what waits in the outbox, and when beat last beat."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from core import heartbeats

OUTBOX_MAY_WAIT = 300.0  # seconds
BEAT_MAY_PAUSE = 60.0  # seconds; it beats every ten
BROKER_TIMEOUT = 0.5  # seconds

_OUTBOX = """
SELECT count(*) FILTER (WHERE failed_at IS NULL), count(*) FILTER (WHERE failed_at IS NOT NULL),
  extract(epoch FROM clock_timestamp()
    - min(next_at) FILTER (WHERE failed_at IS NULL AND next_at <= clock_timestamp()))
FROM core_delivery WHERE done_at IS NULL
"""


@dataclass(frozen=True)
class Finding:
    """What one look found; `value` is in the unit that its name says."""

    name: str
    is_well: bool
    value: float | None = None
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        told = {"ok": self.is_well, "value": self.value, "reason": self.reason}
        return {name: value for name, value in told.items() if value not in (None, "")}


@dataclass(frozen=True)
class Outbox:
    """Deliveries still to be made, those put aside for an administrator, and the age of the oldest to be made."""

    waiting: int
    dead: int
    oldest_seconds: float


def look_at_all() -> list[Finding]:
    """Every look is taken, whatever the others found; without the database, those that need it are told as such."""
    return [
        _guarded("database", _database),
        _guarded("broker", _broker),
        _guarded("outbox_seconds", _outbox),
        _guarded("beat_seconds", _beat),
    ]


def outbox() -> Outbox:
    with connection.cursor() as cursor:
        cursor.execute(_OUTBOX)
        waiting, dead, oldest = cursor.fetchone()
    return Outbox(waiting, dead, float(oldest or 0))


def broker_queue_length() -> int | None:
    """Messages that no worker has taken yet; None while the broker does not answer."""
    try:
        with broker() as client:
            return int(client.llen("celery"))
    except redis.RedisError:
        return None


def broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.BROKER_LOCATION, socket_connect_timeout=BROKER_TIMEOUT, socket_timeout=BROKER_TIMEOUT
    )


def _guarded(name: str, look: Callable[[str], Finding]) -> Finding:
    try:
        return look(name)
    except (DatabaseError, redis.RedisError) as error:
        return Finding(name, False, reason=type(error).__name__)


def _database(name: str) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(name, True)


def _broker(name: str) -> Finding:
    with broker() as client:
        client.ping()
    return Finding(name, True)


def _outbox(name: str) -> Finding:
    oldest = outbox().oldest_seconds
    late = oldest > OUTBOX_MAY_WAIT
    return Finding(name, not late, round(oldest, 1), "Deliveries wait too long; is a worker running?" if late else "")


def _beat(name: str) -> Finding:
    age = heartbeats.age_seconds(heartbeats.BEAT)
    if age is None:
        return Finding(name, False, reason="Beat has never run.")
    late = age > BEAT_MAY_PAUSE
    return Finding(name, not late, round(age, 1), "Beat, or the worker that answers it, has stopped." if late else "")
