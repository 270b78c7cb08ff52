from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.activity import record
from core.exceptions import Refused
from core.moves import perform
from incidents.models import Incident
from incidents.models.incident import Status
from incidents.services.opening import open_incident
from tickets.models import Comment, Link
from tickets.services.words import Audience, add_comment


@transaction.atomic
def reply(*, incident: Incident, text: str, actor: User, **rest: Any) -> tuple[Incident, Comment | None]:
    """A requester's words. On a closed incident they open a follow-up that is linked to it; both are given back."""
    if incident.stage != "closed":
        return incident, add_comment(ticket=incident, text=text, actor=actor, audience=Audience.REQUESTER, **rest)
    return open_follow_up(incident=incident, text=text, actor=actor), None


@transaction.atomic
def open_follow_up(*, incident: Incident, text: str, actor: User, channel: str = "portal") -> Incident:
    """A new incident that follows up a closed one, with its service, category and items."""
    if incident.stage != "closed":
        raise Refused(_("%(number)s is still open; write there.") % {"number": incident.number})
    follow_up = open_incident(
        actor=actor,
        requester=incident.requester,
        title=incident.title,
        description=text,
        impact=incident.impact,
        urgency=incident.urgency,
        service=incident.service,
        category=incident.category,
        organisation=incident.organisation,
        location=incident.location,
        cis=list(incident.cis.all()),
        channel=channel,
    )
    Link.objects.create(source=follow_up, target=incident, kind=Link.Kind.FOLLOW_UP_OF, created_by=actor)
    record("ticket.followed_up", incident, actor=actor, data={"by": follow_up.pk}, at=timezone.now())
    return follow_up


def confirm(*, incident: Incident, actor: User) -> Incident:
    """The requester says that it works: the incident is closed."""
    return incident if incident.status == Status.CLOSED else perform(incident, "close", actor=actor)
