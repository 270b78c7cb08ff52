"""Organisations and locations: two trees."""

from typing import Any

from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.readers import desk
from accounts.models import Location, Organisation, Team
from accounts.permissions import require_administrator
from accounts.services.organisation import create_location, create_organisation, edit_location, edit_organisation
from accounts.validators import visible_characters
from core.api.filters import Filter, flag, reference
from core.api.inputs import Flag, Input, Reference, Text, Word
from core.api.resources import Field, Order, Resource, choices_of
from core.api.resources import reference as refers
from core.api.views import CreatingListView, EditingDetailView

BY_NAME = {"name": Order("name", str), "key": Order("key", str)}


def by_name(rows: Any, request: Request, words: str) -> Any:
    return rows.filter(name__icontains=words) | rows.filter(key__icontains=words)


def slug(**kwargs: Any) -> Text:
    """The word that addresses a record; it is chosen once."""
    return Text(max_length=60, validators=[validate_slug], **kwargs)


ORGANISATIONS = Resource(
    name="organisations",
    label=_("An organisation, or a part of one"),
    label_plural=_("Organisations"),
    about=_("One's own organisation; for the desk also those that it serves. Suppliers are organisations too."),
    model=Organisation,
    rows=lambda request: Organisation.objects.visible_to(request.user),
    scopes=("people",),
    fields=(
        Field("key", serializers.CharField()),
        Field("name", serializers.CharField()),
        Field("kind", serializers.ChoiceField(choices_of(Organisation.Kind))),
        refers("parent", "parent__key", nullable=True, key="parent__key", name="parent__name"),
        Field("phone", serializers.CharField(), shown=desk),
        Field("people_see_all", serializers.BooleanField(), shown=desk),
        Field("is_active", serializers.BooleanField()),
    ),
    filters={
        "key": Filter("key"),
        "name": Filter("name"),
        "kind": Filter("kind", choices=choices_of(Organisation.Kind)),
        "parent": reference("parent__key", nullable=True),
        "is_active": Filter("is_active", flag),
    },
    orders=BY_NAME,
    search=by_name,
)

LOCATIONS = Resource(
    name="locations",
    label=_("A site, a building or a room"),
    label_plural=_("Locations"),
    about=_("For the desk every location; for others those of their organisation and of nobody in particular."),
    model=Location,
    rows=lambda request: Location.objects.visible_to(request.user),
    scopes=("people", "tickets", "incidents"),
    fields=(
        Field("key", serializers.CharField()),
        Field("name", serializers.CharField()),
        refers("parent", "parent__key", nullable=True, key="parent__key", name="parent__name"),
        refers("organisation", "organisation__key", nullable=True, key="organisation__key", name="organisation__name"),
        refers(
            "support_team",
            "support_team__key",
            nullable=True,
            shown=desk,
            key="support_team__key",
            name="support_team__name",
        ),
        Field("is_active", serializers.BooleanField()),
    ),
    filters={
        "key": Filter("key"),
        "name": Filter("name"),
        "organisation": reference("organisation__key", nullable=True),
        "parent": reference("parent__key", nullable=True),
        "is_active": Filter("is_active", flag),
    },
    orders=BY_NAME,
    search=by_name,
)


class OrganisationInput(Input):
    """Changes to an organisation."""

    name = Text(max_length=150, validators=[visible_characters])
    kind = Word(choices_of(Organisation.Kind), required=False)
    parent = Reference(ORGANISATIONS.rows, required=False, allow_null=True)  # type: ignore[assignment]  # a member of this name, not the field's own
    phone = Text(required=False, allow_blank=True, max_length=40)
    people_see_all = Flag(required=False)
    is_active = Flag(required=False)


class NewOrganisation(OrganisationInput):
    """A new organisation."""

    key = slug()


class LocationInput(Input):
    """Changes to a location."""

    name = Text(max_length=150, validators=[visible_characters])
    parent = Reference(LOCATIONS.rows, required=False, allow_null=True)  # type: ignore[assignment]  # a member of this name, not the field's own
    organisation = Reference(ORGANISATIONS.rows, required=False, allow_null=True)
    support_team = Reference(lambda request: Team.objects.visible_to(request.user), required=False, allow_null=True)
    is_active = Flag(required=False)


class NewLocation(LocationInput):
    """A new location."""

    key = slug()


class OrganisationsView(CreatingListView):
    resource = ORGANISATIONS
    input = NewOrganisation

    def prepare(self, request: Request) -> None:
        require_administrator(self.person)

    def create(self, request: Request, data: dict[str, Any]) -> Organisation:
        return create_organisation(actor=self.person, **data)


class OrganisationView(EditingDetailView):
    resource = ORGANISATIONS
    input = OrganisationInput

    def edit(self, request: Request, record: Organisation, data: dict[str, Any]) -> None:
        edit_organisation(record, actor=self.person, **data)


class LocationsView(CreatingListView):
    resource = LOCATIONS
    input = NewLocation

    def prepare(self, request: Request) -> None:
        require_administrator(self.person)

    def create(self, request: Request, data: dict[str, Any]) -> Location:
        return create_location(actor=self.person, **data)


class LocationView(EditingDetailView):
    resource = LOCATIONS
    input = LocationInput

    def edit(self, request: Request, record: Location, data: dict[str, Any]) -> None:
        edit_location(record, actor=self.person, **data)
