"""The outbox: deliveries that are due are claimed, made, and retried with growing delay; none is dropped.

Truth is the `Delivery` row. A nudge through the broker only makes it quick; the sweep finds what a nudge did not.
"""

import logging
import time
from datetime import timedelta

from celery import current_app
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.context import acting
from core.models import Activity, Delivery
from core.subscriptions import subscriber

logger = logging.getLogger(__name__)

ATTEMPTS = 12
"""After so many failures a delivery is put aside for an administrator: about two days of growing delay."""

_QUIET_SECONDS = 5.0
_broker_down_until = 0.0


def delay_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failure: 5 s, 10 s, 20 s … at most 12 h."""
    return timedelta(seconds=min(5 * 2 ** (attempts - 1), 12 * 3600))


def nudge() -> None:
    """Ask a worker to look at the outbox now. A broker that is down costs one sweep interval, nothing else."""
    global _broker_down_until
    if time.monotonic() < _broker_down_until:
        return
    try:
        current_app.send_task("core.tasks.sweep_deliveries", retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - whatever the broker does, the sweep will find the row
        _broker_down_until = time.monotonic() + _QUIET_SECONDS
        logger.warning("The broker did not take a nudge; the sweep will deliver. %s", error)


def sweep(limit: int = 200) -> int:
    """Make the deliveries that are due, one transaction each; how many were tried."""
    tried = 0
    while tried < limit and _deliver_one():
        tried += 1
    return tried


def _deliver_one() -> bool:
    """Claim the delivery that is due longest, and make it. False when none is due."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(done_at__isnull=True, failed_at__isnull=True, next_at__lte=Now())
            .order_by("next_at")
            .first()
        )
        if delivery is None:
            return False
        try:
            with transaction.atomic():
                _call(delivery)
        except Exception as error:  # noqa: BLE001 - kept on the row, retried, and shown to an administrator
            logger.exception("Delivery %s failed", delivery)
            _put_off(delivery, error)
        else:
            delivery.done_at = timezone.now()
            delivery.attempts += 1
            delivery.save(update_fields=["done_at", "attempts"])
    return True


def _call(delivery: Delivery) -> None:
    function = subscriber(delivery.subscriber)
    if function is None:
        raise LookupError(f"No subscriber is called {delivery.subscriber}")
    activity = Activity.objects.select_related("actor").get(pk=delivery.activity_id)
    with acting(via="worker", request_id=activity.request_id):
        function(activity)


def _put_off(delivery: Delivery, error: Exception) -> None:
    delivery.attempts += 1
    delivery.error = f"{type(error).__name__}: {error}"[:2000]
    if delivery.attempts >= ATTEMPTS:
        delivery.failed_at = timezone.now()
    delivery.next_at = timezone.now() + delay_after(delivery.attempts)
    delivery.save(update_fields=["attempts", "error", "failed_at", "next_at"])


def retry(delivery: Delivery) -> None:
    """Give a delivery that was put aside another round of attempts."""
    Delivery.objects.filter(pk=delivery.pk).update(attempts=0, failed_at=None, next_at=Now())
    transaction.on_commit(nudge, robust=True)


def oldest_age_seconds() -> float:
    """Seconds that the oldest delivery has been due, by the database's clock; 0 when none is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(next_at)), 0) FROM core_delivery"
            " WHERE done_at IS NULL AND failed_at IS NULL AND next_at <= clock_timestamp()"
        )
        return float(cursor.fetchone()[0])
