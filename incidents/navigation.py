"""What incidents bring to the shell."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.navigation import GROUP as ADMINISTRATION
from core import registries
from incidents.models import Incident
from tickets.navigation import for_the_desk, for_workers
from tickets.permissions import rules
from tickets.queue.page import COUNTED_TO, said
from tickets.record.page import moves_for

WORK = _("Work")
PORTAL = (
    (_("Home"), "portal", "home"),
    (_("My tickets"), "portal-tickets", "inbox"),
    (_("Report"), "portal-report", "circle-plus"),
    (_("Services"), "portal-services", "server"),
)
"""What the portal's bar leads to, and its four tabs on a phone."""


RULES = (
    (_("Priorities"), "administration-priorities", "scale"),
    (_("Rules of incidents"), "administration-incident-rules", "adjustments-horizontal"),
    (_("Parents and children"), "administration-propagation", "hierarchy"),
)
"""What the administration offers on incidents."""


def for_everybody(request: HttpRequest) -> bool:
    return True


def open_incidents(request: HttpRequest) -> str | None:
    count = Incident.objects.visible_to(request.user).unresolved().order_by()[:COUNTED_TO].count()
    return said(count) if count else None


@registries.palette_source
def verbs_in_palette(request: HttpRequest, query: str) -> list[registries.Hit]:
    """What can be done with the incident in sight."""
    number = request.GET.get("on", "")
    if not number.startswith("INC"):
        return []
    incident = Incident.objects.visible_to(request.user).filter(number=number).first()
    if incident is None:
        return []
    words = query.casefold()
    return [
        registries.Hit(
            label=move["label"],
            url=move["url"],
            icon=move["icon"] or "arrow-right",
            method="" if move["asks"] else "post",
            group=incident.number,
        )
        for move in moves_for(incident, request.user, f"/tickets/{incident.number}/")
        if move["refused"] is None and words in str(move["label"]).casefold()
    ]


def register() -> None:
    """Called once, when the app is ready."""
    registries.add_entry(
        registries.Entry(WORK, _("Incidents"), "incidents", "lifebuoy", for_the_desk, open_incidents, rank=10)
    )
    registries.add_entry(
        registries.Entry(WORK, _("Incident"), "incident-new", "lifebuoy", for_workers, rank=10, area="new")
    )
    registries.add_entry(
        registries.Entry(WORK, _("Announcements"), "announcements", "broadcast", for_the_desk, rank=40)
    )
    for rank, (label, url_name, icon) in enumerate(RULES, start=920):
        registries.add_entry(registries.Entry(ADMINISTRATION, label, url_name, icon, rules, rank=rank))
    for rank, (label, url_name, icon) in enumerate(PORTAL):
        registries.add_entry(registries.Entry("", label, url_name, icon, for_everybody, rank=rank, area="portal"))
    registries.add_entry(
        registries.Entry("", _("Referred to us"), "supplier", "inbox", for_everybody, rank=1, area="supplier")
    )
