from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.visibility import OnTicketQuerySet


class SavedView(models.Model):
    """A queue's query string with a name: one person's, a team's, or everybody's."""

    subject_kind = "view"

    page = models.CharField(max_length=20, default="incident")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    columns = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="saved_views")
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, related_name="saved_views")
    order = models.PositiveSmallIntegerField(default=100)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class CannedReply(models.Model):
    """Words that are often written, with variables such as `{{ requester }}` and `{{ number }}`."""

    subject_kind = "canned_reply"

    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"))
    team = models.ForeignKey(
        "accounts.Team", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "canned replies"

    def __str__(self) -> str:
        return self.title


class HandoverNote(models.Model):
    """What one shift tells the next about a ticket: where it stands and what to do."""

    team = models.ForeignKey("accounts.Team", models.CASCADE, related_name="handover_notes")
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="handover_notes")
    note = models.TextField(_("where it stands"))
    next_action = models.CharField(_("next action"), max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    taken_over_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+")
    taken_over_at = models.DateTimeField(null=True)

    objects = OnTicketQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return f"{self.team}: {self.ticket_id}"


class QueuePreference(models.Model):
    """How one person likes a queue: which columns, in which order of rows."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="queue_preferences")
    page = models.CharField(max_length=20)
    columns = ArrayField(models.CharField(max_length=40), default=list)
    sort = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="queue_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.page}"
