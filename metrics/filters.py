"""`figure=…` on the queue of incidents: exactly the rows that a figure counts."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from metrics import figures, wording
from metrics.definitions import AGES, FIGURES
from metrics.selection import NotUnderstood, Rows

PARAMETER = "figure"


def only_rows(queryset: QuerySet, text: str, user: Any) -> QuerySet:
    """Narrow incidents to the rows of a figure; none where the text means nothing or is not for this person."""
    try:
        rows = figures.rows(Rows.parse(text), user)
    except NotUnderstood:
        return queryset.none()
    return queryset.filter(pk__in=rows.order_by().values("ticket_id"))


def apply(queryset: QuerySet, request: HttpRequest) -> QuerySet:
    text = request.GET.get(PARAMETER)
    return queryset if text is None else only_rows(queryset, text, request.user)


def words(request: HttpRequest) -> str:
    """What the queue says it is narrowed by: "Time to resolve, 31 Aug to 18 Nov, left out"."""
    try:
        rows = Rows.parse(request.GET.get(PARAMETER, ""))
    except NotUnderstood as error:
        return str(error)
    parts = [str(FIGURES[rows.figure].label), wording.days(rows.period)]
    parts += [str(label) for name, label, _youngest, _older in AGES if name == rows.age]
    part = {"population": _("all"), "left-out": _("left out"), "assumed": _("with assumed facts")}.get(rows.part)
    parts += [part] if part else []
    parts += [", ".join(keys) for keys in rows.keys.values()]
    parts += [rows.person] if rows.person else []
    return ", ".join(parts)
