"""A requester's side after the report: words, files, a follow-up of what is closed, the confirmation."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Role
from core.activity import record
from core.exceptions import AnswersMissing, Refused
from core.kinds import kind_of
from core.moves import perform
from incidents.models import Incident
from incidents.models.incident import Status
from incidents.services.opening import open_incident
from tickets.models import Comment, Draft, Link
from tickets.services.files import attach
from tickets.services.words import LONGEST, SAME_WITHIN, Audience, say_once


@transaction.atomic
def reply(
    *, incident: Incident, text: str, actor: User, files: Sequence[UploadedFile] = (), **rest: Any
) -> tuple[Incident, Comment | None]:
    """A requester's words with their files. On a closed incident they open a follow-up that is linked to it; both are
    given back. The same words pressed twice are said once; files alone need no words.
    """
    incident = kind_of(incident).locked(incident.pk)
    text = text.replace("\x00", "").strip()
    if not text and not (files and incident.stage != "closed"):
        raise AnswersMissing({"text": [_("Write something first.")]})
    if len(text) > LONGEST:
        raise AnswersMissing({"text": [_("This is longer than %(n)d characters.") % {"n": LONGEST}]})
    if incident.stage == "closed":
        Draft.objects.filter(ticket_id=incident.pk, user=actor).delete()
        return _follow_up_once(incident, text, actor, files), None
    if files and not text:
        attach(ticket=incident, files=files, actor=actor, audience=Audience.REQUESTER)
        return incident, None
    comment, is_new = say_once(
        ticket=incident, text=text, actor=actor, audience=Audience.REQUESTER, as_requester=True, **rest
    )
    if files and is_new:
        attach(ticket=incident, files=files, actor=actor, comment=comment)
    return incident, comment


def _follow_up_once(incident: Incident, text: str, actor: User, files: Sequence[UploadedFile]) -> Incident:
    just_now = Link.objects.filter(
        target_id=incident.pk,
        kind=Link.Kind.FOLLOW_UP_OF,
        created_by=actor,
        source__description=text,
        created_at__gte=timezone.now() - SAME_WITHIN,
    )
    if twin := just_now.first():
        return Incident.objects.get(pk=twin.source_id)
    follow_up = open_follow_up(incident=incident, text=text, actor=actor)
    if files:
        attach(ticket=follow_up, files=files, actor=actor, audience=Audience.REQUESTER)
    return follow_up


@transaction.atomic
def open_follow_up(*, incident: Incident, text: str, actor: User, channel: str = "portal") -> Incident:
    """A new incident that follows up a closed one, with its service, category and items."""
    if not (incident.acts_for_desk(actor) or incident.roles_of(actor) & Role.REQUESTER):
        raise PermissionDenied(_("You may not follow this ticket up."))
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
        restricted_teams=Team.objects.filter(pk__in=incident.restricted_team_ids),
        channel=channel,
    )
    Link.objects.create(source=follow_up, target=incident, kind=Link.Kind.FOLLOW_UP_OF, created_by=actor)
    record("ticket.followed_up", incident, actor=actor, data={"by": follow_up.pk}, at=timezone.now())
    return follow_up


def confirm(*, incident: Incident, actor: User) -> Incident:
    """The requester says that it works: the incident is closed."""
    return incident if incident.status == Status.CLOSED else perform(incident, "close", actor=actor)
