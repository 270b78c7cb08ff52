from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Activity(models.Model):
    """Something that happened: one line of a record's timeline and of the audit trail. Never changed, never deleted.

    `subject_kind` and `subject_id` name the root row (`ticket` 17); nothing holds a database foreign key to this
    table, so that it can be partitioned. `changes` maps a field to its old and new value.
    """

    class Via(models.TextChoices):
        PAGE = "page", _("Page")
        API = "api", _("API")
        MAIL = "mail", _("Mail")
        IMPORT = "import", _("Import")
        WORKER = "worker", _("Worker")
        RULE = "rule", _("Rule")

    class Audience(models.TextChoices):
        REQUESTER = "requester", _("Requester")
        INTERNAL = "internal", _("Internal")
        SUPPLIER = "supplier", _("Supplier")

    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+", db_index=False)
    via = models.CharField(max_length=10, choices=Via)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.INTERNAL)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    changes = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "at", "id"], name="activity_timeline"),
            models.Index(fields=["at"], name="activity_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"


class Delivery(models.Model):
    """One subscriber still to be told, or already told, of one activity: the outbox."""

    activity_id = models.BigIntegerField()
    subscriber = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["activity_id", "subscriber"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="delivery_due",
                condition=models.Q(done_at__isnull=True, failed_at__isnull=True),
            ),
            models.Index(fields=["failed_at"], name="delivery_dead", condition=models.Q(failed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} of activity {self.activity_id}"
