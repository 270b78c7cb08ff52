"""Teams: who is in them, who leads them, whom they serve."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.organisations import BY_NAME, ORGANISATIONS, by_name, slug
from accounts.api.people import visible_people
from accounts.api.readers import desk
from accounts.models import Membership, Organisation, Team, TeamServes
from accounts.permissions import require_administrator
from accounts.services.team import create_team, edit_team, set_members, set_serves
from accounts.validators import visible_characters
from core.api.filters import Filter, flag, reference
from core.api.inputs import Flag, Input, Reference, Text, Word
from core.api.resources import Field, Order, Resource, Row, choices_of
from core.api.resources import reference as refers
from core.api.views import CreatingListView, EditingDetailView


def _members(rows: list[Row], request: Request) -> Mapping[Any, Any]:
    found: dict[Any, list[str]] = defaultdict(list)
    members = Membership.objects.filter(team_id__in=[row["id"] for row in rows], user__is_active=True)
    for team_id, username in members.order_by("user__username").values_list("team_id", "user__username"):
        found[team_id].append(username)
    return found


def _serves(rows: list[Row], request: Request) -> Mapping[Any, Any]:
    found: dict[Any, list[str]] = defaultdict(list)
    seen = Organisation.objects.visible_to(request.user)
    served = TeamServes.objects.filter(team_id__in=[row["id"] for row in rows], organisation__in=seen)
    for team_id, key in served.order_by("organisation__key").values_list("team_id", "organisation__key"):
        found[team_id].append(key)
    return found


TEAMS = Resource(
    name="teams",
    label=_("People who share a queue"),
    label_plural=_("Teams"),
    about=_("For the desk every team; for others those that they are in."),
    model=Team,
    rows=lambda request: Team.objects.visible_to(request.user),
    scopes=("people",),
    fields=(
        Field("key", serializers.CharField()),
        Field("name", serializers.CharField()),
        Field("level", serializers.ChoiceField(choices_of(Team.Level))),
        refers("lead", "lead__username", nullable=True, shown=desk, username="lead__username", name="lead__name"),
        Field("email", serializers.CharField(), shown=desk),
        refers("supplier", "supplier__key", nullable=True, key="supplier__key", name="supplier__name"),
        Field("is_default", serializers.BooleanField(help_text="Takes what no rule routes.")),
        Field("is_active", serializers.BooleanField()),
        Field(
            "members", serializers.ListField(child=serializers.CharField()), batch=_members, shown=desk, is_extra=True
        ),
        Field("serves", serializers.ListField(child=serializers.CharField()), batch=_serves, shown=desk, is_extra=True),
    ),
    filters={
        "key": Filter("key"),
        "name": Filter("name"),
        "level": Filter("level", choices=choices_of(Team.Level)),
        "lead": reference("lead__username", nullable=True),
        "member": reference("memberships__user__username", field="members"),
        "is_active": Filter("is_active", flag),
        "is_default": Filter("is_default", flag),
    },
    orders={**BY_NAME, "level": Order("level", str)},
    search=by_name,
)


class TeamInput(Input):
    """Changes to a team. `members` and `serves` are the whole lists."""

    name = Text(max_length=100, validators=[visible_characters])
    level = Word(choices_of(Team.Level), required=False)
    lead = Reference(visible_people, key="username", required=False, allow_null=True)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    supplier = Reference(ORGANISATIONS.rows, required=False, allow_null=True)
    is_default = Flag(required=False)
    is_active = Flag(required=False)
    members = serializers.ListField(child=Reference(visible_people, key="username"), required=False)
    serves = serializers.ListField(child=Reference(ORGANISATIONS.rows), required=False)


class NewTeam(TeamInput):
    """A new team."""

    key = slug()


class TeamsView(CreatingListView):
    resource = TEAMS
    input = NewTeam

    def prepare(self, request: Request) -> None:
        require_administrator(self.person)

    def create(self, request: Request, data: dict[str, Any]) -> Team:
        return create_team(actor=self.person, **data)


class TeamView(EditingDetailView):
    resource = TEAMS
    input = TeamInput

    def edit(self, request: Request, record: Team, data: dict[str, Any]) -> None:
        members, serves = data.pop("members", None), data.pop("serves", None)
        require_administrator(self.person)
        team = edit_team(record, actor=self.person, **data)
        if members is not None:
            set_members(team, members, actor=self.person)
        if serves is not None:
            set_serves(team, serves, actor=self.person)
