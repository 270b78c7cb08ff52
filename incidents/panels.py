"""What incidents show on a ticket's page: the announcements that stand for it."""

from collections.abc import Mapping
from typing import Any

from accounts.permissions import SignedInRequest
from core.registries import panel_on
from incidents.models import Announcement
from tickets.models import Ticket


@panel_on("tickets.ticket", template="incidents/announced_panel.html", rank=60)
def announced(request: SignedInRequest, ticket: Any) -> Mapping[str, Any] | None:
    """What people are told of it in the portal, and for the desk the way to tell them."""
    if ticket.kind != "incident" or not request.user.access.is_desk:
        return None
    told = list(Announcement.objects.visible_to(request.user).filter(incident_id=ticket.pk)[:5])
    is_open = ticket.stage in (Ticket.Stage.OPEN, Ticket.Stage.WAITING)
    return {"announcements": told, "may_announce": is_open} if told or is_open else None
