import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket


@pghistory.track()
class PriorityScheme(models.Model):
    """How impact and urgency make a priority, for an organisation, a service, both, or everybody."""

    subject_kind = "priority_scheme"

    name = models.CharField(_("name"), max_length=80, unique=True)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    service = models.ForeignKey(
        "cmdb.Service", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service")
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "service"], name="priority_scheme_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PriorityCell(models.Model):
    """One cell of a scheme's matrix."""

    scheme = models.ForeignKey(PriorityScheme, models.CASCADE, related_name="cells")
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Ticket.Level)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Ticket.Level)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Ticket.Priority)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "impact", "urgency"], name="priority_cell_once")]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.impact} × {self.urgency}"


@pghistory.track()
class PriorityLevel(models.Model):
    """A priority of a scheme, with what it means and what is promised, in words."""

    scheme = models.ForeignKey(PriorityScheme, models.CASCADE, related_name="levels")
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Ticket.Priority)
    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=40)
    description = models.CharField(_("description"), max_length=200, blank=True)
    target = models.CharField(_("target in words"), max_length=200, blank=True)

    class Meta:
        ordering = ["priority"]
        constraints = [models.UniqueConstraint(fields=["scheme", "priority"], name="priority_level_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
