"""The parts of a page of figures: lines of readings, from which page, CSV and API are made alike."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from metrics import figures
from metrics.definitions import AGES, FIGURES, Duration
from metrics.dimensions import DIMENSIONS
from metrics.periods import Period, buckets
from metrics.readings import Reading, read
from metrics.selection import Rows, Selection, today
from metrics.sight import Sight

OVERVIEW = (
    "respond",
    "repair",
    "recovery",
    "resolve",
    "detect",
    "close",
    "backlog",
    "inflow",
    "outflow",
    "first_contact",
    "touched",
    "reassigned",
    "returned",
    "reopened",
)
"""The figures at the head of the page: the four MTTRs first, and below them what speed alone does not show."""


@dataclass(frozen=True)
class Line:
    """One reading with what it is of, and the reading before it to compare with."""

    label: str
    reading: Reading
    rows: Rows
    before: Reading | None = None
    is_unfinished: bool = False
    start: date | None = None
    key: str = ""

    @property
    def change(self) -> float | None:
        return self.reading.since(self.before)


@dataclass(frozen=True)
class Standing:
    """The backlog at the end of a step, by class of age."""

    label: str
    start: date
    period: Period
    counts: tuple[int, ...]
    is_unfinished: bool

    @property
    def total(self) -> int:
        return sum(self.counts)


def rows_of(selection: Selection, name: str, period: Period | None = None, **rest: Any) -> Rows:
    """The rows of a figure as this selection narrows it."""
    narrowing = selection.narrowing
    return Rows(
        name,
        period or selection.period,
        keys={**narrowing.keys, **rest.pop("keys", {})},
        person=narrowing.person.username if narrowing.person else "",
        leaves_assumed=narrowing.leaves_assumed and isinstance(FIGURES[name], Duration),
        **rest,
    )


def overview(selection: Selection, sight: Sight, names: tuple[str, ...] = OVERVIEW) -> list[Line]:
    """Each figure for the whole period, and for the period before it."""
    since = selection.period.before().first
    found = read(names, sight, selection.period, selection.narrowing, since=since)
    return [
        Line(
            str(FIGURES[name].label),
            found[name].get((0, True), Reading.of_none(FIGURES[name])),
            rows_of(selection, name),
            found[name].get((0, False)),
            key=name,
        )
        for name in names
    ]


def series(selection: Selection, sight: Sight) -> list[Line]:
    """The chosen figure for each step of the period, steps without an incident too."""
    name = selection.figure
    found = read([name], sight, selection.period, selection.narrowing, group=selection.step)[name]
    lines = []
    for bucket in buckets(selection.period, selection.step, today()):
        period = Period(bucket.first, bucket.last)
        reading = found.get((bucket.start, True), Reading.of_none(FIGURES[name]))
        lines.append(Line("", reading, rows_of(selection, name, period), None, bucket.is_unfinished, bucket.first))
    return lines


def divided(selection: Selection, sight: Sight) -> list[Line]:
    """The chosen figure for each team, service …: most incidents first, those with too few at the end.

    What has an order of its own, as priorities have, keeps it.
    """
    name, dimension = selection.figure, DIMENSIONS[selection.by]
    since = selection.period.before().first
    found = read([name], sight, selection.period, selection.narrowing, group=selection.by, since=since)[name]
    present = {key for key, is_now in found if is_now}
    names = dimension.named(present)
    lines = []
    for value in present:
        key, label = names[value]
        rows = rows_of(selection, name, keys={dimension.name: (key,)})
        lines.append(Line(label, found[value, True], rows, found.get((value, False)), key=key))
    if dimension.choices:
        order = [str(value) for value, _label in dimension.choices]
        return sorted(lines, key=lambda line: order.index(line.key) if line.key in order else len(order))
    return sorted(lines, key=lambda line: (line.reading.is_few, -line.reading.of, line.label))


def backlog_by_age(selection: Selection, sight: Sight) -> list[Standing]:
    """How many were open at the end of each step, by how old they were."""
    steps = buckets(selection.period, selection.step, today())
    none = (0,) * len(AGES)
    found = figures.backlog(sight, selection.period, [each.last for each in steps], selection.narrowing)
    at_ends = found.get(0, [none] * len(steps))
    return [
        Standing("", each.first, Period(each.last, each.last), counts, each.is_unfinished)
        for each, counts in zip(steps, at_ends, strict=True)
    ]
