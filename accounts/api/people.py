"""People. Mail addresses and telephones are for the desk and for oneself."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import access_of
from accounts.api.organisations import LOCATIONS, ORGANISATIONS
from accounts.api.readers import administrator, desk, own_or_desk
from accounts.models import Membership, User
from accounts.permissions import require_administrator
from accounts.roles import BY_KEY, GIVEN, Role, key_of
from accounts.services.person import (
    create_person,
    deactivate_person,
    edit_person,
    edit_profile,
    reactivate_person,
    set_roles,
)
from accounts.validators import known_time_zone, visible_characters
from core.api.filters import Filter, flag, reference
from core.api.inputs import Flag, Input, Reference, Text, Word
from core.api.permissions import ANY_TOKEN
from core.api.rendering import answer
from core.api.resources import Field, Order, Resource, Row
from core.api.resources import reference as refers
from core.api.views import ApiView, CreatingListView, EditingDetailView

OWN = {"name", "phone", "time_zone", "language", "job_title"}
"""What people change on themselves."""


def visible_people(request: Request) -> Any:
    return User.objects.visible_to(request.user)


def _teams(rows: list[Row], request: Request) -> Mapping[Any, Any]:
    found: dict[Any, list[str]] = defaultdict(list)
    members = Membership.objects.filter(user_id__in=[row["id"] for row in rows], team__is_active=True)
    for user_id, key in members.order_by("team__key").values_list("user_id", "team__key"):
        found[user_id].append(key)
    return found


def _roles(rows: list[Row], request: Request) -> Mapping[Any, Any]:
    found: dict[Any, list[str]] = defaultdict(list)
    given = User.groups.through.objects.filter(user_id__in=[row["id"] for row in rows])
    for user_id, name in given.order_by("group__name").values_list("user_id", "group__name"):
        found[user_id].append(name)
    return found


def _search(rows: Any, request: Request, words: str) -> Any:
    found = rows.filter(name__icontains=words) | rows.filter(username__istartswith=words)
    return (found | rows.filter(email__istartswith=words)) if desk(request) else found


PEOPLE = Resource(
    name="people",
    label=_("A person, or the account of an integration"),
    label_plural=_("People"),
    about=_(
        "Oneself; for the desk also those whom it serves and those of teams. People are deactivated, never deleted."
    ),
    model=User,
    schema_name="Person",
    rows=visible_people,
    key="username",
    scopes=("people",),
    fields=(
        Field("username", serializers.CharField()),
        Field("name", serializers.CharField()),
        Field("email", serializers.CharField(allow_null=True), ("email",), own_or_desk("email")),
        Field("phone", serializers.CharField(allow_null=True), ("phone",), own_or_desk("phone")),
        Field("job_title", serializers.CharField()),
        refers("organisation", "organisation__key", nullable=True, key="organisation__key", name="organisation__name"),
        refers("location", "location__key", nullable=True, key="location__key", name="location__name"),
        refers(
            "manager",
            "manager__username",
            nullable=True,
            shown=desk,
            username="manager__username",
            name="manager__name",
        ),
        refers(
            "deputy", "deputy__username", nullable=True, shown=desk, username="deputy__username", name="deputy__name"
        ),
        Field("deputy_from_on", serializers.DateField(allow_null=True), shown=desk),
        Field("deputy_until_on", serializers.DateField(allow_null=True), shown=desk),
        Field("time_zone", serializers.CharField(), shown=desk),
        Field("is_vip", serializers.BooleanField(), shown=desk),
        Field("is_active", serializers.BooleanField()),
        Field("is_integration", serializers.BooleanField(), shown=desk),
        Field("teams", serializers.ListField(child=serializers.CharField()), batch=_teams, shown=desk),
        Field("roles", serializers.ListField(child=serializers.CharField()), batch=_roles, shown=administrator),
    ),
    filters={
        "username": Filter("username"),
        "name": Filter("name"),
        "organisation": reference("organisation__key", nullable=True),
        "location": reference("location__key", nullable=True),
        "team": reference("memberships__team__key", field="teams"),
        "is_active": Filter("is_active", flag),
        "is_integration": Filter("is_integration", flag),
    },
    orders={"name": Order("name", str), "username": Order("username", str)},
    default_order="name",
    search=_search,
)


class PersonInput(Input):
    """A person as an administrator writes them."""

    name = Text(max_length=150, validators=[visible_characters])
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = Text(required=False, allow_blank=True, max_length=40)
    job_title = Text(required=False, allow_blank=True, max_length=100)
    organisation = Reference(ORGANISATIONS.rows, required=False, allow_null=True)
    location = Reference(LOCATIONS.rows, required=False, allow_null=True)
    manager = Reference(visible_people, key="username", required=False, allow_null=True)
    time_zone = Text(required=False, max_length=50, validators=[known_time_zone])
    is_vip = Flag(required=False)
    roles = serializers.ListField(child=Word([key_of(role) for role in GIVEN]), required=False)


class NewPerson(PersonInput):
    """A new person."""

    username = serializers.RegexField(r"^[\w.@+-]+$", max_length=60)
    is_integration = Flag(required=False)


class EditedPerson(PersonInput):
    """Changes to a person."""

    is_active = Flag(required=False)


class PeopleView(CreatingListView):
    resource = PEOPLE
    input = NewPerson

    def prepare(self, request: Request) -> None:
        require_administrator(self.person)

    def create(self, request: Request, data: dict[str, Any]) -> User:
        return create_person(actor=self.person, roles=_role_set(data.pop("roles", [])), **data)


class PersonView(EditingDetailView):
    resource = PEOPLE
    input = EditedPerson

    def edit(self, request: Request, record: User, data: dict[str, Any]) -> None:
        is_administrator = bool(access_of(request.user).roles & Role.ADMINISTRATOR)
        if not is_administrator:
            if record.pk != request.user.pk or set(data) - OWN:
                raise PermissionDenied(_("You may change your own name, telephone, job title and time zone only."))
            edit_profile(record, actor=self.person, **data)
            return
        if "roles" in data:
            set_roles(record, _role_set(data.pop("roles")), actor=self.person)
        is_active = data.pop("is_active", record.is_active)
        if is_active != record.is_active:
            (reactivate_person if is_active else deactivate_person)(record, actor=self.person)
        if data:
            edit_person(record, actor=self.person, **data)


class Me(serializers.Serializer):
    """Who calls."""

    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    organisation = serializers.CharField(allow_null=True)
    time_zone = serializers.CharField()
    teams = serializers.ListField(child=serializers.CharField())
    roles = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(child=serializers.CharField(), help_text="Of the token; * for a session.")
    token = serializers.CharField(allow_null=True, help_text="The key of the token, never its secret.")


class MeView(ApiView):
    """Who the API takes the caller for."""

    scopes = ANY_TOKEN
    answers = {"GET": Me}
    about = {"GET": _("Who the caller is, with the roles of the person and the scopes of the token.")}

    def get(self, request: Request) -> HttpResponse:
        self.refuse_unknown_parameters()
        person: Any = request.user
        token: Any = request.auth
        held = access_of(person).roles
        teams = person.teams.filter(is_active=True).order_by("key").values_list("key", flat=True)
        return answer(
            {
                "username": person.username,
                "name": person.name,
                "email": person.email,
                "organisation": person.organisation.key if person.organisation_id else None,
                "time_zone": person.time_zone,
                "teams": list(teams),
                "roles": [name for name, role in BY_KEY.items() if role & held],
                "scopes": list(token.scopes) if token else ["*"],
                "token": token.key if token else None,
            }
        )


def _role_set(names: list[str]) -> Role:
    held = Role.NONE
    for name in names:
        held |= BY_KEY[name]
    return held
