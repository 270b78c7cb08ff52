"""The lifecycle of a task on a ticket."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import DESK, Role
from core.lifecycle import Lifecycle, Making, Move, Question
from tickets.questions import words_field


class TaskStatus(models.TextChoices):
    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")


S = TaskStatus
WORKERS = DESK | Role.INTEGRATION | Role.SYSTEM


def _start(task: Any, making: Making) -> None:
    task.assignee = task.assignee or making.actor
    task.actual_start_at = task.actual_start_at or making.at


def _finish(task: Any, making: Making) -> None:
    task.assignee = task.assignee or making.actor
    task.actual_start_at = task.actual_start_at or making.at
    task.actual_end_at = making.at


def _skip(task: Any, making: Making) -> None:
    task.skip_reason = making.answers["skip_reason"]
    task.actual_end_at = making.at


def _reopen(task: Any, making: Making) -> None:
    task.skip_reason = ""
    task.actual_end_at = None


def _ticket_is_open(task: Any, actor: Any, at: datetime) -> str | None:
    return None if task.ticket.stage in ("open", "waiting") else str(_("The ticket is no longer being worked on."))


def _skip_reason(record: Any, actor: Any) -> forms.Field:
    return words_field(_("Why it is skipped"), rows=2, max_length=1000)


# fmt: off
LIFECYCLE = Lifecycle(
    statuses=S,
    initial=S.OPEN,
    stages={S.OPEN: "open", S.IN_PROGRESS: "open", S.DONE: "closed", S.SKIPPED: "closed"},
    questions=[Question("skip_reason", _skip_reason)],
    moves_list=[
        Move("start",  {S.OPEN},                S.IN_PROGRESS, "started",  _("Start"),  by=WORKERS, effect=_start,  guards=(_ticket_is_open,), icon="progress", rank=10),
        Move("finish", {S.OPEN, S.IN_PROGRESS}, S.DONE,        "done",     _("Done"),   by=WORKERS, effect=_finish, guards=(_ticket_is_open,), icon="check",    rank=20),
        Move("skip",   {S.OPEN, S.IN_PROGRESS}, S.SKIPPED,     "skipped",  _("Skip"),   by=WORKERS, effect=_skip,   guards=(_ticket_is_open,), icon="circle-x", rank=30, needs=("skip_reason",)),
        Move("reopen", {S.DONE, S.SKIPPED},     S.OPEN,        "reopened", _("Reopen"), by=WORKERS, effect=_reopen, guards=(_ticket_is_open,), icon="refresh",  rank=40),
    ],
)
# fmt: on
