"""Tasks on a ticket: the desk's own work, which a requester does not see."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.people import visible_people
from accounts.api.teams import TEAMS
from core.api.filters import Filter, flag, moment, reference
from core.api.inputs import Flag, Input, Moment, Reference, Text, Whole
from core.api.moves import MovesView, MoveView, moves_field
from core.api.resources import Field, Order, Resource, choices_of
from core.api.resources import reference as refers
from tickets.api.below import BelowTicket, CreatingListBelow, EditingOneBelow, for_desk
from tickets.api.fields import at, counted, keyed, person, words, yes_no
from tickets.lifecycle import TaskStatus
from tickets.models import Task
from tickets.services.tasks import edit_task, open_task

TASKS: Resource = Resource(
    name="tasks",
    label=_("A piece of work on a ticket"),
    label_plural=_("Tasks"),
    about=_("In their order. Their states change by moves: start, finish, skip, reopen."),
    model=Task,
    rows=lambda request: for_desk(Task.objects.visible_to(request.user), request),
    key="number",
    has_version=True,
    fields=(
        words("number"),
        refers("ticket", "ticket__number", number="ticket__number", title="ticket__title"),
        words("title"),
        words("description"),
        Field("status", serializers.ChoiceField(choices_of(TaskStatus))),
        keyed("team", nullable=True),
        person("assignee", nullable=True),
        counted("order"),
        yes_no("is_required", _("The ticket cannot be resolved before it is done or skipped.")),
        words("skip_reason"),
        at("planned_start_at"),
        at("planned_end_at"),
        at("actual_start_at"),
        at("actual_end_at"),
        Field("created_at", serializers.DateTimeField()),
        Field("updated_at", serializers.DateTimeField()),
        counted("version"),
        moves_field(lambda: TASKS),
    ),
    filters={
        "status": Filter("status", choices=choices_of(TaskStatus)),
        "team": reference("team__key", nullable=True),
        "assignee": reference("assignee__username", nullable=True),
        "is_required": Filter("is_required", flag),
        "planned_end_at": Filter("planned_end_at", moment, nullable=True),
    },
    orders={
        "order": Order("order", int),
        "created_at": Order("created_at", moment),
        "planned_end_at": Order("planned_end_at", moment, nullable=True),
    },
    default_order="order",
)


class TaskInput(Input):
    """A task."""

    title = Text(max_length=200)
    description = Text(required=False, allow_blank=True, max_length=50_000)
    team = Reference(TEAMS.rows, required=False, allow_null=True)
    assignee = Reference(visible_people, key="username", required=False, allow_null=True)
    order = Whole(required=False, min_value=0, max_value=32_000)
    is_required = Flag(required=False)
    planned_start_at = Moment(required=False, allow_null=True)
    planned_end_at = Moment(required=False, allow_null=True)


class TasksView(CreatingListBelow):
    resource = TASKS
    by_desk = True
    input = TaskInput

    def create(self, request: Request, data: dict[str, Any]) -> Task:
        return open_task(ticket=self.ticket, actor=self.person, **data)


class TaskView(EditingOneBelow):
    resource = TASKS
    input = TaskInput

    def edit(self, request: Request, record: Task, data: dict[str, Any]) -> None:
        edit_task(task=record, actor=self.person, **data)


class TaskMovesView(BelowTicket, MovesView):
    resource = TASKS

    def rows(self) -> Any:
        return self.below(self.resource)


class TaskMoveView(BelowTicket, MoveView):
    resource = TASKS
    kind = "task"

    def rows(self) -> Any:
        return self.below(self.resource)
