"""Additive counts: from the cells of the roll-up, with the rows beside it that no visible cell holds."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Sum

from metrics.grouping import Group, key_of
from metrics.models import TicketFigure
from metrics.periods import Period
from metrics.remembering import remembered
from metrics.selection import Narrowing
from metrics.sight import Sight
from metrics.spreads import visible

COUNTED = ("opened", "resolved", "closed", "first_contact", "reassigned", "returned", "reopened")
"""How many incidents, by the columns of `DayCount`."""

SUMMED = ("waiting_seconds", "touched_seconds")
TIMED = ("timed", *SUMMED)

ONLY_IN_ROWS = {"service", "category"}
"""What the roll-up does not tell apart."""

FLAGS = {
    "first_contact": Q(is_first_contact=True),
    "reassigned": Q(was_reassigned=True),
    "returned": Q(was_returned=True),
    "reopened": Q(was_reopened=True),
    "timed": Q(touched_seconds__isnull=False),
}
"""What a row must have to be counted; others need nothing but their day."""

Counts = dict[str, int]
Keyed = dict[tuple[Any, bool], Counts]
"""By group, for the period (True) and for the days before it (False)."""


def counts(
    names: Iterable[str],
    sight: Sight,
    period: Period,
    narrowing: Narrowing,
    group: Group = None,
    *,
    since: date | None = None,
) -> Keyed:
    """The counts of each group, in the period and in the days from `since` before it."""
    wanted = tuple(names)
    question = ("counts", *wanted, period.first, period.last, group, since)
    return remembered(question, sight, narrowing, lambda: _count(wanted, sight, period, narrowing, group, since))


def _count(
    wanted: tuple[str, ...], sight: Sight, period: Period, narrowing: Narrowing, group: Group, since: date | None
) -> Keyed:
    found: Keyed = defaultdict(lambda: dict.fromkeys(wanted, 0))

    def add(rows: Iterable[tuple[Any, ...]], columns: tuple[str, ...]) -> None:
        for key, is_now, *values in rows:
            for name, value in zip(columns, values, strict=True):
                found[key, is_now][name] += value or 0

    days = (since or period.first, period.last)
    if narrowing.person is None and not {group, *narrowing.keys} & ONLY_IN_ROWS:
        cells = sight.counts().filter(narrowing.condition, day__range=days)
        add(_grouped(cells, "day", period, group, {name: Sum(name) for name in wanted}), wanted)
        beside: QuerySet[TicketFigure] = sight.rows_beyond().filter(narrowing.condition)
    else:
        beside = visible(sight, narrowing)
    for day, columns in _by_day(wanted).items():
        rows = beside.filter(**{f"{day}__range": days})
        add(_grouped(rows, day, period, group, {name: _one_by_one(name) for name in columns}), columns)
    return dict(found)


def _grouped(rows: Any, day: str, period: Period, group: Group, sums: dict[str, Any]) -> "QuerySet[Any]":
    is_now = ExpressionWrapper(Q(**{f"{day}__gte": period.first}), output_field=BooleanField())
    keyed = rows.annotate(key=key_of(group, day), is_now=is_now).order_by().values_list("key", "is_now")
    return keyed.annotate(**{f"sum_{name}": value for name, value in sums.items()})


def _by_day(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Which counts go by which day of an incident."""
    days: dict[str, tuple[str, ...]] = {}
    for name in names:
        day = {"opened": "opened_on", "closed": "closed_on"}.get(name, "resolved_on")
        days[day] = (*days.get(day, ()), name)
    return days


def _one_by_one(name: str) -> Any:
    """The expression that gives from rows what the roll-up keeps as a sum."""
    return Sum(name) if name in SUMMED else Count("pk", filter=FLAGS.get(name))
