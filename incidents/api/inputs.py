"""What may be said when an incident is opened or changed, and by whom."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import access_of
from accounts.api.organisations import LOCATIONS, ORGANISATIONS
from accounts.api.people import visible_people
from accounts.api.teams import TEAMS
from accounts.roles import Role
from cmdb.models import ConfigurationItem, Service
from core.api.inputs import Answers, Input, Moment, Reference, Text, Whole, Word
from core.api.problems import Error, invalid
from core.api.resources import choices_of
from incidents.api.incidents import visible_incidents
from tickets.api.categories import visible_categories
from tickets.models import Ticket


def visible_cis(request: Request) -> Any:
    return ConfigurationItem.objects.visible_to(request.user)


def visible_requesters(request: Request) -> Any:
    """People with where they belong, which an incident takes over."""
    return visible_people(request).select_related("organisation", "location")


def visible_services(request: Request) -> Any:
    """Services with their team, to which an incident goes."""
    return Service.objects.visible_to(request.user).select_related("support_team")


class IncidentInput(Input):
    """What can be said of an incident at any time."""

    title = Text(max_length=200)
    description = Text(required=False, allow_blank=True, max_length=100_000)
    impact = Whole(required=False, min_value=1, max_value=3)
    urgency = Whole(required=False, min_value=1, max_value=3)
    requester = Reference(visible_requesters, key="username", required=False)
    organisation = Reference(ORGANISATIONS.rows, required=False, allow_null=True)
    location = Reference(LOCATIONS.rows, required=False, allow_null=True)
    service = Reference(visible_services, required=False, allow_null=True)
    category = Reference(visible_categories, required=False, allow_null=True)
    channel = Word(choices_of(Ticket.Channel), required=False)
    affected_cis = serializers.ListField(child=Reference(visible_cis), required=False, max_length=200)
    impact_started_at = Moment(required=False)
    detected_at = Moment(required=False)
    reported_at = Moment(required=False)


class NewIncident(IncidentInput):
    """An incident to open. Priority, team and number follow from what is said."""

    impact_answers = Answers(required=False, help_text=_("From which impact and urgency are suggested."))
    script_answers = Answers(required=False, help_text=_("To the category's first questions."))
    team = Reference(TEAMS.rows, required=False, help_text=_("In place of the one that the rules choose."))
    assignee = Reference(visible_people, key="username", required=False)
    parent = Reference(visible_incidents, key="number", required=False)  # type: ignore[assignment]  # a member of this name, not the field's own
    restricted_to = serializers.ListField(child=Reference(TEAMS.rows), required=False, max_length=50)
    external_source = Text(required=False, max_length=40, help_text=_("Left out: the caller's user name."))
    external_ref = Text(required=False, max_length=100, help_text=_("Its number there; unique per source."))


class EditedIncident(IncidentInput):
    """Changes to an incident. Its status changes by moves alone."""

    owning_team = Reference(TEAMS.rows, required=False)
    parent = Reference(visible_incidents, key="number", required=False, allow_null=True)  # type: ignore[assignment]  # a member of this name, not the field's own
    priority = Whole(required=False, min_value=1, max_value=5, help_text=_("By hand; needs the reason."))
    priority_override_reason = Text(required=False, max_length=300)
    restored_at = Moment(required=False)


REQUESTERS_FIELDS = {
    "title", "description", "requester", "service", "category", "location", "impact_answers", "script_answers",
    "external_source", "external_ref",
}  # fmt: skip
"""What somebody who is not of the desk may say of a new incident: they answer, and never pick a priority."""


def refuse_what_the_desk_decides(request: Request, data: dict[str, Any]) -> None:
    access = access_of(request.user)
    if access.supplier_id is None and (access.is_desk or access.roles & Role.INTEGRATION):
        return
    errors: list[Error] = [
        {"pointer": f"/{name}", "detail": str(_("The desk decides this."))}
        for name in sorted(set(data) - REQUESTERS_FIELDS)
    ]
    if errors:
        raise invalid(errors)
