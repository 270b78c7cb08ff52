"""Replies that are written once and sent often: a team's own, or the whole desk's."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Role
from core.activity import record
from core.exceptions import AnswersMissing
from tickets.canned import unknown_variables
from tickets.models import CannedReply

FOR_THE_DESK = Role.INCIDENT_MANAGER | Role.ADMINISTRATOR


@transaction.atomic
def save_reply(
    *, title: str, text: str, actor: User, team: Team | None = None, reply: CannedReply | None = None
) -> CannedReply:
    """Write a reply, or write it anew. A variable that means nothing is refused while there is somebody to mend it."""
    if reply is not None:
        reply = CannedReply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
        _may_write(reply.team_id, actor)
    _may_write(team.pk if team else None, actor)
    kept = reply or CannedReply()
    before = {"title": kept.title, "text": kept.text, "team_id": kept.team_id}
    kept.title, kept.text, kept.team = " ".join(title.split()), text.strip(), team
    try:
        kept.clean_fields(exclude=["team"])
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
    if unknown := unknown_variables(kept.text):
        names = ", ".join(f"{{{{ {name} }}}}" for name in unknown)
        raise AnswersMissing({"text": [_("There is no variable %(names)s.") % {"names": names}]})
    kept.save()
    changes = {name: [old, getattr(kept, name)] for name, old in before.items() if old != getattr(kept, name)}
    if changes or reply is None:
        record("canned_reply.edited" if reply else "canned_reply.written", kept, actor=actor, changes=changes)
    return kept


@transaction.atomic
def retire_reply(*, reply: CannedReply, actor: User, is_active: bool = False) -> CannedReply:
    """Take a reply out of use, or back into it."""
    reply = CannedReply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    _may_write(reply.team_id, actor)
    if reply.is_active != is_active:
        reply.is_active = is_active
        reply.save(update_fields=["is_active"])
        record("canned_reply.restored" if is_active else "canned_reply.retired", reply, actor=actor)
    return reply


def replies_for(user: User) -> Any:
    """The replies that a person of the desk may use: everybody's and their teams'."""
    if not user.access.is_desk:
        return CannedReply.objects.none()
    return CannedReply.objects.filter(Q(team=None) | Q(team_id__in=user.access.team_ids), is_active=True)


def may_write(team_id: int | None, user: User) -> bool:
    """A team's replies its people of the desk write; the whole desk's, those who answer for it."""
    if user.has_role(FOR_THE_DESK):
        return True
    return team_id is not None and user.access.is_desk and team_id in {*user.access.team_ids, *user.access.led_team_ids}


def _may_write(team_id: int | None, actor: User) -> None:
    if not may_write(team_id, actor):
        raise PermissionDenied(_("You may not write replies for these people."))
