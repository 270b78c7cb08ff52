from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.visibility import OnTicketQuerySet


class Link(models.Model):
    """A tie between two tickets. Parent and child is a column of the ticket; this holds the others."""

    class Kind(models.TextChoices):
        RELATED = "related", _("Related")
        DUPLICATE_OF = "duplicate_of", _("Duplicate of")
        FOLLOW_UP_OF = "follow_up_of", _("Follow-up of")

    source = models.ForeignKey("tickets.Ticket", models.RESTRICT, related_name="links_out")
    target = models.ForeignKey("tickets.Ticket", models.RESTRICT, related_name="links_in")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.RELATED)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Watcher(models.Model):
    """Somebody who is told what happens to a ticket."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watched")
    created_at = models.DateTimeField(db_default=Now())

    objects = OnTicketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="watcher_once")]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.ticket_id}"


class TicketCi(models.Model):
    """An item that a ticket is about, and how we know."""

    class Role(models.TextChoices):
        AFFECTED = "affected", _("Affected")
        CAUSE = "cause", _("Cause")

    class Source(models.TextChoices):
        MANUAL = "manual", _("Said by a person")
        COMPUTED = "computed", _("Computed")
        EXCLUDED = "excluded", _("Ruled out")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="ticket_cis")
    ci = models.ForeignKey("cmdb.ConfigurationItem", models.RESTRICT, related_name="ticket_cis")
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.AFFECTED)
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.MANUAL)
    created_at = models.DateTimeField(db_default=Now())

    objects = OnTicketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "ci"], name="ticket_ci_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.role} {self.ci_id}"


class Assignment(models.Model):
    """A stretch of time in which one team had a ticket: given, accepted, ended. A return is a bounce."""

    class End(models.TextChoices):
        PASSED_ON = "passed_on", _("Passed on")
        RETURNED = "returned", _("Returned")
        RESOLVED = "resolved", _("Resolved")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="assignments")
    team = models.ForeignKey("accounts.Team", models.RESTRICT, null=True, related_name="+")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+")
    assigned_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=9, choices=End, blank=True)
    reason = models.TextField(blank=True)

    objects = OnTicketQuerySet.as_manager()

    class Meta:
        ordering = ["assigned_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], name="assignment_one_open", condition=models.Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} with {self.team_id}"
