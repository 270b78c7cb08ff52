"""Teams: who is in them, who leads them, whom they serve."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, Team, TeamServes, User
from accounts.permissions import require_administrator
from accounts.services.edits import change, locked
from core.activity import record
from core.exceptions import Refused


@transaction.atomic
def create_team(
    *,
    actor: User | None,
    key: str,
    name: str,
    members: Collection[User] = (),
    serves: Collection[Organisation] = (),
    **fields: Any,
) -> Team:
    """Add a team. Its lead becomes a member."""
    require_administrator(actor)
    if fields.get("is_default"):
        _take_default_away(actor)
    team = Team.objects.create(key=key, name=name, **fields)
    record("team.created", team, actor=actor, data={"key": team.key, "name": team.name})
    set_members(team, [*members, *([team.lead] if team.lead else [])], actor=actor)
    set_serves(team, serves, actor=actor)
    return team


@transaction.atomic
def edit_team(team: Team, *, actor: User | None, **fields: Any) -> Team:
    """Change columns of a team. A new lead becomes a member; a new default takes the place of the old one."""
    require_administrator(actor)
    team = locked(team)
    is_default = fields.get("is_default", team.is_default)
    if team.is_default and not is_default:
        raise Refused(_("One team has to take what no rule routes. Choose the other team as that one instead."))
    if is_default and not fields.get("is_active", team.is_active):
        raise Refused(_("%(team)s takes what no rule routes, so it has to stay in use.") % {"team": team})
    if is_default and not team.is_default:
        _take_default_away(actor)
    if changes := change(team, fields):
        record("team.edited", team, actor=actor, changes=changes)
    if team.lead:
        add_member(team, team.lead, actor=actor)
    return team


@transaction.atomic
def add_member(team: Team, person: User, *, actor: User | None) -> None:
    require_administrator(actor)
    _row, is_new = Membership.objects.get_or_create(team=team, user=person)
    if is_new:
        record("team.member_added", team, actor=actor, data={"person": person.username, "name": person.name})


@transaction.atomic
def remove_member(team: Team, person: User, *, actor: User | None) -> None:
    """Take somebody out of a team. Its lead stays in it."""
    require_administrator(actor)
    team = locked(team)
    if team.lead_id == person.pk:
        raise Refused(_("%(person)s leads %(team)s. Name another lead first.") % {"person": person, "team": team})
    removed, _each = Membership.objects.filter(team=team, user=person).delete()
    if removed:
        record("team.member_removed", team, actor=actor, data={"person": person.username, "name": person.name})


@transaction.atomic
def set_members(team: Team, people: Collection[User], *, actor: User | None) -> None:
    """Make exactly these people the members."""
    wanted = {person.pk: person for person in people}
    for person in User.objects.filter(memberships__team=team).exclude(pk__in=wanted):
        remove_member(team, person, actor=actor)
    have = set(Membership.objects.filter(team=team).values_list("user_id", flat=True))
    for pk in wanted.keys() - have:
        add_member(team, wanted[pk], actor=actor)


@transaction.atomic
def set_serves(team: Team, organisations: Collection[Organisation], *, actor: User | None) -> None:
    """Make exactly these the organisations, each with all below it, whose tickets the team reads."""
    require_administrator(actor)
    before = sorted(TeamServes.objects.filter(team=team).values_list("organisation__name", flat=True))
    wanted = {organisation.pk for organisation in organisations}
    TeamServes.objects.filter(team=team).exclude(organisation_id__in=wanted).delete()
    TeamServes.objects.bulk_create(
        [TeamServes(team=team, organisation_id=pk) for pk in sorted(wanted)], ignore_conflicts=True
    )
    after = sorted(organisation.name for organisation in organisations)
    if before != after:
        record("team.serves_set", team, actor=actor, changes={"serves": [before, after]})


def _take_default_away(actor: User | None) -> None:
    for team in Team.objects.select_for_update(no_key=True).filter(is_default=True):
        changes = change(team, {"is_default": False})
        record("team.edited", team, actor=actor, changes=changes)
