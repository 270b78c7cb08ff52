"""The panels around every ticket: items, tasks, family and ties, suppliers, restriction."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.permissions import SignedInRequest
from core.moves import offers
from core.registries import panel_on
from tickets.models import Task, Ticket, TicketCi
from tickets.search import similar
from tickets.services.linking import visible_children, visible_links, visible_parent
from tickets.services.referring import visible_referrals

PAGE = "tickets.ticket"
CHILDREN_SHOWN = 20
ON_ITEM_SHOWN = 8
COUNTED_TO = 1000


def _acts(request: SignedInRequest, ticket: Any) -> bool:
    return bool(request.user.access.is_desk and ticket.acts_for_desk(request.user))


@panel_on(PAGE, template="tickets/panels/items.html", rank=10)
def items(request: SignedInRequest, ticket: Any) -> dict[str, Any] | None:
    """What is hit."""
    if not request.user.access.reads_desk:
        return None
    rows = TicketCi.objects.filter(ticket_id=ticket.pk).select_related("ci__ci_class").order_by("role", "ci__name")
    return {"rows": rows, "acts": _acts(request, ticket)}


@panel_on(PAGE, template="tickets/panels/tasks.html", rank=20)
def tasks(request: SignedInRequest, ticket: Any) -> dict[str, Any] | None:
    """What is left to do."""
    if not request.user.access.reads_desk:
        return None
    rows = list(Task.objects.visible_to(request.user).filter(ticket_id=ticket.pk).select_related("assignee", "team"))
    acts = _acts(request, ticket)
    for task in rows:
        task.ticket = ticket
    lines = [
        {"task": task, "moves": [offer.move for offer in offers(task, request.user) if offer.allowed] if acts else []}
        for task in rows
    ]
    return {"rows": lines, "done": sum(task.stage == "closed" for task in rows), "acts": acts}


@panel_on(PAGE, template="tickets/panels/family.html", rank=30)
def family(request: SignedInRequest, ticket: Any) -> dict[str, Any] | None:
    """Parent, children and ties, as far as they exist for the reader."""
    if not request.user.access.reads_desk:
        return None
    children = list(visible_children(ticket, request.user)[: CHILDREN_SHOWN + 1])
    return {
        "parent": visible_parent(ticket, request.user),
        "children": children[:CHILDREN_SHOWN],
        "has_more": len(children) > CHILDREN_SHOWN,
        "links": visible_links(ticket, request.user),
        "acts": _acts(request, ticket),
    }


@panel_on(PAGE, template="tickets/panels/referrals.html", rank=40)
def referrals(request: SignedInRequest, ticket: Any) -> dict[str, Any] | None:
    """With which suppliers it is or was."""
    rows = list(visible_referrals(ticket, request.user))
    acts = _acts(request, ticket)
    return {"rows": rows, "acts": acts} if rows or acts else None


@panel_on(PAGE, template="tickets/panels/similar.html", rank=50)
def similar_open(request: SignedInRequest, ticket: Any) -> dict[str, Any] | None:
    """Other open tickets that sound alike."""
    if not _acts(request, ticket) or ticket.stage not in ("open", "waiting"):
        return None
    found = [other for other in similar(request.user, ticket.title, kind=ticket.kind, limit=5) if other.pk != ticket.pk]
    return {"rows": found[:4]} if found else None


@panel_on(PAGE, template="tickets/panels/restriction.html", rank=90)
def restriction(request: SignedInRequest, ticket: Any) -> dict[str, Any] | None:
    """Who may see it, when that is restricted."""
    acts = _acts(request, ticket)
    if not ticket.is_restricted:
        return {"teams": [], "acts": acts} if acts else None
    teams = Team.objects.filter(pk__in=ticket.restricted_team_ids)
    return {"teams": list(teams), "acts": acts, "label": _("Restricted")}


def _hit(ci: Any, user: Any) -> Any:
    """The open tickets that a person sees on an item, or on it as a service."""
    named = TicketCi.objects.filter(ci_id=ci.pk).exclude(source=TicketCi.Source.EXCLUDED)
    tickets = Ticket.objects.visible_to(user).unresolved()
    return tickets.filter(Q(pk__in=named.values("ticket_id")) | Q(service_id=ci.pk))


@panel_on("cmdb.ci", template="tickets/panels/on_ci.html", rank=20)
def open_on_item(request: SignedInRequest, ci: Any) -> dict[str, Any]:
    """What is open on an item or service."""
    tickets = _hit(ci, request.user)
    count = tickets.order_by()[: COUNTED_TO + 1].count()
    rows = tickets.for_lists().order_by("priority", "-updated_at")[:ON_ITEM_SHOWN]
    is_service = hasattr(ci, "configurationitem_ptr_id")
    return {"rows": rows, "count": count, "most": COUNTED_TO, "service": ci.key if is_service else ""}


@panel_on("cmdb.services", template="tickets/panels/open_on_service.html", rank=20)
def open_on_services(request: SignedInRequest, services: Any) -> dict[str, Any]:
    """A column of the services: how many tickets are open on each, as far as the reader sees them."""
    tickets = Ticket.objects.visible_to(request.user).unresolved()
    tickets = tickets.filter(service_id__in=[service.pk for service in services]).order_by()
    counts = dict(tickets.values_list("service_id").annotate(Count("pk")))
    return {
        "label": _("Open"),
        "cells": {each.pk: {"key": each.key, "count": counts.get(each.pk, 0)} for each in services},
    }
