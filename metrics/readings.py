"""A figure as it is read: value, how many it counts of how many, and whether these are too few to compare."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from metrics import figures
from metrics.counting import TIMED, Counts, counts
from metrics.definitions import FEW, FIGURES, Backlog, Count, Duration, Figure, Rate, Share
from metrics.grouping import Group
from metrics.periods import Period, Step, buckets
from metrics.selection import Narrowing, today
from metrics.sight import Sight
from metrics.spreads import NO_SPREAD, Spread, Spreads, spreads, whole

Keyed = dict[tuple[Any, bool], "Reading"]
"""Readings by group, for the period (True) and for the days before it (False)."""


@dataclass(frozen=True)
class Reading:
    """What a figure says of some incidents: `n` are counted of a population `of`.

    The value of a length of time is its median in seconds, of a rate its percentage, of a count the count.
    """

    figure: Figure
    n: int = 0
    of: int = 0
    value: float | None = None
    spread: Spread = NO_SPREAD

    @property
    def is_few(self) -> bool:
        """Whether so few stand behind it that a comparison would be chance."""
        if isinstance(self.figure, Count | Backlog):
            return False
        return (self.of if isinstance(self.figure, Rate) else self.n) < FEW

    @property
    def left_out(self) -> int:
        """How many of the population lack what the figure needs."""
        if isinstance(self.figure, Duration):
            return self.spread.left_out
        return self.of - self.n if isinstance(self.figure, Share) else 0

    @classmethod
    def of_none(cls, figure: Figure) -> "Reading":
        """What a figure says where there is no incident: nothing, or none."""
        return cls(figure, value=0 if isinstance(figure, Count | Backlog) else None)

    def since(self, before: "Reading | None") -> float | None:
        """How much the value grew since an earlier reading; None where either is missing or rests on too few."""
        if before is None or self.value is None or before.value is None or self.is_few or before.is_few:
            return None
        return self.value - before.value


def read(
    names: Iterable[str],
    sight: Sight,
    period: Period,
    narrowing: Narrowing,
    *,
    group: Group = None,
    since: date | None = None,
) -> dict[str, Keyed]:
    """Several figures at once: one query for lengths of time of the same day, one for counts, one for the backlog."""
    wanted = [FIGURES[name] for name in names]
    found: dict[str, Keyed] = {}
    durations = [figure for figure in wanted if isinstance(figure, Duration)]
    for duration, spread in _spreads(durations, sight, period, narrowing, group, since):
        found[duration.name] = {key: _of_spread(duration, each) for key, each in spread.items()}
    for standing in (figure for figure in wanted if isinstance(figure, Backlog)):
        found[standing.name] = _backlog(standing, sight, period, narrowing, group, since)
    counted = [figure for figure in wanted if isinstance(figure, Rate | Share | Count)]
    if counted:
        columns = dict.fromkeys(column for each in counted for column in _columns(each))
        values = counts(columns, sight, period, narrowing, group, since=since)
        found |= {one.name: {key: _of_counts(one, each) for key, each in values.items()} for one in counted}
    return found


def _spreads(
    durations: list[Duration], sight: Sight, period: Period, narrowing: Narrowing, group: Group, since: date | None
) -> Iterable[tuple[Duration, Spreads]]:
    if group is not None:
        for figure in durations:
            yield figure, spreads(figure, sight, period, narrowing, group, since=since)
        return
    for day in dict.fromkeys(figure.day for figure in durations):
        together = [figure for figure in durations if figure.day == day]
        found = whole(together, sight, period, narrowing, since=since)
        yield from ((figure, found[figure.name]) for figure in together)


def _of_spread(figure: Duration, spread: Spread) -> Reading:
    return Reading(figure, spread.n, spread.population, spread.median, spread)


def _columns(figure: Figure) -> tuple[str, ...]:
    if isinstance(figure, Rate):
        return (figure.counted, figure.of)
    if isinstance(figure, Share):
        return (*TIMED, "resolved")
    assert isinstance(figure, Count)
    return (figure.counted,)


def _of_counts(figure: Figure, found: Counts) -> Reading:
    if isinstance(figure, Rate):
        n, of = found[figure.counted], found[figure.of]
        return Reading(figure, n, of, 100 * n / of if of else None)
    if isinstance(figure, Share):
        both = found[figure.part] + found[figure.rest]
        share = 100 * found[figure.part] / both if both else None
        return Reading(figure, found["timed"], found["resolved"], share)
    assert isinstance(figure, Count)
    n = found[figure.counted]
    return Reading(figure, n, n, n)


def _backlog(
    figure: Backlog, sight: Sight, period: Period, narrowing: Narrowing, group: Group, since: date | None
) -> Keyed:
    """The backlog at the end of the period or of each step of it, and at the end of the days before it."""
    if isinstance(group, Step):
        steps = buckets(period, group, today())
        ends = [each.last for each in steps]
        at_ends = figures.backlog(sight, period, ends, narrowing).get(0, [()] * len(ends))
        return {(each.start, True): _standing(figure, ages) for each, ages in zip(steps, at_ends, strict=True)}
    ends = [*([period.first - timedelta(days=1)] if since else []), period.last]
    found: Keyed = {}
    for key, at_ends in figures.backlog(sight, period, ends, narrowing, group).items():
        for end, ages in zip(ends, at_ends, strict=True):
            found[key, end == period.last] = _standing(figure, ages)
    return found


def _standing(figure: Backlog, ages: tuple[int, ...]) -> Reading:
    n = sum(ages)
    return Reading(figure, n, n, n)
