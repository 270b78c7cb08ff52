from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket
from tickets.visibility import TicketQuerySet


class Status(models.TextChoices):
    NEW = "new", _("New")
    IN_PROGRESS = "in_progress", _("In progress")
    ON_HOLD = "on_hold", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class HoldReason(models.TextChoices):
    REQUESTER = "requester", _("Waiting for the requester")
    APPOINTMENT = "appointment", _("Appointment agreed")
    SUPPLIER = "supplier", _("Waiting for a supplier")
    PROBLEM = "problem", _("Waiting for a problem")
    CHANGE = "change", _("Waiting for a change")
    EVIDENCE = "evidence", _("We gather evidence")
    OBSERVING = "observing", _("Observing the fix")


WAITS_FOR = {
    HoldReason.REQUESTER: _("requester"),
    HoldReason.APPOINTMENT: _("appointment"),
    HoldReason.SUPPLIER: _("supplier"),
    HoldReason.PROBLEM: _("problem"),
    HoldReason.CHANGE: _("change"),
    HoldReason.EVIDENCE: _("evidence"),
    HoldReason.OBSERVING: _("observing"),
}
"""The reasons in a word, for rows of lists."""


class ResolutionCode(models.TextChoices):
    FIXED = "fixed", _("Fixed")
    WORKAROUND = "workaround", _("Workaround given")
    ADVICE = "advice", _("Explained or advised")
    BY_ITSELF = "by_itself", _("Went away by itself")
    BY_REQUESTER = "by_requester", _("Solved by the requester")
    NO_ANSWER = "no_answer", _("No answer from the requester")
    NOT_REPRODUCIBLE = "not_reproducible", _("Could not be reproduced")
    DUPLICATE = "duplicate", _("Duplicate")
    WITH_PARENT = "with_parent", _("Resolved with its parent")


class FixKind(models.TextChoices):
    PERMANENT = "permanent", _("Permanent")
    WORKAROUND = "workaround", _("Workaround")


class Fact(models.TextChoices):
    """The moments of an incident that figures are made of, in the order in which they belong."""

    IMPACT_STARTED = "impact_started_at", _("Impact started")
    DETECTED = "detected_at", _("Detected")
    REPORTED = "reported_at", _("Reported")
    OPENED = "opened_at", _("Opened")
    ACKNOWLEDGED = "acknowledged_at", _("Acknowledged")
    FIRST_RESPONSE = "first_response_at", _("First response")
    RESTORED = "restored_at", _("Service restored")
    RESOLVED = "resolved_at", _("Resolved")
    CLOSED = "closed_at", _("Closed")


class Incident(Ticket):
    """An unplanned interruption of a service, or a drop in its quality."""

    opening_category = models.ForeignKey(
        "tickets.Category",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category at opening"),
    )
    hold_reason = models.CharField(_("hold reason"), max_length=12, choices=HoldReason, blank=True)
    hold_awaits = models.CharField(_("what is awaited"), max_length=200, blank=True)
    held_at = models.DateTimeField(_("on hold since"), null=True, blank=True)
    wake_at = models.DateTimeField(_("wakes"), null=True, blank=True)
    reminder_count = models.PositiveSmallIntegerField(default=0, editable=False)
    resolution = models.TextField(_("resolution"), blank=True)
    resolution_code = models.CharField(_("resolution code"), max_length=20, choices=ResolutionCode, blank=True)
    fix_kind = models.CharField(_("workaround or permanent"), max_length=10, choices=FixKind, blank=True)
    resolved_by = models.ForeignKey(
        "accounts.User", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("resolved by")
    )
    resolved_ci = models.ForeignKey(
        "cmdb.ConfigurationItem",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("item that was at fault"),
    )
    cancel_reason = models.TextField(_("why it was cancelled"), blank=True)
    is_major = models.BooleanField(_("major"), default=False)
    priority_override_reason = models.CharField(_("why the priority was set by hand"), max_length=300, blank=True)
    impact_answers = models.JSONField(_("answers on impact"), default=dict, blank=True)
    reopen_count = models.PositiveSmallIntegerField(_("reopened"), default=0, editable=False)
    reassignment_count = models.PositiveSmallIntegerField(_("reassigned"), default=0, editable=False)
    bounce_count = models.PositiveSmallIntegerField(_("returned"), default=0, editable=False)
    escalation_count = models.PositiveSmallIntegerField(_("escalated"), default=0, editable=False)
    awaits_acceptance = models.BooleanField(_("waiting to be taken"), default=True, editable=False)

    impact_started_at = models.DateTimeField(_("impact started"), null=True, blank=True)
    detected_at = models.DateTimeField(_("detected"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    first_response_at = models.DateTimeField(_("first response"), null=True, blank=True)
    work_started_at = models.DateTimeField(_("first work"), null=True, blank=True)
    restored_at = models.DateTimeField(_("service restored"), null=True, blank=True)
    held_seconds = models.PositiveBigIntegerField(_("seconds on hold"), default=0, editable=False)
    assumed_facts = ArrayField(models.CharField(max_length=20, choices=Fact), default=list, blank=True)
    fact_setters = models.JSONField(default=dict, blank=True)

    objects = TicketQuerySet.as_manager()  # type: ignore[misc]  # the same door, to incidents alone

    class Meta:
        verbose_name = _("incident")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hold_reason="") | models.Q(held_at__isnull=False), name="incident_held_since"
            ),
        ]
        indexes = [
            models.Index(fields=["wake_at"], name="incident_wakes", condition=models.Q(wake_at__isnull=False)),
            models.Index(fields=["held_at"], name="incident_held", condition=models.Q(hold_reason="requester")),
        ]

    @property
    def status_detail(self) -> str:
        """For what it waits, in a word."""
        return str(WAITS_FOR[HoldReason(self.hold_reason)]) if self.hold_reason else ""
