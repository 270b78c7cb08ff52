"""What a parent does to its children: an editable table says which events pass down."""

import logging

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.activity import record
from core.exceptions import AnswersMissing, MoveRefused
from core.kinds import kind_of
from core.moves import perform
from incidents.models import Incident, PropagationRule
from incidents.models.incident import HoldReason, Status
from tickets.services.words import Audience, say_once

logger = logging.getLogger(__name__)


def propagate(parent: Incident) -> int:
    """Bring the open children to where their parent is now, as far as the table says; how many moved.

    Idempotent: it reads the present state of both. A child that refuses (a required task is open, another restricted
    circle) stays, and its timeline says why.
    """
    passes = set(
        PropagationRule.objects.filter(passes=PropagationRule.Passes.STATUS).values_list("event", "hold_reason")
    )
    if (parent.status, parent.hold_reason) not in passes:
        return 0
    moved = 0
    for child in Incident.objects.filter(parent_id=parent.pk, stage__in=["open", "waiting"]):
        moved += _follow(child, parent)
    return moved


def _follow(child: Incident, parent: Incident) -> bool:
    try:
        with transaction.atomic():
            if not _same_circle(child, parent):
                raise MoveRefused(_("It stands in another restricted circle."))
            return _move(child, parent)
    except (MoveRefused, AnswersMissing) as refusal:
        record("incident.not_followed", child, data={"reason": str(refusal), "parent_status": parent.status})
        return False


def _same_circle(child: Incident, parent: Incident) -> bool:
    return child.is_restricted == parent.is_restricted and set(child.restricted_team_ids) == set(
        parent.restricted_team_ids
    )


def _move(child: Incident, parent: Incident) -> bool:
    if parent.status == Status.RESOLVED:
        perform(child, "follow_parent", actor=None)
    elif parent.status == Status.ON_HOLD:
        if child.status == Status.ON_HOLD:
            return False
        if child.status == Status.NEW:
            perform(child, "begin", actor=None)
        perform(child, "wait_with_parent", actor=None)
    elif child.status == Status.NEW:
        perform(child, "begin", actor=None)
    elif child.status == Status.ON_HOLD and child.hold_reason in _PASSED_HOLDS and not _holds_of_its_own(child):
        perform(child, "resume", actor=None)
    else:
        return False
    return True


_PASSED_HOLDS = (HoldReason.SUPPLIER, HoldReason.PROBLEM, HoldReason.CHANGE)


def _holds_of_its_own(child: Incident) -> bool:
    """Whether the child waits for something of its own rather than because its parent waited."""
    return child.referrals.filter(returned_at=None).exists()


@transaction.atomic
def tell_requesters_of_children(*, parent: Incident, text: str, actor: User) -> int:
    """Say the same public words once on every open child that stands in the parent's circle; on how many."""
    parent = kind_of(parent).locked(parent.pk)
    if not parent.acts_for_desk(actor):
        raise PermissionDenied(_("You may not do this."))
    children = [
        child
        for child in Incident.objects.visible_to(actor).filter(parent_id=parent.pk, stage__in=["open", "waiting"])
        if _same_circle(child, parent)
    ]
    for child in children:
        say_once(ticket=child, text=text, actor=actor, audience=Audience.REQUESTER)
    return len(children)
