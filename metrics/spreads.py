"""How lengths of time are spread: percentiles over the rows that a person sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Avg, BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from metrics.definitions import Duration
from metrics.grouping import Group, key_of
from metrics.models import TicketFigure
from metrics.periods import Period
from metrics.remembering import remembered
from metrics.selection import Narrowing
from metrics.sight import Sight

MEASURES = ("n", "population", "assumed", "percentiles", "mean")


class Percentiles(models.Aggregate):
    """The median and the 90th percentile, interpolated between the two nearest values (`percentile_cont`)."""

    template = "percentile_cont(ARRAY[0.5, 0.9]::float8[]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(models.FloatField())


@dataclass(frozen=True)
class Spread:
    """How a length of time is spread, in seconds. `population` − `n` − `excluded` lack one of the two moments."""

    n: int = 0
    population: int = 0
    assumed: int = 0
    excluded: int = 0
    median: float | None = None
    p90: float | None = None
    mean: float | None = None

    @property
    def left_out(self) -> int:
        return self.population - self.n - self.excluded


NO_SPREAD = Spread()
Spreads = dict[tuple[Any, bool], Spread]
"""By group, for the period (True) and for the days before it (False)."""


def visible(sight: Sight, narrowing: Narrowing) -> "QuerySet[TicketFigure]":
    """The rows that the person sees, narrowed."""
    rows = sight.rows().filter(narrowing.condition)
    return rows if narrowing.person is None else rows.filter(resolver=narrowing.person)


def spreads(
    figure: Duration,
    sight: Sight,
    period: Period,
    narrowing: Narrowing,
    group: Group = None,
    *,
    since: date | None = None,
) -> Spreads:
    """The spread of each group, in the period and in the days from `since` before it."""
    if group is None:
        return whole([figure], sight, period, narrowing, since=since)[figure.name]
    question = ("spreads", figure, period.first, period.last, group, since)
    return remembered(
        question,
        sight,
        narrowing,
        lambda: _by_group(figure, visible(sight, narrowing), period, narrowing, group, since),
    )


def whole(
    figures: Sequence[Duration], sight: Sight, period: Period, narrowing: Narrowing, *, since: date | None = None
) -> dict[str, Spreads]:
    """The spread of several figures that go by the same day, undivided, in one reading of the rows."""
    question = ("whole", *figures, period.first, period.last, since)
    return remembered(
        question, sight, narrowing, lambda: _whole(figures, visible(sight, narrowing), period, narrowing, since)
    )


def _by_group(
    figure: Duration,
    rows: "QuerySet[TicketFigure]",
    period: Period,
    narrowing: Narrowing,
    group: Group,
    since: date | None,
) -> Spreads:
    is_now = ExpressionWrapper(Q(**{f"{figure.day}__gte": period.first}), output_field=BooleanField())
    found = (
        rows.filter(**{f"{figure.day}__range": (since or period.first, period.last)})
        .annotate(key=key_of(group, figure.day), is_now=is_now)
        .order_by()
        .values_list("key", "is_now")
        .annotate(**_measures(figure, narrowing, Q()))
    )
    return {(key, now): _spread(measures, narrowing) for key, now, *measures in found}


def _whole(
    figures: Sequence[Duration],
    rows: "QuerySet[TicketFigure]",
    period: Period,
    narrowing: Narrowing,
    since: date | None,
) -> dict[str, Spreads]:
    """By filters in place of groups, which would have the rows sorted before they are aggregated."""
    day = figures[0].day
    times = {True: Q(**{f"{day}__gte": period.first}), False: Q(**{f"{day}__lt": period.first})}
    if since is None:
        del times[False]
    aggregates = {
        f"{figure.name}_{is_now}_{name}": measure
        for figure in figures
        for is_now, within in times.items()
        for name, measure in _measures(figure, narrowing, within).items()
    }
    found = rows.filter(**{f"{day}__range": (since or period.first, period.last)}).aggregate(**aggregates)
    return {
        figure.name: {
            (0, is_now): _spread([found[f"{figure.name}_{is_now}_{name}"] for name in MEASURES], narrowing)
            for is_now in times
        }
        for figure in figures
    }


def _measures(figure: Duration, narrowing: Narrowing, within: Q) -> dict[str, models.Aggregate]:
    """The aggregates `MEASURES` over the rows of a figure's population for which `within` holds."""
    has_value = within & Q(**{f"{figure.column}__isnull": False})
    used = has_value & Q(**{figure.assumes: False}) if narrowing.leaves_assumed else has_value
    return {
        "n": Count("pk", filter=used),
        "population": Count("pk", filter=within or None),
        "assumed": Count("pk", filter=has_value & Q(**{figure.assumes: True})),
        "percentiles": Percentiles(F(figure.column), filter=used),
        "mean": Avg(F(figure.column), filter=used),
    }


def _spread(measures: Sequence[Any], narrowing: Narrowing) -> Spread:
    n, population, assumed, percentiles, mean = measures
    median, p90 = percentiles or (None, None)
    excluded = assumed if narrowing.leaves_assumed else 0
    return Spread(n, population, assumed, excluded, median, p90, None if mean is None else float(mean))
