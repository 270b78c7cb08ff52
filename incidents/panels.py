"""What incidents show on other pages: on a ticket its announcements, on services how each of them is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import SignedInRequest
from core.registries import panel_on
from incidents.models import Announcement, Incident
from tickets.models import Ticket

STATES = {"slow": _("Slow"), "down": _("Not available")}


@panel_on("tickets.ticket", template="incidents/announced_panel.html", rank=60)
def announced(request: SignedInRequest, ticket: Any) -> Mapping[str, Any] | None:
    """What people are told of it in the portal, and for the desk the way to tell them."""
    if ticket.kind != "incident" or not request.user.access.is_desk:
        return None
    told = list(Announcement.objects.visible_to(request.user).filter(incident_id=ticket.pk)[:5])
    is_open = ticket.stage in (Ticket.Stage.OPEN, Ticket.Stage.WAITING)
    is_told = any(each.ended_at is None for each in told)
    return {"announcements": told, "may_announce": is_open and not is_told} if told or is_open else None


@panel_on("cmdb.ci", template="incidents/panels/announced.html", rank=10)
def announced_on_service(request: SignedInRequest, ci: Any) -> Mapping[str, Any] | None:
    """What people are told about a service now."""
    rows = Announcement.objects.visible_to(request.user).current().filter(service_id=ci.pk).select_related("incident")
    found = list(rows)
    if not found:
        return None
    seen = Incident.objects.visible_to(request.user).filter(pk__in=[each.incident_id for each in found])
    numbers = set(seen.values_list("pk", flat=True))
    return {"rows": [{"told": each, "shows_incident": each.incident_id in numbers} for each in found]}


@panel_on("cmdb.services", template="incidents/panels/state.html", rank=10)
def states(request: SignedInRequest, services: Any) -> Mapping[str, Any]:
    """A column of the services: the worst that is announced for each."""
    ids = [service.pk for service in services]
    rows = Announcement.objects.visible_to(request.user).current().filter(service_id__in=ids)
    worst: dict[int, str] = {}
    for pk, state in rows.values_list("service_id", "state"):
        worst[pk] = "down" if "down" in (state, worst.get(pk)) else state
    return {"label": _("Now"), "cells": {pk: {"state": worst[pk], "label": STATES[worst[pk]]} for pk in worst}}
