"""What figures are read from: a narrow row per incident, additive counts per day, and what has yet to be worked in.

All of it is a copy that `metrics.rollups` makes from the tickets and can make again at any time. Its references carry
no database constraint: the ticket's own columns do.
"""

from typing import Any

from django.db import models
from django.db.models.functions import Now

from metrics.visibility import DayCountQuerySet, TicketFigureQuerySet


def _copied(to: str, **options: Any) -> Any:
    """A reference copied from the ticket."""
    return models.ForeignKey(to, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, **options)


class TicketFigure(models.Model):
    """An incident as figures see it. Without days it stands in no figure: it was cancelled or merged.

    A day in `*_on` is a day of the reporting zone, on which the incident joins the population of a figure. Seconds are
    whole; empty means that one of the two moments is missing, or that the second lies before the first.
    """

    ticket = models.OneToOneField(
        "tickets.Ticket", models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    organisation = _copied("accounts.Organisation", null=True)
    team = _copied("accounts.Team", null=True)
    service = _copied("cmdb.Service", null=True)
    category = _copied("tickets.Category", null=True)
    resolver = _copied("accounts.User", null=True)
    priority = models.PositiveSmallIntegerField()

    is_restricted = models.BooleanField()

    opened_on = models.DateField(null=True)
    detected_on = models.DateField(null=True)
    responded_on = models.DateField(null=True)
    restored_on = models.DateField(null=True)
    resolved_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    detect_seconds = models.BigIntegerField(null=True)
    respond_seconds = models.BigIntegerField(null=True)
    repair_seconds = models.BigIntegerField(null=True)
    recovery_seconds = models.BigIntegerField(null=True)
    resolve_seconds = models.BigIntegerField(null=True)
    close_seconds = models.BigIntegerField(null=True)
    waiting_seconds = models.BigIntegerField(null=True)
    touched_seconds = models.BigIntegerField(null=True)

    assumes_detect = models.BooleanField(default=False)
    assumes_respond = models.BooleanField(default=False)
    assumes_repair = models.BooleanField(default=False)
    assumes_recovery = models.BooleanField(default=False)
    assumes_resolve = models.BooleanField(default=False)
    assumes_close = models.BooleanField(default=False)

    is_first_contact = models.BooleanField(default=False)
    was_reassigned = models.BooleanField(default=False)
    was_returned = models.BooleanField(default=False)
    was_reopened = models.BooleanField(default=False)

    objects = TicketFigureQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["opened_on"], name="figure_opened"),
            models.Index(fields=["detected_on"], name="figure_detected"),
            models.Index(fields=["responded_on"], name="figure_responded"),
            models.Index(fields=["restored_on"], name="figure_restored"),
            models.Index(fields=["resolved_on"], name="figure_resolved"),
            models.Index(fields=["closed_on"], name="figure_closed"),
        ]

    def __str__(self) -> str:
        return f"figures of ticket {self.ticket_id}"


class DayCount(models.Model):
    """What happened on one day to the unrestricted incidents of one organisation, team and priority.

    `opened` counts those opened on that day; the other counts are of those resolved on it, but for `closed`. Service
    and category are left to the rows: with them there were 1.4 cells for each incident, measured at a million.
    """

    day = models.DateField()
    organisation = _copied("accounts.Organisation", null=True)
    team = _copied("accounts.Team", null=True)
    priority = models.PositiveSmallIntegerField()

    opened = models.PositiveIntegerField()
    resolved = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    first_contact = models.PositiveIntegerField()
    reassigned = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    reopened = models.PositiveIntegerField()
    timed = models.PositiveIntegerField()
    waiting_seconds = models.BigIntegerField()
    touched_seconds = models.BigIntegerField()

    objects = DayCountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "organisation", "team", "priority"],
                name="day_count_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"counts of {self.day}"


class DirtyTicket(models.Model):
    """An incident to which something happened that the roll-ups do not know yet. One line per happening."""

    ticket_id = models.BigIntegerField()
    marked_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"ticket {self.ticket_id}"


class RollupState(models.Model):
    """How far the roll-ups are: one row.

    Every ticket up to `complete_to` has been seen; later ones are looked for at each refresh, since whoever loads
    tickets in bulk tells nobody. `seen_to` becomes `complete_to` an hour after it was noted, when no transaction can
    still bring a lower number.
    """

    zone = models.CharField(max_length=60)
    refreshed_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    complete_to = models.BigIntegerField(default=0)
    seen_to = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="rollup_state_one_row")]

    def __str__(self) -> str:
        return "state of the roll-ups"
