"""By what rows and cells are divided: nothing, a step of time, or a dimension."""

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import TruncMonth, TruncWeek

from metrics.dimensions import DIMENSIONS
from metrics.periods import Step

Group = str | None


def key_of(group: Group, day: str) -> Any:
    """The expression whose value names a row's group; `day` is the column of the row's day."""
    if group is None:
        return Value(0)
    if group == Step.DAY:
        return F(day)
    if group == Step.WEEK:
        return TruncWeek(day)
    if group == Step.MONTH:
        return TruncMonth(day)
    return F(DIMENSIONS[group].column)
