"""Configuration items, their classes, and services."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.organisations import LOCATIONS, ORGANISATIONS, by_name
from accounts.api.people import visible_people
from accounts.api.readers import desk
from accounts.api.teams import TEAMS
from cmdb.models import CiClass, ConfigurationItem, Service
from cmdb.services import create_ci, create_service, edit_ci, require_keeper
from core.api.filters import Filter, flag, moment, number, reference
from core.api.inputs import Flag, Input, Reference, Text, Whole, Word
from core.api.moves import moves_field
from core.api.resources import Field, Order, Resource, Row, choices_of
from core.api.resources import reference as refers
from core.api.views import CreatingListView, DetailView, EditingDetailView, ListView

Status, Environment = ConfigurationItem.Status, ConfigurationItem.Environment
text = serializers.CharField


def _keyed(name: str, **options: Any) -> Field:
    column = f"{name}__key"
    return refers(name, column, key=column, name=f"{name}__name", **options)


CI_CLASSES = Resource(
    name="ci-classes",
    label=_("A class of configuration item"),
    label_plural=_("CI classes"),
    model=CiClass,
    rows=lambda request: CiClass.objects.all() if desk(request) else CiClass.objects.none(),
    scopes=("cis",),
    about=_("For the desk."),
    fields=(
        Field("key", text()),
        Field("name", text()),
        refers("parent", "parent__key", nullable=True, key="parent__key", name="parent__name"),
        Field("icon", text()),
    ),
    filters={"key": Filter("key"), "name": Filter("name"), "parent": reference("parent__key", nullable=True)},
    orders={"name": Order("name", str), "key": Order("key", str)},
    search=by_name,
)

HEAD = (
    Field("key", text()),
    Field("name", text()),
    Field("description", text()),
    refers("class", "ci_class__key", key="ci_class__key", name="ci_class__name"),
    Field("status", serializers.ChoiceField(choices_of(Status))),
    Field("environment", serializers.ChoiceField(choices_of(Environment))),
    Field("importance", serializers.IntegerField(min_value=1, max_value=4, help_text=_("1 is vital."))),
    refers("owner", "owner__username", nullable=True, shown=desk, username="owner__username", name="owner__name"),
    _keyed("support_team", nullable=True, shown=desk),
    _keyed("organisation", nullable=True, shown=desk),
    _keyed("location", nullable=True, shown=desk),
    Field("created_at", serializers.DateTimeField()),
    Field("updated_at", serializers.DateTimeField()),
    Field("version", serializers.IntegerField()),
)

FILTERS = {
    "key": Filter("key"),
    "name": Filter("name"),
    "class": reference("ci_class__key"),
    "status": Filter("status", choices=choices_of(Status)),
    "environment": Filter("environment", choices=choices_of(Environment)),
    "importance": Filter("importance", number),
    "owner": reference("owner__username", nullable=True),
    "support_team": reference("support_team__key", nullable=True),
    "organisation": reference("organisation__key", nullable=True),
    "location": reference("location__key", nullable=True),
    "updated_at": Filter("updated_at", moment),
}
ORDERS = {
    "name": Order("name", str),
    "key": Order("key", str),
    "importance": Order("importance", int),
    "updated_at": Order("updated_at", moment),
}

CIS: Resource = Resource(
    name="cis",
    label=_("Anything that has to be known to deliver a service"),
    label_plural=_("Configuration items"),
    about=_("The items, services among them, of the organisations that the caller's teams serve. For the desk."),
    model=ConfigurationItem,
    rows=lambda request: ConfigurationItem.objects.visible_to(request.user),
    scopes=("cis",),
    fields=(*HEAD, moves_field(lambda: CIS)),
    filters=FILTERS,
    orders=ORDERS,
    search=by_name,
    has_version=True,
)


def _users(rows: list[Row], request: Request) -> Mapping[Any, Any]:
    found: dict[Any, list[str]] = defaultdict(list)
    used = Service.used_by.through.objects.filter(service_id__in=[row["id"] for row in rows])
    for pk, key in used.order_by("organisation__key").values_list("service_id", "organisation__key"):
        found[pk].append(key)
    return found


SERVICES: Resource = Resource(
    name="services",
    label=_("What customers use"),
    label_plural=_("Services"),
    about=_("For the desk the services of those whom it serves; for others those that they use."),
    model=Service,
    rows=lambda request: Service.objects.visible_to(request.user),
    scopes=("cis", "tickets", "incidents"),
    fields=(
        *HEAD,
        Field("user_count", serializers.IntegerField(), shown=desk),
        Field("is_requestable", serializers.BooleanField(help_text=_("Shown in the portal."))),
        Field(
            "used_by",
            serializers.ListField(child=text(), help_text=_("Keys of organisations; none: everybody.")),
            batch=_users,
            shown=desk,
            is_extra=True,
        ),
        moves_field(lambda: SERVICES),
    ),
    filters={**FILTERS, "used_by": reference("used_by__key"), "is_requestable": Filter("is_requestable", flag)},
    orders=ORDERS,
    search=by_name,
    has_version=True,
)


class CiInput(Input):
    """Changes to an item. Its status changes by moves alone."""

    name = Text(max_length=150)
    description = Text(required=False, allow_blank=True, max_length=50_000)
    ci_class = Reference(lambda request: CiClass.objects.all())
    environment = Word(choices_of(Environment), required=False)
    importance = Whole(required=False, min_value=1, max_value=4)
    owner = Reference(visible_people, key="username", required=False, allow_null=True)
    support_team = Reference(TEAMS.rows, required=False, allow_null=True)
    organisation = Reference(ORGANISATIONS.rows, required=False, allow_null=True)
    location = Reference(LOCATIONS.rows, required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """`class` is no name for a member in Python, and the right one for the API."""
        fields = super().get_fields()
        fields["class"] = fields.pop("ci_class")
        fields["class"].source = "ci_class"
        return fields


class NewCi(CiInput):
    """A new item. One that exists already is written down in the status that it has."""

    key = Text(max_length=100, validators=[validate_slug])
    status = Word(choices_of(Status), required=False)


class ServiceInput(CiInput):
    """Changes to a service. Its status changes by moves alone."""

    user_count = Whole(required=False, min_value=0, max_value=2**31 - 1)
    is_requestable = Flag(required=False)
    used_by = serializers.ListField(child=Reference(ORGANISATIONS.rows), required=False, max_length=500)


class NewService(ServiceInput):
    """A new service."""

    key = Text(max_length=100, validators=[validate_slug])
    status = Word(choices_of(Status), required=False)


class CiClassesView(ListView):
    resource = CI_CLASSES


class CiClassView(DetailView):
    resource = CI_CLASSES


class CisView(CreatingListView):
    resource = CIS
    input = NewCi

    def prepare(self, request: Request) -> None:
        require_keeper(self.person)

    def create(self, request: Request, data: dict[str, Any]) -> ConfigurationItem:
        return create_ci(actor=self.person, **data)


class CiView(EditingDetailView):
    resource = CIS
    input = CiInput

    def edit(self, request: Request, record: ConfigurationItem, data: dict[str, Any]) -> None:
        edit_ci(ci=record, actor=self.person, **data)


class ServicesView(CreatingListView):
    resource = SERVICES
    input = NewService

    def prepare(self, request: Request) -> None:
        require_keeper(self.person)

    def create(self, request: Request, data: dict[str, Any]) -> Service:
        return create_service(actor=self.person, **data)


class ServiceView(EditingDetailView):
    resource = SERVICES
    input = ServiceInput

    def lock(self, pk: Any) -> Service:
        ConfigurationItem.objects.select_for_update(no_key=True).get(pk=pk)
        return Service.objects.get(pk=pk)

    def edit(self, request: Request, record: Service, data: dict[str, Any]) -> None:
        edit_ci(ci=record, actor=self.person, **data)
