"""Tickets of every kind in one list, and what each practice's resource is made of."""

from collections.abc import Callable, Hashable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from accounts.access import access_of
from core.api.filters import Filter
from core.api.moves import moves_field
from core.api.resources import Field, Resource
from core.api.views import DetailView, ListView
from tickets.api.fields import AFFECTED_CIS, FILTERS, HEAD, ORDERS, search
from tickets.models import Ticket


def _sight(request: Request) -> Hashable:
    """All of a person on which `visible_to` depends for tickets."""
    access = access_of(request.user)
    reach = (access.team_ids, access.served_ids, access.shared_ids)
    return (access.user_id, access.roles.value, access.supplier_id, *map(tuple, reach))


def ticket_resource(
    name: str,
    *,
    rows: Callable[[Request], Any],
    fields: tuple[Field, ...] = (),
    filters: dict[str, Filter] | None = None,
    with_moves: bool = True,
    **rest: Any,
) -> Resource:
    """A practice's resource: the fields of every ticket, then its own, its items and its moves."""
    made: list[Resource] = []
    tail = (AFFECTED_CIS, *((moves_field(lambda: made[0]),) if with_moves else ()))
    resource = Resource(
        name=name,
        rows=rows,
        fields=(*HEAD, *fields, *tail),
        key="number",
        filters={**FILTERS, **(filters or {})},
        orders=ORDERS,
        default_order="-opened_at",
        search=search,
        has_version=True,
        scopes=(name, "tickets"),
        sight=_sight,
        **rest,
    )
    made.append(resource)
    return resource


TICKETS = ticket_resource(
    "tickets",
    label=_("A ticket of any kind"),
    label_plural=_("Tickets"),
    about=_("Tickets of every practice that the caller sees. They are opened and changed under their own practice."),
    model=Ticket,
    rows=lambda request: Ticket.objects.visible_to(request.user),
    filters={"kind": Filter("kind", lookups=("", "in")), "status": Filter("status", lookups=("", "in"))},
    with_moves=False,
)


class TicketsView(ListView):
    resource = TICKETS


class TicketView(DetailView):
    resource = TICKETS
