"""Who sees which figures: exactly those made of the tickets that they see."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.access import Access, access_of
from tickets.models import Ticket


def cell_filter(access: Access) -> Q | None:
    """Which cells of a roll-up consist of visible incidents only; None when no cell does.

    A cell holds unrestricted incidents of one organisation and team: what `tickets.visibility.ticket_filter` grants by
    these two. With `beyond_cells` it is the same rule; a test holds them against each other for the whole cast.
    """
    if access.user_id is None or access.supplier_id is not None:
        return None
    if access.reads_everywhere:
        return Q()
    organisations = {*access.shared_ids, *(access.served_ids if access.reads_desk else [])}
    if not organisations and not access.team_ids:
        return None
    return Q(organisation_id__in=sorted(organisations)) | Q(team_id__in=access.team_ids)


def rows_filter(cells: Q | None, beyond: Any) -> Q:
    """The condition on rows: of a visible cell, or of a ticket beyond the cells. The cells, being quick, come first."""
    if cells is None:
        return Q(pk__in=beyond)
    return (Q(is_restricted=False) & cells) | Q(pk__in=beyond)


def beyond_cells(user: Any) -> "models.QuerySet[Ticket]":
    """The visible tickets that no visible cell holds: restricted ones, and those that a person reads by name alone.

    What grants them stands in indexed columns of the ticket, so that this does not read all that the cells hold.
    """
    access = access_of(user)
    if access.user_id is None:
        return Ticket.objects.none()
    granted = Q(reader_ids__contains=[access.user_id])
    if access.supplier_id is not None:
        granted |= Q(supplier_ids__contains=[access.supplier_id])
    elif access.team_ids:
        granted |= Q(is_restricted=True, restricted_team_ids__overlap=access.team_ids)
    found = Ticket.objects.filter(granted)
    cells = cell_filter(access)
    if cells is None:
        return found
    if not cells:
        return found.filter(is_restricted=True)
    return found.exclude(Q(is_restricted=False) & cells)


class TicketFigureQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The rows of the tickets that the person sees."""
        return self.filter(rows_filter(cell_filter(access_of(user)), beyond_cells(user).values("pk")))


class DayCountQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The cells all of whose incidents the person sees; those that no cell holds are counted beside them."""
        cells = cell_filter(access_of(user))
        return self.none() if cells is None else self.filter(cells)
