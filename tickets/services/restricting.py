"""Narrowing a ticket to named teams and people: a security incident, a personnel matter.

A restricted ticket is seen by its teams, by who asked or wrote it down, by who has it in hand, and by the people named;
by nobody else, whatever their role. Those people stand in `reader_ids`, where nothing but the verbs here adds to them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Role
from core.activity import record
from core.exceptions import AnswersMissing, Refused
from core.kinds import kind_of
from core.moves import save_changes, values_of
from tickets.models import Category, Ticket, Watcher
from tickets.services.readers import readers_of


def restriction_of(category: Category | None) -> list[int]:
    """The teams to which tickets of a category are restricted: its own, else those of the branch that it hangs on."""
    if category is None:
        return []
    branch = [*reversed(category.ancestor_ids())] or [category.pk]
    named = Category.restricted_to.through.objects.filter(category_id__in=branch)
    by_category: dict[int, list[int]] = {}
    for category_id, team_id in named.values_list("category_id", "team_id"):
        by_category.setdefault(category_id, []).append(team_id)
    return next((sorted(by_category[pk]) for pk in branch if pk in by_category), [])


@transaction.atomic
def restrict(
    *,
    ticket: Any,
    teams: Collection[Team],
    actor: User | None,
    reason: str,
    people: Collection[User] = (),
    at: datetime | None = None,
) -> Any:
    """Restrict a ticket, or name another circle for one that is. Watchers who lose sight of it are told no more.

    The team that has it must be one of the circle, and so must whoever restricts it: nobody locks themselves out.
    """
    ticket = kind_of(ticket).locked(ticket.pk)
    _may_restrict(ticket, actor)
    if not reason.strip():
        raise AnswersMissing({"reason": [_("Say why.")]})
    if not teams:
        raise AnswersMissing({"teams": [_("Name at least one team.")]})
    _refuse_a_circle_without_its_workers(ticket, teams, people, actor)

    before, moment = values_of(ticket), at or timezone.now()
    ticket.is_restricted = True
    ticket.restricted_team_ids = sorted({team.pk for team in teams})
    in_hand = {ticket.requester_id, ticket.opened_by_id, ticket.assignee_id} - {None}
    ticket.reader_ids = sorted(in_hand | {person.pk for person in people})
    ticket.supplier_ids = _suppliers(ticket, returned_at=None)
    changes = save_changes(ticket, before, at=moment)
    gone = _remove_blind_watchers(ticket)
    record(
        "ticket.restricted",
        ticket,
        actor=actor,
        at=moment,
        changes=changes,
        version=ticket.version,
        data={
            "reason": reason.strip(),
            "teams": ticket.restricted_team_ids,
            "people": sorted(person.pk for person in people),
            "watchers_removed": gone,
        },
    )
    return ticket


@transaction.atomic
def follow_category(*, ticket: Any, actor: User | None, at: datetime | None = None) -> None:
    """Restrict a ticket whose category has become a restricted one, or add the category's teams to its circle."""
    wanted = set(restriction_of(ticket.category))
    if not wanted or (ticket.is_restricted and wanted <= set(ticket.restricted_team_ids)):
        return
    people = User.objects.filter(pk__in=ticket.reader_ids) if ticket.is_restricted else User.objects.none()
    try:
        restrict(
            ticket=ticket,
            teams=Team.objects.filter(pk__in=wanted | set(ticket.restricted_team_ids)),
            people=list(people),
            actor=actor,
            at=at,
            reason=_("Its category “%(name)s” is restricted.") % {"name": ticket.category},
        )
    except Refused as refusal:
        raise AnswersMissing({"category": [str(refusal)]}) from refusal
    ticket.refresh_from_db()


@transaction.atomic
def unrestrict(*, ticket: Any, actor: User | None, reason: str, at: datetime | None = None) -> Any:
    """Open a ticket to everybody who would see it by the ordinary rules."""
    ticket = kind_of(ticket).locked(ticket.pk)
    _may_restrict(ticket, actor)
    if not reason.strip():
        raise AnswersMissing({"reason": [_("Say why.")]})
    if not ticket.is_restricted:
        return ticket
    if ticket.category and restriction_of(ticket.category):
        raise Refused(_("Its category is restricted; give it another category first."))
    before, moment = values_of(ticket), at or timezone.now()
    ticket.is_restricted, ticket.restricted_team_ids = False, []
    ticket.reader_ids = sorted({*ticket.reader_ids, *readers_of(ticket)})
    ticket.supplier_ids = _suppliers(ticket)
    changes = save_changes(ticket, before, at=moment)
    record(
        "ticket.unrestricted", ticket, actor=actor, at=moment, changes=changes, version=ticket.version,
        data={"reason": reason.strip()},
    )  # fmt: skip
    return ticket


def same_circle(one: Any, other: Any) -> bool:
    """Whether two tickets are for exactly the same people, as far as a restriction goes."""
    if not one.is_restricted and not other.is_restricted:
        return True
    circle = (one.is_restricted, set(one.restricted_team_ids), set(one.reader_ids))
    return circle == (other.is_restricted, set(other.restricted_team_ids), set(other.reader_ids))


def _may_restrict(ticket: Any, actor: User | None) -> None:
    """The desk may, but on a restricted ticket only those of its teams or who have it: not its requester or subject."""
    if not ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may not change who sees this ticket."))
    if actor is None or not ticket.is_restricted:
        return
    in_circle = set(actor.access.team_ids) & set(ticket.restricted_team_ids) or actor.pk == ticket.assignee_id
    if not (in_circle or actor.has_role(Role.ADMINISTRATOR)):
        raise PermissionDenied(_("Only the teams that it is for may change who sees this ticket."))


def _refuse_a_circle_without_its_workers(
    ticket: Any, teams: Collection[Team], people: Collection[User], actor: User | None
) -> None:
    named = {team.pk for team in teams}
    if ticket.team_id is not None and ticket.team_id not in named:
        raise Refused(
            _("%(team)s has the ticket and would not see it any more. Assign it first, or name that team.")
            % {"team": ticket.team.name}
        )
    if actor is None or named & set(actor.access.team_ids):
        return
    if actor not in people and actor.pk not in (ticket.requester_id, ticket.opened_by_id, ticket.assignee_id):
        raise Refused(_("You would not see the ticket any more. Name yourself or one of your teams."))


def _suppliers(ticket: Any, **lookups: Any) -> list[int]:
    """The suppliers to whom a ticket was handed; a restriction leaves those who have it now."""
    return sorted(set(ticket.referrals.filter(**lookups).values_list("supplier_id", flat=True)))


def _remove_blind_watchers(ticket: Any) -> list[int]:
    """Take away the watchers who do not see a ticket any more; their keys."""
    watchers = Watcher.objects.filter(ticket_id=ticket.pk).select_related("user")
    gone = [each.user_id for each in watchers if not Ticket.objects.visible_to(each.user).filter(pk=ticket.pk).exists()]
    Watcher.objects.filter(ticket_id=ticket.pk, user_id__in=gone).delete()
    return sorted(gone)
