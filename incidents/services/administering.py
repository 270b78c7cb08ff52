"""The rules of incidents: priority schemes, windows and reminders, what parents pass down."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.services.edits import change, locked
from cmdb.models import Service
from core.activity import record
from core.exceptions import AnswersMissing, Refused
from incidents.matrix import DEFAULT, Cells
from incidents.models import IncidentPolicy, PriorityCell, PriorityLevel, PriorityScheme, PropagationRule
from incidents.models.incident import HoldReason, Status
from tickets.permissions import require_ruler

Levels = Mapping[int, Mapping[str, str]]
"""For each priority its code, name, description and target in words."""

DAYS = ("reopen_for_days", "close_after_days", "no_answer_after_days")

PASSABLE = frozenset(
    {
        (Status.IN_PROGRESS, ""),
        (Status.ON_HOLD, HoldReason.SUPPLIER),
        (Status.ON_HOLD, HoldReason.PROBLEM),
        (Status.ON_HOLD, HoldReason.CHANGE),
        (Status.RESOLVED, ""),
    }
)
"""What may pass from a parent to its children. What concerns one requester alone, closing and cancelling never does."""


@transaction.atomic
def save_scheme(
    *,
    actor: User | None,
    name: str,
    organisation: Organisation | None,
    service: Service | None,
    cells: Cells,
    levels: Levels,
    scheme: PriorityScheme | None = None,
) -> PriorityScheme:
    """Write a scheme, or write it anew. Incidents keep their priority until something of theirs changes."""
    require_ruler(actor)
    _refuse_wrong_cells(cells)
    if scheme is None:
        _refuse_second(organisation, service, None)
        scheme = PriorityScheme.objects.create(name=name, organisation=organisation, service=service)
        _save_parts(scheme, cells, levels)
        record("priority_scheme.created", scheme, actor=actor, data={"name": name})
        return scheme
    scheme = locked(scheme)
    if is_common(scheme) and (organisation or service):
        raise Refused(_("This scheme holds wherever no other does, so it stays for everybody. Add another one."))
    _refuse_second(organisation, service, scheme)
    changes = change(scheme, {"name": name, "organisation": organisation, "service": service})
    changes |= _save_parts(scheme, cells, levels)
    if changes:
        record("priority_scheme.edited", scheme, actor=actor, changes=changes)
    return scheme


@transaction.atomic
def remove_scheme(*, scheme: PriorityScheme, actor: User | None) -> None:
    """Take a scheme away: the next more general one holds then. The common one stays."""
    require_ruler(actor)
    scheme = locked(scheme)
    if is_common(scheme):
        raise Refused(_("This scheme holds wherever no other does, so it stays."))
    record("priority_scheme.removed", scheme, actor=actor, data={"name": scheme.name})
    scheme.delete()


def is_common(scheme: PriorityScheme) -> bool:
    """Whether a scheme holds wherever no other does."""
    return scheme.organisation_id is None and scheme.service_id is None


@transaction.atomic
def save_policy(*, actor: User | None, reminder_days: list[int], **days: int) -> IncidentPolicy:
    """Set the windows and reminders. They hold at once, for incidents that wait already too."""
    require_ruler(actor)
    unknown = set(days) - set(DAYS)
    if unknown:
        raise AnswersMissing({name: [_("There is no such rule.")] for name in sorted(unknown)})
    IncidentPolicy.objects.get_or_create(pk=1)
    policy = IncidentPolicy.objects.select_for_update().get(pk=1)
    wanted = {name: days.get(name, getattr(policy, name)) for name in DAYS}
    _refuse_wrong_days(wanted, reminder_days)
    changes = change(policy, wanted)
    if policy.reminder_days != reminder_days:
        changes["reminder_days"] = [policy.reminder_days, reminder_days]
        policy.reminder_days = reminder_days
        policy.save(update_fields=["reminder_days"])
    if changes:
        record("incident_policy.edited", policy, actor=actor, changes=changes)
    return policy


@transaction.atomic
def set_propagation(*, passing: set[tuple[str, str]], actor: User | None) -> int:
    """Say what passes from parents to children: exactly these events with their holds; how many lines changed."""
    require_ruler(actor)
    if never := passing - PASSABLE:
        raise Refused(_("%(event)s never passes from a parent to its children.") % {"event": sorted(never)[0][0]})
    count = 0
    for event, hold_reason in sorted(PASSABLE):
        rule, _made = PropagationRule.objects.select_for_update().get_or_create(event=event, hold_reason=hold_reason)
        passes = PropagationRule.Passes.STATUS if (event, hold_reason) in passing else PropagationRule.Passes.NOTHING
        if changes := change(rule, {"passes": passes}):
            record("propagation_rule.edited", rule, actor=actor, changes=changes)
            count += 1
    return count


def _save_parts(scheme: PriorityScheme, cells: Cells, levels: Levels) -> dict[str, list[Any]]:
    """Write matrix and levels; what differs from before, by the names that the audit has words for."""
    changes: dict[str, list[Any]] = {}
    for (impact, urgency), priority in sorted(cells.items()):
        cell, is_new = PriorityCell.objects.get_or_create(
            scheme=scheme, impact=impact, urgency=urgency, defaults={"priority": priority}
        )
        if not is_new and cell.priority != priority:
            changes[f"cell_{impact}_{urgency}"] = [f"P{cell.priority}", f"P{priority}"]
            cell.priority = priority
            cell.save(update_fields=["priority"])
    for priority, wanted in sorted(levels.items()):
        level, is_new = PriorityLevel.objects.get_or_create(scheme=scheme, priority=priority, defaults=dict(wanted))
        if not is_new:
            written = change(level, wanted)
            changes |= {f"level_{priority}_{name}": values for name, values in written.items()}
    return changes


def _refuse_wrong_cells(cells: Cells) -> None:
    if set(cells) != set(DEFAULT) or any(priority not in range(1, 6) for priority in cells.values()):
        raise AnswersMissing({"cells": [_("Give each of the nine cells a priority from 1 to 5.")]})


def _refuse_second(organisation: Organisation | None, service: Service | None, scheme: PriorityScheme | None) -> None:
    other = PriorityScheme.objects.filter(organisation=organisation, service=service).first()
    if other is not None and other != scheme:
        words = _("“%(name)s” holds there already. Choose an organisation or service that has none.")
        raise AnswersMissing({"organisation": [words % {"name": other.name}]})


def _refuse_wrong_days(wanted: Mapping[str, int], reminder_days: list[int]) -> None:
    errors = {name: [_("At least one day.")] for name, days in wanted.items() if days < 1}
    if any(day < 1 for day in reminder_days) or sorted(set(reminder_days)) != reminder_days:
        errors["reminder_days"] = [_("Write days from one upwards, each later than the one before: 2, 4.")]
    elif reminder_days and wanted["no_answer_after_days"] <= reminder_days[-1]:
        errors["no_answer_after_days"] = [_("This has to be later than the last reminder.")]
    if errors:
        raise AnswersMissing(errors)
