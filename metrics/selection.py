"""What somebody looks at, written in an address: `/metrics/?from=…&to=…&team=network`; and the rows of a figure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.definitions import AGES, FIGURES
from metrics.dimensions import DIMENSIONS, NONE
from metrics.periods import Period, Step, day_of, start_of

CLOCKS = ("elapsed",)
"""How time is counted. Working time comes with calendars."""

WEEKS = 12
MOST_POINTS = 400
PARTS = ("counted", "population", "left-out", "assumed")


class NotUnderstood(ValueError):
    """A parameter that means nothing here; `parameter` names it, the message is for the person who sent it."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


def zone() -> ZoneInfo:
    """The zone in which days of figures are cut."""
    return ZoneInfo(settings.REPORTING_TIME_ZONE)


def today() -> date:
    return day_of(timezone.now(), zone())


@dataclass(frozen=True)
class Narrowing:
    """Which incidents are looked at: keys by dimension, those of one person, or those without assumed facts."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    condition: Q = field(default_factory=Q)
    person: Any = None
    leaves_assumed: bool = False

    @property
    def signature(self) -> str:
        """What tells two narrowings apart."""
        keys = ",".join(f"{name}:{'+'.join(chosen)}" for name, chosen in sorted(self.keys.items()))
        return f"{keys}|{self.person.pk if self.person else ''}|{self.leaves_assumed}"

    @classmethod
    def of(cls, keys: Mapping[str, tuple[str, ...]], user: Any, **rest: Any) -> "Narrowing":
        """Look the keys up among what the person may name."""
        condition = Q()
        for name, chosen in keys.items():
            dimension = DIMENSIONS[name]
            options = dimension.options(user)
            either = Q()
            for key in chosen:
                if key == NONE:
                    either |= Q(**{f"{dimension.column}__isnull": True})
                elif key in options:
                    either |= Q(**{dimension.column: options[key][0]})
                else:
                    raise NotUnderstood(name, _("There is no “%(key)s” here.") % {"key": key})
            condition &= either
        return cls(keys, condition, **rest)


@dataclass(frozen=True)
class Selection:
    """A page of figures: the period and its step, the figure that is drawn, and by what it is divided."""

    period: Period
    step: Step
    figure: str
    by: str
    narrowing: Narrowing


def default_period() -> Period:
    """Twelve weeks: this one and the eleven before it."""
    now = today()
    return Period(start_of(now, Step.WEEK) - timedelta(weeks=WEEKS - 1), now)


def period_from(data: Mapping[str, str]) -> Period:
    """`from` and `to`, either of which may be missing."""
    usual = default_period()
    first = _day("from", data.get("from", "")) or None
    last = _day("to", data.get("to", "")) or usual.last
    if first is None:
        first = usual.first if usual.first <= last else last - timedelta(weeks=WEEKS) + timedelta(days=1)
    try:
        return Period(first, last)
    except ValueError as error:
        raise NotUnderstood("to", _("The period ends before it begins.")) from error


def _day(parameter: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotUnderstood(parameter, _("“%(text)s” is not a day, such as 2026-03-29.") % {"text": text}) from error
    if not 1990 <= day.year <= 2200:
        raise NotUnderstood(parameter, _("Choose a year between 1990 and 2200."))
    return day


def step_for(period: Period, text: str) -> Step:
    """The step that was asked for, if its points can be drawn; else the one that suits the period."""
    if text:
        one_of("step", text, tuple(Step))
        step = Step(text)
        if step is Step.DAY and period.days > MOST_POINTS:
            raise NotUnderstood("step", _("So long a period has too many days to draw. Choose weeks or months."))
        return step
    if period.days <= 21:
        return Step.DAY
    return Step.WEEK if period.days <= 200 else Step.MONTH


def one_of(parameter: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise NotUnderstood(parameter, _("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)})
    return text


def keys_from(data: Any) -> dict[str, tuple[str, ...]]:
    """The keys by which a query string narrows; `data` has `getlist`."""
    chosen = {name: tuple(key for key in data.getlist(name) if key) for name in DIMENSIONS}
    return {name: keys for name, keys in chosen.items() if keys}


def select(data: Any, user: Any, *, person: Any = None) -> Selection:
    """Read a query string; `NotUnderstood` says what is wrong with it."""
    period = period_from(data)
    one_of("clock", data.get("clock") or CLOCKS[0], CLOCKS)
    leaves_assumed = one_of("assumed", data.get("assumed") or "with", ("with", "without")) == "without"
    return Selection(
        period=period,
        step=step_for(period, data.get("step", "")),
        figure=one_of("figure", data.get("figure") or "recovery", tuple(FIGURES)),
        by=one_of("by", data.get("by") or "team", tuple(DIMENSIONS)),
        narrowing=Narrowing.of(keys_from(data), user, person=person, leaves_assumed=leaves_assumed),
    )


@dataclass(frozen=True)
class Rows:
    """Exactly the incidents of one figure, as one parameter: `resolve,2026-09-01,2026-09-30,team:network`."""

    figure: str
    period: Period
    part: str = "counted"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    age: str = ""
    person: str = ""
    leaves_assumed: bool = False

    def __str__(self) -> str:
        words = [self.figure, self.period.first.isoformat(), self.period.last.isoformat()]
        if self.part != "counted":
            words.append(self.part)
        words += [f"{name}:{key}" for name, keys in self.keys.items() for key in keys]
        words += [f"age:{self.age}"] if self.age else []
        words += [f"person:{self.person}"] if self.person else []
        words += ["without-assumed"] if self.leaves_assumed else []
        return ",".join(words)

    @classmethod
    def parse(cls, text: str) -> "Rows":
        """The other way round; `NotUnderstood` where it is none of ours."""
        figure, *rest = text.split(",")
        one_of("figure", figure, tuple(FIGURES))
        if len(rest) < 2:
            raise NotUnderstood("figure", _("A figure needs the first and the last day of its period."))
        first, last, *words = rest
        period = period_from({"from": first, "to": last})
        found = cls(figure, period)
        keys: dict[str, tuple[str, ...]] = {}
        for word in words:
            name, _colon, value = word.partition(":")
            if word in PARTS:
                found = replace(found, part=word)
            elif word == "without-assumed":
                found = replace(found, leaves_assumed=True)
            elif name == "age":
                found = replace(found, age=one_of("figure", value, tuple(age[0] for age in AGES)))
            elif name == "person":
                found = replace(found, person=value)
            elif name in DIMENSIONS and value:
                keys[name] = (*keys.get(name, ()), value)
            else:
                raise NotUnderstood("figure", _("“%(word)s” means nothing here.") % {"word": word})
        return replace(found, keys=keys)
