"""Changing a ticket's fields, so that two people who edit at once both keep what they wrote."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.activity import record
from core.exceptions import AnswersMissing, EditConflict
from core.kinds import kind_of
from core.models import Activity
from core.moves import save_changes, values_of
from tickets.services.readers import follow_requester
from tickets.services.restricting import follow_category

EDITABLE = (
    "title",
    "description",
    "impact",
    "urgency",
    "requester",
    "organisation",
    "location",
    "service",
    "category",
    "owning_team",
    "channel",
)


@transaction.atomic
def edit(
    *,
    ticket: Any,
    actor: User | None,
    base_version: int | None = None,
    data: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Any:
    """Set fields of a ticket. `base_version` is the version that the person saw.

    Raises `EditConflict` when somebody changed one of the same fields since, `AnswersMissing` for a value that the
    model refuses, `PermissionDenied` for whoever does not work on the ticket.
    """
    ticket = kind_of(ticket).locked(ticket.pk)
    if not ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may not change this ticket."))
    fields = {name: value for name, value in fields.items() if getattr(ticket, name) != value}
    if not fields:
        return ticket
    if base_version is not None:
        _refuse_conflicts(ticket, base_version, fields)
    before = values_of(ticket)
    for name, value in fields.items():
        setattr(ticket, name, value)
    _check(ticket, fields)
    if "requester" in fields:
        follow_requester(ticket, before["requester_id"])
    changes = save_changes(ticket, before, at=timezone.now())
    record("ticket.edited", ticket, actor=actor, changes=changes, data=dict(data or {}), version=ticket.version)
    if "category" in fields:
        follow_category(ticket=ticket, actor=actor)
    return ticket


def _check(ticket: Any, fields: Mapping[str, Any]) -> None:
    errors = {}
    for name in fields:
        column = ticket._meta.get_field(name)
        try:
            column.clean(getattr(ticket, column.attname), ticket)
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise AnswersMissing(errors)


def _refuse_conflicts(ticket: Any, base_version: int, fields: Mapping[str, Any]) -> None:
    since = Activity.objects.filter(
        subject_kind=ticket.subject_kind, subject_id=ticket.pk, version__gt=base_version
    ).select_related("actor")
    theirs = [activity for activity in since.order_by("version") if set(activity.changes) & set(fields)]
    if theirs:
        last = theirs[-1]
        touched = {name for activity in theirs for name in activity.changes} & set(fields)
        raise EditConflict(
            {name: (getattr(ticket, name), fields[name]) for name in sorted(touched)}, by=last.actor, at=last.at
        )
