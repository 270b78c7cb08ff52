from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from core.kinds import kind_of
from core.lifecycle import Move
from tickets.visibility import OnTicketQuerySet


class Task(models.Model):
    """A piece of work on a ticket, for one team, in an order. Some must be done before the ticket may move on."""

    subject_kind = "task"
    kind = "task"

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", models.RESTRICT, related_name="tasks")
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(_("status"), max_length=20, editable=False)
    stage = models.CharField(max_length=10, default="open", editable=False)
    team = models.ForeignKey(
        "accounts.Team", models.RESTRICT, null=True, blank=True, related_name="tasks", verbose_name=_("team")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("assignee"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_required = models.BooleanField(_("must be done before the ticket is resolved"), default=False)
    skip_reason = models.TextField(_("why it was skipped"), blank=True)
    planned_start_at = models.DateTimeField(_("planned start"), null=True, blank=True)
    planned_end_at = models.DateTimeField(_("planned end"), null=True, blank=True)
    actual_start_at = models.DateTimeField(_("started"), null=True, blank=True)
    actual_end_at = models.DateTimeField(_("ended"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OnTicketQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(planned_end_at__isnull=True)
                | models.Q(planned_start_at__isnull=True)
                | models.Q(planned_end_at__gte=models.F("planned_start_at")),
                name="task_planned_order",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "planned_end_at"], name="task_team_work", condition=models.Q(stage="open")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_status_display(self) -> str:
        return str(kind_of(self).lifecycle.statuses(self.status).label)

    def may(self, user: Any, move: Move) -> bool:
        if user is None:
            return True
        return access_of(user).may("task", move, self.ticket.roles_of(user))
