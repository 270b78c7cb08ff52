"""Keeping the roll-ups: what happened is worked in within half a minute, day by day; or everything is made anew.

All of it is set-based SQL. One refresh at a time: an advisory lock decides, whoever comes second leaves.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from metrics import statements
from metrics.models import DayCount, DirtyTicket, RollupState, TicketFigure

LOCK = 0x6D657472
"""The advisory lock of whoever writes roll-ups."""

BATCH = 20_000


def mark(ticket_ids: Iterable[int]) -> None:
    """Remember tickets whose figures have to be made again."""
    DirtyTicket.objects.bulk_create([DirtyTicket(ticket_id=pk) for pk in ticket_ids])


def refresh() -> int:
    """Work in what happened since the last time; how many incidents were made anew."""
    if _zone_changed():
        return rebuild()
    done = 0
    while True:
        worked, taken = _refresh_batch()
        done += worked
        if taken < BATCH:
            return done


def rebuild() -> int:
    """Make every figure and count anew; how many incidents there are. Readers keep reading the old ones meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(ticket_ptr_id), 0) FROM incidents_incident")
        last = cursor.fetchone()[0]
    done = 0
    for first in range(0, last + 1, BATCH):
        with transaction.atomic():
            _lock()
            done += _write_figures(list(range(first, min(first + BATCH, last + 1))))
    with transaction.atomic():
        _lock()
        TicketFigure.objects.filter(ticket_id__gt=last).delete()
        DayCount.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(statements.COUNT_ALL_DAYS)
        _keep_state(has_changed=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE metrics_ticketfigure")
        cursor.execute("ANALYZE metrics_daycount")
    return done


def refreshed_at() -> datetime | None:
    """When the figures last took in what had happened."""
    return RollupState.objects.values_list("refreshed_at", flat=True).first()


def _zone_changed() -> bool:
    """Whether days were cut in another zone than the one now set."""
    zone = RollupState.objects.values_list("zone", flat=True).first()
    return zone is not None and zone != settings.REPORTING_TIME_ZONE


@transaction.atomic
def _refresh_batch() -> tuple[int, int]:
    """One batch: how many incidents were made anew, and how many marks and new tickets were taken."""
    if not _try_lock():
        return 0, 0
    complete_to = RollupState.objects.values_list("complete_to", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute(statements.TAKE_MARKS, {"limit": BATCH})
        marked = [row[0] for row in cursor.fetchall()]
        cursor.execute(statements.FIND_NEW, {"after": complete_to, "limit": BATCH})
        new = [row[0] for row in cursor.fetchall()]
    tickets = sorted({*marked, *new})
    worked = 0
    if tickets:
        days = _days_of(tickets)
        worked = _write_figures(tickets)
        _count(days | _days_of(tickets))
    _keep_state(has_changed=bool(worked))
    return worked, max(len(marked), len(new))


def _write_figures(ticket_ids: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statements.WRITE_FIGURES, {"tickets": ticket_ids, "zone": settings.REPORTING_TIME_ZONE})
        return cursor.rowcount


def _days_of(ticket_ids: list[int]) -> set[date]:
    """The days on which these incidents are counted as the figures stand."""
    with connection.cursor() as cursor:
        cursor.execute(statements.DAYS_OF, {"tickets": ticket_ids})
        return {row[0] for row in cursor.fetchall()}


def _count(days: set[date]) -> None:
    """Count these days anew."""
    DayCount.objects.filter(day__in=days).delete()
    with connection.cursor() as cursor:
        cursor.execute(statements.COUNT_DAYS, {"days": sorted(days)})


def _keep_state(*, has_changed: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements.KEEP_STATE, {"zone": settings.REPORTING_TIME_ZONE, "has_changed": has_changed})


def _try_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
