from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of


class AnnouncementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those for everybody, for the person's organisation or one above it, and, to the desk, for whom it serves."""
        access = access_of(user)
        if access.user_id is None:
            return self.none()
        if access.reads_everywhere:
            return self
        own = user.organisation.ancestor_ids() if user.organisation_id else []
        organisations = {*own, *(access.served_ids if access.reads_desk else [])}
        return self.filter(Q(organisation__isnull=True) | Q(organisation_id__in=organisations))

    def current(self) -> Self:
        return self.filter(started_at__lte=Now(), ended_at__isnull=True)


class Announcement(models.Model):
    """A disturbance made known in the portal, with when the next word comes. It may stand for an incident."""

    class State(models.TextChoices):
        SLOW = "slow", _("Slow")
        DOWN = "down", _("Not available")

    subject_kind = "announcement"

    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("what people should know"), blank=True)
    service = models.ForeignKey(
        "cmdb.Service",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("service"),
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for"),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("incident"),
    )
    state = models.CharField(_("the service is"), max_length=5, default=State.SLOW, choices=State)
    started_at = models.DateTimeField(_("since"))
    next_word_at = models.DateTimeField(_("next word by"), null=True, blank=True)
    expected_end_at = models.DateTimeField(_("expected to be over"), null=True, blank=True)
    ended_at = models.DateTimeField(_("over since"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+")
    affected = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.title
