"""Readings as people read them: units always, and what a change means."""

from datetime import date
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.templatetags.kit import duration
from metrics.definitions import Duration
from metrics.periods import Period, Step
from metrics.readings import Reading
from metrics.selection import Rows, today

NOTHING = "–"
MINUS = "−"


def value(reading: Reading) -> str:
    """The value in words: "2 h 06 m", "3.1 %", "64"."""
    return amount(reading.value, reading.figure.unit)


def amount(number: float | None, unit: str) -> str:
    if number is None:
        return NOTHING
    if unit == "seconds":
        return duration(round(number))
    if unit == "percent":
        return _("%(n).1f %%") % {"n": number}
    return f"{round(number):,}"


def change(reading: Reading, before: Reading | None) -> tuple[str, str]:
    """By how much it changed, and whether that is good news: ("−14 m", "good"). Empty where nothing can be compared."""
    difference = reading.since(before)
    if difference is None:
        return "", ""
    size = _size(abs(difference), reading.figure.unit)
    if size is None:
        return _("no change"), ""
    sign = "+" if difference > 0 else MINUS
    less_is_better = reading.figure.less_is_better
    if less_is_better is None:
        return f"{sign}{size}", ""
    return f"{sign}{size}", "good" if (difference < 0) == less_is_better else "danger"


def _size(difference: float, unit: str) -> str | None:
    """A difference without its sign; None when it would be written as nothing."""
    if unit == "seconds":
        return duration(round(difference)) if round(difference) else None
    if unit == "percent":
        return _("%(n).1f pt") % {"n": difference} if round(difference, 1) else None
    return f"{round(difference):,}" if round(difference) else None


def foot(reading: Reading) -> str:
    """The words below a value: the 90th percentile of a length of time, the population of a rate."""
    if isinstance(reading.figure, Duration):
        return _("p90 %(value)s") % {"value": amount(reading.spread.p90, "seconds")} if reading.n else ""
    if reading.figure.unit == "percent":
        return _("of %(n)s") % {"n": f"{reading.of:,}"} if reading.of else ""
    return ""


def day(when: date) -> str:
    """A day without its year where that is this one's: "31 Aug"."""
    return date_format(when, "j M" if when.year == today().year else "j M Y")


def days(period: Period) -> str:
    if period.first == period.last:
        return day(period.first)
    return _("%(first)s to %(last)s") % {"first": day(period.first), "last": day(period.last)}


def step_label(start: date, step: Step) -> str:
    """How a step is called on an axis."""
    return date_format(start, "M Y") if step is Step.MONTH else day(start)


def step_head(step: Step) -> str:
    return {Step.DAY: _("Day"), Step.WEEK: _("Week of"), Step.MONTH: _("Month")}[step]


def step_words(step: Step) -> str:
    return {Step.DAY: _("by day"), Step.WEEK: _("by week"), Step.MONTH: _("by month")}[step]


def ends_words(step: Step) -> str:
    return {
        Step.DAY: _("open at the end of each day"),
        Step.WEEK: _("open at the end of each week"),
        Step.MONTH: _("open at the end of each month"),
    }[step]


def rows_url(rows: Rows) -> str:
    """The queue with exactly these rows."""
    return f"{reverse('incidents')}?{urlencode({'figure': str(rows)}, safe=',:-', quote_via=quote)}"
