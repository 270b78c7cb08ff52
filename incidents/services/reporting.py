"""A report from the portal: an incident and its files, all or nothing."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.models import Activity
from incidents.models import Incident
from incidents.services.opening import open_incident
from tickets.models import Ticket
from tickets.services.files import attach
from tickets.services.words import SAME_WITHIN


@transaction.atomic
def report(
    *,
    actor: User,
    requester: User,
    title: str,
    description: str = "",
    files: Sequence[UploadedFile] = (),
    channel: str = Ticket.Channel.PORTAL,
    **rest: Any,
) -> Incident:
    """A person's own report with its files. Pressed twice, it is one incident."""
    twin = opened_just_now(actor=actor, requester=requester, title=title, description=description, channel=channel)
    if twin is not None:
        return twin
    incident = open_incident(
        actor=actor, requester=requester, title=title, description=description, channel=channel, **rest
    )
    if files:
        attach(ticket=incident, files=files, actor=actor, audience=Activity.Audience.REQUESTER)
    return incident


def opened_just_now(*, actor: User, requester: User, title: str, description: str, channel: str) -> Incident | None:
    """The incident that a person opened with the same words a moment ago; until the transaction ends they open none."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.pk)
    return Incident.objects.filter(
        opened_by=actor,
        requester=requester,
        channel=channel,
        title=" ".join(title.split()),
        description=description.strip(),
        opened_at__gte=timezone.now() - SAME_WITHIN,
    ).first()
