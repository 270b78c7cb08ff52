"""What the shift that begins wants to know of incidents besides: those whose hold ends while it works."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tickets.handover import Shift, section


@section("waking", _("Wakes in this shift"), rank=30, moment=lambda ticket: ticket.incident.wake_at)
def waking(tickets: Any, shift: Shift) -> Any:
    due = tickets.filter(incident__wake_at__lte=shift.ends_at).select_related("incident")
    return due.order_by("incident__wake_at", "id")
