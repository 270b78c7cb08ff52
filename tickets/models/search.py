from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tickets.visibility import OnTicketQuerySet


class TicketSearch(models.Model):
    """The words of a ticket, as a requester may search them and as the desk may; written with the ticket."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, primary_key=True, related_name="search")
    public_vector = SearchVectorField()
    internal_vector = SearchVectorField()
    opened_at = models.DateTimeField()

    objects = OnTicketQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "ticket searches"
        indexes = [
            GinIndex(fields=["public_vector"], name="search_public"),
            GinIndex(fields=["internal_vector"], name="search_internal"),
            models.Index(fields=["-opened_at"], name="search_newest"),
        ]

    def __str__(self) -> str:
        return f"words of {self.ticket_id}"
