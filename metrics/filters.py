"""`figure=…` on lists of incidents: exactly the rows that a figure counts."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from metrics import figures, wording
from metrics.definitions import AGES, FIGURES
from metrics.selection import NotUnderstood, Rows

PARAMETER = "figure"


def condition(values: Sequence[str], user: Any) -> Q:
    """What holds for the rows of one of these figures; `NotUnderstood` where a value means nothing for this person."""
    found = Q()
    for value in values:
        rows = figures.rows(Rows.parse(value), user)
        found |= Q(pk__in=rows.order_by().values("ticket_id"))
    return found


def apply(queryset: QuerySet, values: Sequence[str], user: Any) -> QuerySet:
    """The list with these rows alone; none where a value means nothing."""
    try:
        return queryset.filter(condition(values, user))
    except NotUnderstood:
        return queryset.none()


def words(values: Sequence[str]) -> str:
    """What a list says it is narrowed by: "Time to resolve, 31 Aug to 18 Nov, left out"."""
    return "; ".join(_in_words(value) for value in values)


def _in_words(value: str) -> str:
    try:
        rows = Rows.parse(value)
    except NotUnderstood as error:
        return str(error)
    parts = [str(FIGURES[rows.figure].label), wording.days(rows.period)]
    parts += [str(label) for name, label, _youngest, _older in AGES if name == rows.age]
    part = {"population": _("all"), "left-out": _("left out"), "assumed": _("with assumed facts")}.get(rows.part)
    parts += [part] if part else []
    parts += [", ".join(keys) for keys in rows.keys.values()]
    parts += [rows.person] if rows.person else []
    return ", ".join(parts)
