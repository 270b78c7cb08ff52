"""Who sees which tickets: `visible_to` is the only door to their rows, on every path.

A ticket keeps the people who read it whatever their teams (`reader_ids`: requester, opener, watchers, whoever had it)
and, when restricted, the teams that may (`restricted_team_ids`), so that the answer needs no join.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.access import Access, access_of
from core.models import Activity


def ticket_filter(access: Access, prefix: str = "") -> Q:
    """The condition under which a ticket, reached through `prefix`, is visible."""

    def q(**lookups: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in lookups.items()})

    if access.user_id is None:
        return Q(pk__in=[])
    mine = q(reader_ids__contains=[access.user_id])
    if access.supplier_id is not None:
        return mine | q(supplier_ids__contains=[access.supplier_id])
    if access.shared_ids:
        mine |= q(is_restricted=False, organisation_id__in=access.shared_ids)
    if access.team_ids:
        mine |= q(is_restricted=False, team_id__in=access.team_ids)
        mine |= q(is_restricted=True, restricted_team_ids__overlap=access.team_ids)
    if access.reads_everywhere:
        return mine | q(is_restricted=False)
    if access.reads_desk and access.served_ids:
        mine |= q(is_restricted=False, organisation_id__in=access.served_ids)
    return mine


class TicketQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The tickets that exist for this person."""
        return self.filter(ticket_filter(access_of(user)))

    def unresolved(self) -> Self:
        return self.filter(stage__in=["open", "waiting"])

    def for_lists(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related("requester", "assignee", "team", "service", "organisation")


class OnTicketQuerySet(models.QuerySet):
    """Rows that belong to a ticket."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(ticket_filter(access_of(user), "ticket__"))


class WordsQuerySet(OnTicketQuerySet):
    """Rows that belong to a ticket and have an audience: comments and attachments."""

    def visible_to(self, user: Any) -> Self:
        """What the person may read of the tickets that they see: internal words are for the desk alone."""
        return super().visible_to(user).filter(audience_filter(access_of(user)))


def audience_filter(access: Access) -> Q:
    """Which words a person may read, on tickets that they see."""
    if access.supplier_id is not None:
        return Q(audience=Activity.Audience.SUPPLIER, supplier_id=access.supplier_id)
    if access.reads_desk:
        return Q(audience=Activity.Audience.REQUESTER) | ~only_asked_for(access, "ticket__")
    return Q(audience=Activity.Audience.REQUESTER)


def only_asked_for(access: Access, prefix: str = "") -> Q:
    """The restricted tickets that someone of the desk asked for or wrote down, and whose circle they do not belong to.

    On these they are a requester like any other: `Ticket.is_only_asked_for` says the same of one ticket.
    """
    asked = Q(**{f"{prefix}requester_id": access.user_id}) | Q(**{f"{prefix}opened_by_id": access.user_id})
    inside = Q(**{f"{prefix}assignee_id": access.user_id, f"{prefix}assignee_id__isnull": False})
    if access.team_ids:
        inside |= Q(**{f"{prefix}restricted_team_ids__overlap": access.team_ids})
    return Q(**{f"{prefix}is_restricted": True}) & asked & ~inside
