import uuid
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models import Activity
from tickets.visibility import WordsQuerySet


def stored_at(attachment: Any, name: str) -> str:
    """A path that tells nothing and can run nothing: the given name stands in the row alone."""
    folder = uuid.uuid4().hex
    return str(PurePosixPath("attachments") / folder[:2] / folder)


class Attachment(models.Model):
    """A file on a ticket. It shares the audience of the words that it came with."""

    class Scan(models.TextChoices):
        PENDING = "pending", _("Being checked")
        PASSED = "passed", _("Checked")
        REFUSED = "refused", _("Refused")

    ticket = models.ForeignKey("tickets.Ticket", models.RESTRICT, related_name="attachments")
    comment = models.ForeignKey("tickets.Comment", models.RESTRICT, null=True, related_name="attachments")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=stored_at, max_length=200)
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"))
    content_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    audience = models.CharField(max_length=10, choices=Activity.Audience, default=Activity.Audience.INTERNAL)
    supplier = models.ForeignKey("accounts.Organisation", models.RESTRICT, null=True, blank=True, related_name="+")
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.PASSED)
    created_at = models.DateTimeField(db_default=Now())

    objects = WordsQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name
