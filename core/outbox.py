"""The outbox: deliveries that are due are claimed, made, and retried with growing delay; none is dropped.

Truth is the `Delivery` row. A nudge through the broker only makes it quick; the sweep finds what a nudge did not.

A claim is committed before anything is tried: it counts the attempt and sets when the delivery is due again, so that
one that takes its worker down is neither tried for ever nor first in line again. A delivery is marked done in the
transaction in which its subscriber writes, so what a subscriber does in the database happens once, whoever is killed.
First tries are claimed in batches; what was tried before is claimed alone: a bad one costs its neighbours one try.
"""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from core import nudges
from core.context import acting
from core.models import Activity, Delivery
from core.subscriptions import subscriber
from core.sweeps import sweep

logger = logging.getLogger(__name__)

ATTEMPTS = 12
"""After so many failures a delivery is put aside for an administrator: about three hours of growing delay."""

BATCH = 100
LEASE_SECONDS = 10
BUDGET_SECONDS = 20
KEPT_FOR = timedelta(days=30)
TASK = "core.tasks.sweep_deliveries"

# The delay after the n-th try: 5 s, 10 s, 20 s … at most 12 h; never less than the lease while it is being tried.
_DELAY = "make_interval(secs => least(5 * 2 ^ (greatest(attempts, 1) - 1), 43200))"
_DUE = "done_at IS NULL AND failed_at IS NULL AND next_at <= clock_timestamp()"

_CLAIM = f"""
WITH claimed AS (
  SELECT id FROM core_delivery WHERE {_DUE} AND attempts {{tried}}
  ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE core_delivery d SET attempts = attempts + 1,
  next_at = clock_timestamp() + greatest(make_interval(secs => %(lease)s), {_DELAY})
FROM claimed WHERE d.id = claimed.id
RETURNING d.id, d.activity_id, d.subscriber, d.attempts
"""
_CLAIM_FRESH = _CLAIM.format(tried="= 0")
_CLAIM_TRIED = _CLAIM.format(tried="> 0")

_MARK_DONE = """
UPDATE core_delivery SET done_at = clock_timestamp(), error = '' WHERE id = (
  SELECT id FROM core_delivery
  WHERE id = %s AND attempts = %s AND done_at IS NULL AND failed_at IS NULL FOR UPDATE SKIP LOCKED)
"""
_PUT_OFF = f"""
UPDATE core_delivery SET error = %(error)s, next_at = clock_timestamp() + {_DELAY},
  failed_at = CASE WHEN attempts >= %(most)s THEN clock_timestamp() END
WHERE id = %(id)s AND attempts = %(attempts)s AND done_at IS NULL AND failed_at IS NULL
"""
WORKER_ENDED = "The worker ended while it was at it, each time."


def nudge() -> None:
    """Ask a worker to look at the outbox now. A broker that is down costs one sweep interval, nothing else."""
    nudges.nudge(TASK)


@sweep("deliveries")
def sweep_deliveries() -> int:
    """Make the deliveries that are due; how many were tried. After `BUDGET_SECONDS` it leaves the rest to the next."""
    ends = time.monotonic() + BUDGET_SECONDS
    tried = 0
    for delivery, activity in _claimed(ends):
        _deliver(delivery, activity)
        tried += 1
    return tried


def _claimed(ends: float) -> Iterator[tuple[Delivery, Activity | None]]:
    """Claimed deliveries with their activities: first tries in batches, then one by one what was tried before.

    Once there is no time left nothing more is begun; what was claimed and not begun is due again after the lease.
    """
    for query, limit in ((_CLAIM_FRESH, BATCH), (_CLAIM_TRIED, 1)):
        while time.monotonic() < ends and (batch := _claim(query, limit)):
            ids = [delivery.activity_id for delivery in batch]
            activities = Activity.objects.select_related("actor").in_bulk(ids)
            for delivery in batch:
                if time.monotonic() >= ends:
                    return
                yield delivery, activities.get(delivery.activity_id)


def _claim(query: str, limit: int) -> list[Delivery]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"limit": limit, "lease": LEASE_SECONDS})
        rows = cursor.fetchall()
    return [
        Delivery(id=id, activity_id=about, subscriber=name, attempts=tries) for id, about, name, tries in sorted(rows)
    ]


def _deliver(delivery: Delivery, activity: Activity | None) -> None:
    """Make one claimed delivery, in one transaction with its mark; whatever it raises is kept on the row."""
    if delivery.attempts > ATTEMPTS:
        _put_off(delivery, WORKER_ENDED)
        return
    try:
        with transaction.atomic():
            if _is_still_ours(delivery):
                _call(delivery, activity)
    except Exception as error:
        logger.exception("Delivery failed: %s, attempt %s", delivery, delivery.attempts)
        _put_off(delivery, f"{type(error).__name__}: {error}")


def _is_still_ours(delivery: Delivery) -> bool:
    """Lock the row and mark it done; False when another worker has claimed it since, or is at it."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK_DONE, [delivery.pk, delivery.attempts])
        return cursor.rowcount == 1


def _call(delivery: Delivery, activity: Activity | None) -> None:
    function = subscriber(delivery.subscriber)
    if function is None:
        raise LookupError(f"No subscriber is called {delivery.subscriber}")
    if activity is None:
        raise LookupError(f"There is no activity {delivery.activity_id}")
    with acting(via="worker", request_id=activity.request_id):
        function(activity)


def _put_off(delivery: Delivery, error: str) -> None:
    error = error[:2000].replace("\0", "")
    with connection.cursor() as cursor:
        cursor.execute(_PUT_OFF, {"id": delivery.pk, "attempts": delivery.attempts, "error": error, "most": ATTEMPTS})


def retry(*delivery_ids: int) -> int:
    """Give deliveries that were put aside, or wait for their next try, a new round of attempts; how many these were."""
    open_ones = Delivery.objects.filter(pk__in=delivery_ids, done_at=None)
    count = open_ones.update(attempts=0, failed_at=None, next_at=Now())
    transaction.on_commit(nudge, robust=True)
    return count


def prune(limit: int = 10_000) -> int:
    """Delete deliveries that were made long ago, at most `limit`; what is not done stays whatever its age."""
    old = Delivery.objects.filter(done_at__lt=Now() - KEPT_FOR).order_by("pk").values("pk")[:limit]
    return Delivery.objects.filter(pk__in=old).delete()[0]


def oldest_age_seconds() -> float:
    """Seconds that the oldest delivery has been due, by the database's clock; 0 when none is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(extract(epoch FROM clock_timestamp() - min(next_at)), 0) FROM core_delivery WHERE {_DUE}"
        )
        return float(cursor.fetchone()[0])
