"""The questions that figures ask. All begin at what the person may see; none reads a row of an incident itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Avg, BooleanField, Count, ExpressionWrapper, F, Q, Sum, Value
from django.db.models.functions import TruncMonth, TruncWeek
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import User
from metrics import ages
from metrics.definitions import AGES, FIGURES, Backlog, Duration, Figure, Rate, Share
from metrics.definitions import Count as CountFigure
from metrics.dimensions import DIMENSIONS
from metrics.models import DayCount, TicketFigure
from metrics.periods import Period, Step
from metrics.selection import Narrowing, NotUnderstood, Rows
from metrics.visibility import beyond_cells

COUNTED = ("opened", "resolved", "closed", "first_contact", "reassigned", "returned", "reopened")
"""The additive counts, which `DayCount` keeps for every day."""

TIMED = ("timed", "waiting_seconds", "touched_seconds")


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
Group = str | None
"""What rows are divided by: nothing, a step of time, or a dimension."""


def _key(group: Group, day: str) -> Any:
    """The expression whose value names a row's group."""
    if group is None:
        return Value(0)
    if group == Step.DAY:
        return F(day)
    if group == Step.WEEK:
        return TruncWeek(day)
    if group == Step.MONTH:
        return TruncMonth(day)
    return F(DIMENSIONS[group].column)


def visible(user: Any, narrowing: Narrowing) -> "models.QuerySet[TicketFigure]":
    """The rows that the person sees, narrowed."""
    rows = TicketFigure.objects.visible_to(user).filter(narrowing.condition)
    return rows if narrowing.person is None else rows.filter(resolver=narrowing.person)


def spreads(
    figure: Duration, user: Any, period: Period, narrowing: Narrowing, group: Group = None, *, since: date | None = None
) -> dict[tuple[Any, bool], Spread]:
    """The spread of each group, and of the days from `since` before the period: (key, is in the period) → spread."""
    has_value = Q(**{f"{figure.column}__isnull": False})
    used = has_value & Q(**{figure.assumes: False}) if narrowing.leaves_assumed else has_value
    rows = (
        visible(user, narrowing)
        .filter(**{f"{figure.day}__range": (since or period.first, period.last)})
        .annotate(
            key=_key(group, figure.day),
            is_now=ExpressionWrapper(Q(**{f"{figure.day}__gte": period.first}), output_field=BooleanField()),
        )
        .order_by()
        .values_list("key", "is_now")
        .annotate(
            n=Count("pk", filter=used),
            population=Count("pk"),
            assumed=Count("pk", filter=has_value & Q(**{figure.assumes: True})),
            percentiles=Percentiles(F(figure.column), filter=used),
            mean=Avg(F(figure.column), filter=used),
        )
    )
    found = {}
    for key, is_now, n, population, assumed, percentiles, mean in rows:
        median, p90 = percentiles or (None, None)
        excluded = assumed if narrowing.leaves_assumed else 0
        mean = None if mean is None else float(mean)
        found[key, is_now] = Spread(n, population, assumed, excluded, median, p90, mean)
    return found


Counts = dict[str, int]


def counts(
    names: Iterable[str],
    user: Any,
    period: Period,
    narrowing: Narrowing,
    group: Group = None,
    *,
    since: date | None = None,
) -> dict[tuple[Any, bool], Counts]:
    """The additive counts of each group: from the roll-up, with the incidents beside it that no visible cell holds."""
    wanted = tuple(names)
    found: dict[tuple[Any, bool], Counts] = defaultdict(lambda: dict.fromkeys(wanted, 0))

    def add(rows: Iterable[tuple[Any, ...]], columns: tuple[str, ...]) -> None:
        for key, is_now, *values in rows:
            for name, value in zip(columns, values, strict=True):
                found[key, is_now][name] += value or 0

    days = (since or period.first, period.last)
    if _is_in_cells(narrowing, group):
        cells = DayCount.objects.visible_to(user).filter(narrowing.condition, day__range=days)
        add(_grouped(cells, "day", period, group, {name: Sum(name) for name in wanted}), wanted)
        beside: models.QuerySet[TicketFigure] = TicketFigure.objects.filter(
            narrowing.condition, pk__in=beyond_cells(user).values("pk")
        )
    else:
        beside = visible(user, narrowing)
    for day, columns in _by_day(wanted).items():
        rows = beside.filter(**{f"{day}__range": days})
        add(_grouped(rows, day, period, group, {name: _counted_one_by_one(name) for name in columns}), columns)
    return dict(found)


def _is_in_cells(narrowing: Narrowing, group: Group) -> bool:
    """Whether the roll-up tells apart what is asked for; else the rows are counted."""
    return narrowing.person is None and not {group, *narrowing.keys} & {"service", "category"}


