"""Which backups are kept: seven daily, four weekly, three monthly — fourteen full ones over three months."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any

DAILY, WEEKLY, MONTHLY = 7, 4, 3


class Tier(StrEnum):
    """Why a day's backup is kept."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    FUTURE = "future"


def keep(dates: Iterable[date], today: date) -> set[date]:
    """The days whose backup is kept."""
    return set(tiers(dates, today))


def tiers(dates: Iterable[date], today: date) -> dict[date, Tier]:
    """The days whose backup is kept, each with the reason.

    The newest seven days are kept. Of those before, the first day of each of the newest four weeks; of those
    before, the first such day of each of the newest three months. Each tier takes from what the tier before kept
    while it was younger, so that pruning every day never deletes what a later day would have wanted. It counts
    backups and not days of the calendar: a desk that stood still for a month loses none of its last ones. What is
    dated after today stands aside, untouched.
    """
    days = set(dates)
    future = {day for day in days if day > today}
    past = sorted(days - future)
    weeks = _first_of_each(past, lambda day: day.isocalendar()[:2])
    months = _first_of_each(weeks, lambda day: (day.year, day.month))

    daily = past[-DAILY:]
    weekly = [day for day in weeks if daily and day < daily[0]][-WEEKLY:]
    monthly = [day for day in months if weekly and day < weekly[0]][-MONTHLY:]
    return {
        **dict.fromkeys(future, Tier.FUTURE),
        **dict.fromkeys(daily, Tier.DAILY),
        **dict.fromkeys(weekly, Tier.WEEKLY),
        **dict.fromkeys(monthly, Tier.MONTHLY),
    }


def _first_of_each(days: list[date], period: Callable[[date], Any]) -> list[date]:
    first: dict[Any, date] = {}
    for day in days:
        first.setdefault(period(day), day)
    return list(first.values())
