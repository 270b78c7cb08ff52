"""What a row of a queue can show. A column names its cell's template part, its order, and what it needs loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Column:
    """A column: `text(ticket)` is its value in an export; `order` are the columns that sorting by it uses."""

    name: str
    label: Words
    text: Callable[[Any], Any]
    order: tuple[str, ...] = ()
    is_numeric: bool = False
    hides_on_phone: bool = True
    export_label: Words = ""


def _name(value: Any) -> str:
    return str(value) if value else ""


PRIORITY = Column(
    "priority", _("Pri"), lambda t: f"P{t.priority}", ("priority", "-opened_at", "-pk"), export_label=_("Priority")
)
NUMBER = Column("number", _("Number"), lambda t: t.number, ("-opened_at", "-pk"))
TITLE = Column("title", _("Title"), lambda t: t.title)
REQUESTER = Column("requester", _("Requester"), lambda t: t.requester.name)
ORGANISATION = Column("organisation", _("Organisation"), lambda t: _name(t.organisation))
SERVICE = Column("service", _("Service"), lambda t: _name(t.service))
CATEGORY = Column("category", _("Category"), lambda t: _name(t.category))
STATUS = Column("status", _("Status"), lambda t: t.get_status_display(), ("status", "-opened_at", "-pk"))
TEAM = Column("team", _("Team"), lambda t: _name(t.team))
ASSIGNEE = Column("assignee", _("Who"), lambda t: _name(t.assignee), export_label=_("Assignee"))
CHANNEL = Column("channel", _("Channel"), lambda t: t.get_channel_display())
OPENED = Column("opened", _("Opened"), lambda t: t.opened_at, ("-opened_at", "-pk"), is_numeric=True)
UPDATED = Column("updated", _("Updated"), lambda t: t.updated_at, ("-updated_at", "-pk"), is_numeric=True)
RESOLVED = Column("resolved", _("Resolved"), lambda t: t.resolved_at, ("-resolved_at", "-pk"), is_numeric=True)

COMMON = (
    PRIORITY,
    NUMBER,
    TITLE,
    REQUESTER,
    ORGANISATION,
    SERVICE,
    CATEGORY,
    STATUS,
    TEAM,
    ASSIGNEE,
    CHANNEL,
    OPENED,
    UPDATED,
    RESOLVED,
)
ALWAYS = ("number", "title")
DEFAULT = ("priority", "number", "title", "requester", "service", "status", "team", "assignee", "updated")


def ordering(columns: tuple[Column, ...], sort: str, fallback: str) -> list[str]:
    """The database order of a `sort` parameter: a column's name, with `-` the other way round.

    A name that no column can be sorted by falls back.
    """
    by_name = {column.name: column for column in columns if column.order}
    column = by_name.get(sort.lstrip("-"))
    if column is None:
        return ordering(columns, fallback, "number") if fallback != sort else ["-opened_at", "-pk"]
    if not sort.startswith("-"):
        return list(column.order)
    first, *rest = column.order
    return [first.removeprefix("-") if first.startswith("-") else f"-{first}", *rest]
