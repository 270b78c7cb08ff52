from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models import Activity
from tickets.visibility import OnTicketQuerySet, WordsQuerySet


class Comment(models.Model):
    """Words on a ticket, for one audience: the requester, the desk, or one named supplier."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comment")
        SYMPTOM = "symptom", _("Symptom")
        BUSINESS_IMPACT = "business_impact", _("Business impact")
        ACTION_TAKEN = "action_taken", _("Action taken")
        ACTION_PLANNED = "action_planned", _("Action planned")
        RESOLUTION = "resolution", _("Resolution")
        CALL = "call", _("Recorded call")

    ticket = models.ForeignKey("tickets.Ticket", models.RESTRICT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+")
    text = models.TextField(_("text"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.COMMENT)
    audience = models.CharField(
        _("audience"), max_length=10, choices=Activity.Audience, default=Activity.Audience.INTERNAL
    )
    supplier = models.ForeignKey(
        "accounts.Organisation", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    via = models.CharField(max_length=10, choices=Activity.Via)
    is_automatic = models.BooleanField(default=False)
    is_from_requester = models.BooleanField(default=False)
    merged_from = models.ForeignKey("tickets.Ticket", models.RESTRICT, null=True, related_name="+")
    message_id = models.CharField(max_length=255, blank=True)
    redacted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    objects = WordsQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience="supplier", supplier__isnull=False)
                | (~models.Q(audience="supplier") & models.Q(supplier__isnull=True)),
                name="comment_supplier_named",
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="comment_not_empty"),
        ]
        indexes = [models.Index(fields=["ticket", "created_at"], name="comment_timeline")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.text[:60]}"


class Draft(models.Model):
    """What somebody was writing on a ticket and has not sent."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.TextField()
    audience = models.CharField(max_length=80, default="internal")
    saved_at = models.DateTimeField(auto_now=True)

    objects = OnTicketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.user} on {self.ticket_id}"
