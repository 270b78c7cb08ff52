"""Days, weeks and months of figures: pure, over dates of one zone, in which a day may have 23 or 25 hours.

A period is given by its first and its last day, both in it. Weeks begin on Monday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both days in it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"A period cannot end ({self.last}) before it begins ({self.first}).")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The period of the same length that ends on the day before this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Bucket:
    """One point of a series: the days of a step that lie in the period, and whether some are still to come or cut off.

    `start` is the step's own first day, by which rows are grouped; `first` is later where the period cuts it.
    """

    start: date
    first: date
    last: date
    is_unfinished: bool


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day on which a moment falls in a zone."""
    return moment.astimezone(zone).date()


def instants(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which a period begins and at which it is over, for `>=` and `<`."""
    begins = datetime.combine(period.first, time.min, zone)
    ends = datetime.combine(period.last + timedelta(days=1), time.min, zone)
    return begins, ends


def start_of(day: date, step: Step) -> date:
    """The first day of the day's step."""
    if step is Step.DAY:
        return day
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1)


def after(start: date, step: Step) -> date:
    """The first day of the step that follows one that begins at `start`."""
    if step is Step.DAY:
        return start + timedelta(days=1)
    if step is Step.WEEK:
        return start + timedelta(days=7)
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def buckets(period: Period, step: Step, today: date) -> list[Bucket]:
    """The steps that touch the period, in order. Today's, and one that the period's end cuts short, are unfinished."""
    return list(_buckets(period, step, today))


def _buckets(period: Period, step: Step, today: date) -> Iterator[Bucket]:
    start = start_of(period.first, step)
    while start <= period.last:
        following = after(start, step)
        own_last = following - timedelta(days=1)
        last = min(own_last, period.last)
        yield Bucket(start, max(start, period.first), last, last < own_last or last >= today)
        start = following
