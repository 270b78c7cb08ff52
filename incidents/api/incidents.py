"""Incidents: the fields of every ticket, and what only an incident has."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.readers import desk
from core.api.filters import Filter, flag, moment, number
from core.api.resources import Field, choices_of
from incidents.models import Incident
from incidents.models.incident import FixKind, HoldReason, ResolutionCode, Status
from tickets.api.fields import at, counted, keyed, person, words, yes_no
from tickets.api.tickets import ticket_resource


def visible_incidents(request: Request) -> Any:
    return Incident.objects.visible_to(request.user)


def _word(name: str, choices: Any, help_text: Any = "") -> Field:
    """One of several words, or empty."""
    documented = serializers.ChoiceField([*choices_of(choices), ""], help_text=help_text)
    return Field(name, documented)


FIELDS = (
    keyed("opening_category", _("As it was when it was opened."), nullable=True, shown=desk),
    _word("hold_reason", HoldReason),
    words("hold_awaits", shown=desk),
    at("held_at"),
    at("wake_at", shown=desk),
    counted("held_seconds", _("Spent on hold so far, the present hold not counted."), shown=desk),
    words("resolution", _("In words for the requester.")),
    _word("resolution_code", ResolutionCode),
    _word("fix_kind", FixKind),
    person("resolved_by", nullable=True),
    keyed("resolved_ci", _("The item that was at fault."), nullable=True, shown=desk),
    words("cancel_reason"),
    yes_no("is_major"),
    words("priority_override_reason", shown=desk),
    Field("impact_answers", serializers.DictField(), shown=desk),
    Field("script_answers", serializers.DictField(), shown=desk),
    counted("reopen_count"),
    counted("reassignment_count", shown=desk),
    counted("bounce_count", _("How often a team gave it back."), shown=desk),
    counted("escalation_count", shown=desk),
    yes_no("awaits_acceptance", _("Given to a team of which nobody has taken it."), shown=desk),
    at("impact_started_at", shown=desk),
    at("detected_at", shown=desk),
    at("reported_at"),
    at("acknowledged_at"),
    at("first_response_at"),
    at("work_started_at", shown=desk),
    at("restored_at"),
    Field(
        "assumed_facts",
        serializers.ListField(child=serializers.CharField(), help_text=_("Moments that nobody has said.")),
        shown=desk,
    ),
)

INCIDENTS = ticket_resource(
    "incidents",
    label=_("An unplanned interruption of a service, or a drop in its quality"),
    label_plural=_("Incidents"),
    about=_("The incidents that the caller sees, the newest first."),
    model=Incident,
    rows=visible_incidents,
    fields=FIELDS,
    filters={
        "status": Filter("status", choices=choices_of(Status)),
        "hold_reason": Filter("hold_reason", choices=[*choices_of(HoldReason), ""]),
        "resolution_code": Filter("resolution_code", choices=[*choices_of(ResolutionCode), ""]),
        "is_major": Filter("is_major", flag),
        "awaits_acceptance": Filter("awaits_acceptance", flag),
        "reopen_count": Filter("reopen_count", number),
        "reassignment_count": Filter("reassignment_count", number),
        "bounce_count": Filter("bounce_count", number),
        "reported_at": Filter("reported_at", moment, nullable=True),
        "acknowledged_at": Filter("acknowledged_at", moment, nullable=True),
        "first_response_at": Filter("first_response_at", moment, nullable=True),
        "restored_at": Filter("restored_at", moment, nullable=True),
        "impact_started_at": Filter("impact_started_at", moment, nullable=True),
        "wake_at": Filter("wake_at", moment, nullable=True),
    },
)
