"""Tasks on a ticket. Their states change through `perform`."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.activity import record
from core.exceptions import AnswersMissing, Refused
from core.kinds import kind_of
from core.moves import save_changes, values_of
from core.numbers import next_number
from tickets.lifecycle import LIFECYCLE, TaskStatus
from tickets.models import Task, Ticket

EDITABLE = ("title", "description", "team", "assignee", "order", "is_required", "planned_start_at", "planned_end_at")


@transaction.atomic
def open_task(
    *,
    ticket: Ticket,
    title: str,
    actor: User | None,
    description: str = "",
    team: Team | None = None,
    assignee: User | None = None,
    order: int | None = None,
    is_required: bool = False,
    planned_start_at: datetime | None = None,
    planned_end_at: datetime | None = None,
    at: datetime | None = None,
) -> Task:
    """Add a task at the end of a ticket's list, or at `order`."""
    ticket = kind_of(ticket).locked(ticket.pk)
    if not ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may not add tasks to this ticket."))
    if ticket.stage not in (Ticket.Stage.OPEN, Ticket.Stage.WAITING):
        raise Refused(_("The ticket is no longer being worked on."))
    if order is None:
        order = (ticket.tasks.aggregate(last=Max("order"))["last"] or 0) + 1
    task = Task(
        number=next_number("TSK"),
        ticket_id=ticket.pk,
        title=title.strip(),
        description=description,
        status=LIFECYCLE.initial,
        team=team or ticket.team,
        assignee=assignee,
        order=order,
        is_required=is_required,
        planned_start_at=planned_start_at,
        planned_end_at=planned_end_at,
    )
    _check(task)
    task.save()
    record("task.opened", task, actor=actor, at=at, data={"ticket": ticket.pk, "title": task.title})
    return task


@transaction.atomic
def edit_task(*, task: Task, actor: User | None, **fields: Any) -> Task:
    """Change what a task says or who does it; its status changes through `perform` alone."""
    task = Task.objects.select_for_update(no_key=True, of=("self",)).select_related("ticket").get(pk=task.pk)
    if not task.ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may not change tasks of this ticket."))
    before = values_of(task)
    for name, value in fields.items():
        if name not in EDITABLE:
            raise AnswersMissing({name: [_("This cannot be changed.")]})
        setattr(task, name, value)
    _check(task)
    changes = save_changes(task, before, at=timezone.now())
    record("task.edited", task, actor=actor, changes=changes, version=task.version, data={"ticket": task.ticket_id})
    return task


def unfinished_required_tasks(ticket: Any) -> int:
    """How many required tasks of a ticket are neither done nor skipped."""
    unfinished = (TaskStatus.OPEN, TaskStatus.IN_PROGRESS)
    return sum(task.is_required and task.status in unfinished for task in ticket.tasks.all())


def _check(task: Task) -> None:
    try:
        task.clean_fields(exclude=["number", "status", "ticket"])
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
    if task.planned_start_at and task.planned_end_at and task.planned_end_at < task.planned_start_at:
        raise AnswersMissing({"planned_end_at": [_("It ends before it starts.")]})
