"""What a shift that begins wants to know of a team's tickets: sections, to which a practice adds its own.

@section("waking", _("Wakes in this shift"), rank=30)
def waking(tickets, shift): ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from tickets.models import HandoverNote, Ticket

MOST_ROWS = 200


@dataclass(frozen=True)
class Shift:
    """A stretch of a team's work as one person begins it: what changed since `began_at`, what comes until `ends_at`."""

    team: Team
    user: User
    began_at: datetime
    ends_at: datetime


Rows = Callable[[Any, Shift], Any]
"""`rows(tickets, shift)` narrows the team's unresolved tickets that the person sees."""


@dataclass(frozen=True)
class Section:
    """A part of the handover page."""

    name: str
    label: str | Promise
    rows: Rows
    rank: int
    moment: Callable[[Any], datetime | None] | None = None


_sections: dict[str, Section] = {}


def section(
    name: str, label: str | Promise, *, rank: int = 50, moment: Callable[[Any], datetime | None] | None = None
) -> Callable[[Rows], Rows]:
    """Register a section. `moment(ticket)` is when something comes that the section is about."""

    def register(rows: Rows) -> Rows:
        _sections[name] = Section(name, label, rows, rank, moment)
        return rows

    return register


def sections(shift: Shift) -> list[dict[str, Any]]:
    """The sections of a shift, each with its newest tickets and whether there are more."""
    tickets = Ticket.objects.visible_to(shift.user).unresolved().filter(team=shift.team)
    found = []
    for each in sorted(_sections.values(), key=lambda each: each.rank):
        rows = list(each.rows(tickets, shift).for_lists()[: MOST_ROWS + 1])
        for ticket in rows:
            ticket.comes_at = each.moment(ticket) if each.moment else None
        found.append(
            {
                "name": each.name,
                "label": each.label,
                "tickets": rows[:MOST_ROWS],
                "has_more": len(rows) > MOST_ROWS,
            }
        )
    return found


def open_notes(team: Team, user: User) -> Any:
    """The notes of a team that nobody has taken over yet, on tickets that the person sees; the oldest first."""
    notes = HandoverNote.objects.visible_to(user).filter(team=team, taken_over_at=None)
    return notes.select_related("ticket", "author").order_by("written_at", "pk")


def last_taken_over_at(team: Team) -> datetime | None:
    """When somebody last took over this team's notes."""
    taken = HandoverNote.objects.filter(team=team, taken_over_at__isnull=False)
    return taken.order_by("-taken_over_at").values_list("taken_over_at", flat=True).first()


@section("changed", _("Changed since the last shift"), rank=10)
def changed(tickets: Any, shift: Shift) -> Any:
    return tickets.filter(updated_at__gte=shift.began_at).order_by("-updated_at", "-id")


@section("unowned", _("Nobody has it"), rank=20)
def unowned(tickets: Any, shift: Shift) -> Any:
    return tickets.filter(assignee=None).order_by("priority", "opened_at")