def _grouped(rows: Any, day: str, period: Period, group: Group, sums: dict[str, Any]) -> "models.QuerySet[Any]":
    is_now = ExpressionWrapper(Q(**{f"{day}__gte": period.first}), output_field=BooleanField())
    keyed = rows.annotate(key=_key(group, day), is_now=is_now).order_by().values_list("key", "is_now")
    return keyed.annotate(**{f"sum_{name}": value for name, value in sums.items()})


def _by_day(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Which counts go by which day of an incident."""
    days: dict[str, tuple[str, ...]] = {}
    for name in names:
        day = {"opened": "opened_on", "closed": "closed_on"}.get(name, "resolved_on")
        days[day] = (*days.get(day, ()), name)
    return days


def _counted_one_by_one(name: str) -> Any:
    """The expression that gives from rows what the roll-up keeps as a sum."""
    if name in TIMED[1:]:
        return Sum(name)
    flags = {
        "first_contact": Q(is_first_contact=True),
        "reassigned": Q(was_reassigned=True),
        "returned": Q(was_returned=True),
        "reopened": Q(was_reopened=True),
        "timed": Q(touched_seconds__isnull=False),
    }
    return Count("pk", filter=flags.get(name))


def backlog(user: Any, ends: list[date], narrowing: Narrowing, group: Group = None) -> dict[Any, list[tuple[int, ...]]]:
    """For each group, at the end of each of the days `ends` (in order): how many were open, by class of age."""
    if not ends:
        return {}
    alive = visible(user, narrowing).filter(_open_during(ends[0], ends[-1]))
    lives = (
        alive.annotate(key=_key(group, "opened_on"))
        .order_by()
        .values_list("key", "opened_on", "resolved_on")
        .annotate(n=Count("pk"))
    )
    by_key: dict[Any, list[tuple[date, date | None, int]]] = defaultdict(list)
    for key, opened_on, resolved_on, n in lives:
        by_key[key].append((opened_on, resolved_on, n))
    limits = [first for _name, _label, first, _last in AGES]
    return {key: ages.at_ends(ends, found, limits) for key, found in by_key.items()}


def oldest_open(user: Any, on: date, narrowing: Narrowing) -> date | None:
    """The day on which the oldest incident that is open at the end of a day was opened."""
    return visible(user, narrowing).filter(_open_during(on, on)).aggregate(day=models.Min("opened_on"))["day"]


def _open_during(first: date, last: date) -> Q:
    """Open at the end of some day from `first` to `last`."""
    return Q(opened_on__lte=last) & (Q(resolved_on__isnull=True) | Q(resolved_on__gt=first))


def rows(wanted: Rows, user: Any) -> "models.QuerySet[TicketFigure]":
    """Exactly the incidents that a figure counts, of those that the person sees."""
    figure = FIGURES[wanted.figure]
    person = person_for(wanted.person, user) if wanted.person else None
    narrowing = Narrowing.of(wanted.keys, user, person=person, leaves_assumed=wanted.leaves_assumed)
    found = visible(user, narrowing)
    if isinstance(figure, Backlog):
        return found.filter(_open_during(wanted.period.last, wanted.period.last), _aged(wanted))
    found = found.filter(**{f"{figure.day}__range": (wanted.period.first, wanted.period.last)})
    return found.filter(_part(figure, wanted.part, leaves_assumed=wanted.leaves_assumed))


def _part(figure: Figure, part: str, *, leaves_assumed: bool) -> Q:
    if part == "population" or isinstance(figure, CountFigure):
        return Q()
    if isinstance(figure, Duration):
        has_value = Q(**{f"{figure.column}__isnull": False})
        if part == "left-out":
            return ~has_value
        if part == "assumed":
            return has_value & Q(**{figure.assumes: True})
        return has_value & Q(**{figure.assumes: False}) if leaves_assumed else has_value
    if isinstance(figure, Share):
        return Q(touched_seconds__isnull=part == "left-out")
    if isinstance(figure, Rate):
        return ~figure.condition if part == "left-out" else figure.condition
    return Q()


def _aged(wanted: Rows) -> Q:
    """The days of opening that make a class of age at the end of the period."""
    for name, _label, youngest, older in AGES:
        if name == wanted.age:
            condition = Q(opened_on__lte=wanted.period.last - timedelta(days=youngest))
            if older is not None:
                condition &= Q(opened_on__gt=wanted.period.last - timedelta(days=older))
            return condition
    return Q()


def person_for(username: str, user: Any) -> User:
    """Whose own figures somebody asks for: their own, or those of a member of a team that they lead. Nobody else's."""
    person = User.objects.filter(username__iexact=username).first()
    if person is None or not may_see_own_figures(user, person):
        raise NotUnderstood("figure", _("There is nobody of that name whose figures you see."))
    return person


def may_see_own_figures(user: Any, person: User) -> bool:
    """A person's own figures are for that person, and for the lead of a team that they are in."""
    access = access_of(user)
    if access.user_id is None:
        return False
    if access.user_id == person.pk:
        return True
    return bool(access.led_team_ids) and person.memberships.filter(team_id__in=access.led_team_ids).exists()
