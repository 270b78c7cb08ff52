"""Stretches of time in which a team has a ticket: begun, accepted, ended."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import AnswersMissing
from tickets.models import Assignment
from tickets.services.readers import keep_reading


def begin_assignment(ticket: Any, *, at: datetime, accepted: bool) -> None:
    """Write the first stretch of a new ticket."""
    Assignment.objects.create(
        ticket_id=ticket.pk,
        team_id=ticket.team_id,
        assignee_id=ticket.assignee_id,
        assigned_at=at,
        accepted_at=at if accepted else None,
    )


def hand_over(
    ticket: Any, *, at: datetime, accepted: bool, end: str = Assignment.End.PASSED_ON, reason: str = ""
) -> None:
    """End the open stretch and begin the next with the ticket's present team and assignee."""
    end_assignment(ticket, at=at, end=end, reason=reason)
    begin_assignment(ticket, at=at, accepted=accepted)


def accept_assignment(ticket: Any, *, at: datetime) -> None:
    """Somebody takes what their team was given."""
    Assignment.objects.filter(ticket_id=ticket.pk, ended_at=None, accepted_at=None).update(
        accepted_at=at, assignee_id=ticket.assignee_id
    )


def end_assignment(ticket: Any, *, at: datetime, end: str, reason: str = "") -> None:
    Assignment.objects.filter(ticket_id=ticket.pk, ended_at=None).update(ended_at=at, end=end, reason=reason)


def give(ticket: Any, *, team: Any, assignee: Any) -> bool:
    """Set team and assignee on a locked ticket; whether that took it away from somebody, which counts.

    A restricted ticket goes to teams of its circle only: whoever is given it would read it.
    """
    is_new = team is not None and team.pk != ticket.team_id
    if ticket.is_restricted and is_new and team.pk not in ticket.restricted_team_ids:
        raise AnswersMissing({"team": [outside_the_circle(team)]})
    taken_away = bool(
        (ticket.team_id and team and ticket.team_id != team.pk)
        or (ticket.assignee_id and (assignee is None or ticket.assignee_id != assignee.pk))
    )
    if team is not None:
        ticket.team = team
    ticket.assignee = assignee
    keep_reading(ticket, [assignee])
    return taken_away


def outside_the_circle(team: Any) -> str:
    """Why a restricted ticket is not given to a team."""
    return _("It is restricted, and %(team)s is not among the teams that may see it. Widen the restriction first.") % {
        "team": team
    }


def superior_of(ticket: Any) -> int | None:
    """To whom a ticket is escalated upwards: the lead of its team, else its assignee's manager."""
    if ticket.team_id and ticket.team.lead_id:
        return int(ticket.team.lead_id)
    return ticket.assignee.manager_id if ticket.assignee_id else None
