"""What one shift leaves to the next: a note and a next action per ticket, taken over in one move."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.activity import Happening, record, record_all
from core.exceptions import AnswersMissing
from core.kinds import kind_of
from tickets.models import HandoverNote


@transaction.atomic
def write_note(
    *, ticket: Any, team: Team, note: str, actor: User, next_action: str = "", at: datetime | None = None
) -> HandoverNote:
    """Say where a ticket stands and what to do next. The note that is still open is written anew."""
    ticket = kind_of(ticket).locked(ticket.pk)
    if not ticket.acts_for_desk(actor) or not _is_of(team, actor):
        raise PermissionDenied(_("You may not hand over this team's tickets."))
    kept = HandoverNote.objects.filter(ticket_id=ticket.pk, team=team, taken_over_at=None).first()
    kept = kept or HandoverNote(ticket_id=ticket.pk, team=team)
    kept.note, kept.next_action, kept.author = note.strip(), next_action.strip(), actor
    kept.written_at = at or timezone.now()
    try:
        kept.clean_fields(exclude=["ticket", "team", "author", "taken_over_by", "taken_over_at"])
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
    kept.save()
    record("ticket.handover_written", ticket, actor=actor, at=at, data={"note": kept.pk, "team": team.pk})
    return kept


@transaction.atomic
def take_over(
    *, team: Team, actor: User, only: Collection[int] | None = None, at: datetime | None = None
) -> list[HandoverNote]:
    """Take over a team's open notes in one move: those on tickets that one sees. Who is second takes over none.

    `only` are the keys of the notes that the person read; one that was written since waits for the next to read it.
    """
    if not actor.access.is_desk or not _is_of(team, actor):
        raise PermissionDenied(_("You may not take over this team's shift."))
    moment = at or timezone.now()
    seen = HandoverNote.objects.visible_to(actor).filter(team=team, taken_over_at=None).values("pk")
    if only is not None:
        seen = seen.filter(pk__in=only)
    notes = list(
        HandoverNote.objects.select_for_update(of=("self",))
        .filter(pk__in=seen, taken_over_at=None)
        .select_related("ticket")
        .order_by("pk")
    )
    for note in notes:
        note.taken_over_by, note.taken_over_at = actor, moment
    HandoverNote.objects.bulk_update(notes, ["taken_over_by", "taken_over_at"])
    record_all(
        Happening("ticket.handover_taken", note.ticket, actor=actor, at=at, data={"note": note.pk, "team": team.pk})
        for note in notes
    )
    return notes


def teams_of(person: User) -> Any:
    """The teams whose shifts a person hands over and takes over: those that they work in or lead."""
    if not person.access.is_desk:
        return Team.objects.none()
    return Team.objects.filter(pk__in={*person.access.team_ids, *person.access.led_team_ids}, is_active=True)


def _is_of(team: Team, person: User) -> bool:
    return team.pk in {*person.access.team_ids, *person.access.led_team_ids}
