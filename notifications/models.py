from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from core.models import Activity


class Notice(models.TextChoices):
    """What people can be told of, each with a preference of its own."""

    ASSIGNED = "assigned", _("A ticket is assigned to me")
    TEAM = "team", _("A ticket reaches my team")
    REPLY = "reply", _("Somebody replies on my ticket")
    NOTE = "note", _("Somebody writes an internal note on my ticket")
    MENTION = "mention", _("Somebody mentions me")
    STATUS = "status", _("My ticket changes its state")
    WATCHED = "watched", _("Something happens on a ticket that I watch")
    ESCALATED = "escalated", _("A ticket is escalated to me")
    REMINDER = "reminder", _("A ticket waits for my answer")


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own. What they are about may have become invisible since: `subjects.news` says what may be read."""
        return self.filter(user_id=access_of(user).user_id)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(models.Model):
    """One thing that one person is told, once per activity. The record's words are not kept here but read when shown.

    `audience` is the activity's, so that what a person may no longer read is not even counted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    activity_id = models.BigIntegerField()
    notice = models.CharField(max_length=10, choices=Notice)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    audience = models.CharField(
        max_length=10, choices=Activity.Audience, default=Activity.Audience.INTERNAL, db_default="internal"
    )
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "activity_id"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notification_newest"),
            models.Index(fields=["user"], name="notification_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.notice} for {self.user_id}"


class Preference(models.Model):
    """Whether a person wants a notice in the product and by mail; what has no row takes the defaults."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences")
    notice = models.CharField(max_length=10, choices=Notice)
    in_product = models.BooleanField(_("in the product"), default=True)
    by_mail = models.BooleanField(_("by mail"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "notice"], name="notification_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.notice}"


class Mail(models.Model):
    """A mail that is to be sent, or was: one per activity and recipient. Its Message-ID is fixed when it is written.

    It ends sent, put aside for an administrator (`failed_at`), or withdrawn because the person may no longer read it.
    """

    activity_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    notice = models.CharField(max_length=10, choices=Notice)
    address = models.EmailField()
    message_id = models.CharField(max_length=255, unique=True)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity_id", "user"], name="mail_once")]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="mail_to_send",
                condition=models.Q(sent_at__isnull=True, failed_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(fields=["failed_at"], name="mail_dead", condition=models.Q(failed_at__isnull=False)),
            models.Index(fields=["subject_kind", "subject_id"], name="mail_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} to {self.address}"
