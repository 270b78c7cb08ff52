import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import HoldReason


def two_and_four() -> list[int]:
    return [2, 4]


@pghistory.track()
class IncidentPolicy(models.Model):
    """The desk's own rules for incidents. There is one row."""

    subject_kind = "incident_policy"

    reopen_for_days = models.PositiveSmallIntegerField(_("may be reopened for, in days"), default=14)
    close_after_days = models.PositiveSmallIntegerField(_("closes by itself after, in days"), default=5)
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(), default=two_and_four, verbose_name=_("remind the requester after, in days")
    )
    no_answer_after_days = models.PositiveSmallIntegerField(_("counts as no answer after, in days"), default=6)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="incident_policy_one_row")]

    def __str__(self) -> str:
        return "incident policy"


@pghistory.track()
class PropagationRule(models.Model):
    """What a parent's event does to its children: one line of an editable table."""

    subject_kind = "propagation_rule"

    class Passes(models.TextChoices):
        STATUS = "status", _("The move")
        NOTHING = "nothing", _("Nothing")

    event = models.CharField(_("when the parent is"), max_length=20)
    hold_reason = models.CharField(_("and waits for"), max_length=12, choices=HoldReason, blank=True)
    passes = models.CharField(_("children get"), max_length=8, choices=Passes, default=Passes.NOTHING)

    class Meta:
        ordering = ["event", "hold_reason"]
        constraints = [models.UniqueConstraint(fields=["event", "hold_reason"], name="propagation_rule_once")]

    def __str__(self) -> str:
        return f"{self.event} {self.hold_reason}".strip()
