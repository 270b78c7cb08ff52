"""What incidents bring to the shell."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import registries
from incidents.models import Incident
from tickets.navigation import for_the_desk
from tickets.queue.page import COUNTED_TO, said

WORK = _("Work")


def open_incidents(request: HttpRequest) -> str | None:
    count = Incident.objects.visible_to(request.user).unresolved().order_by()[:COUNTED_TO].count()
    return said(count) if count else None


def register() -> None:
    """Called once, when the app is ready."""
    registries.add_entry(
        registries.Entry(WORK, _("Incidents"), "incidents", "lifebuoy", for_the_desk, open_incidents, rank=10)
    )
