"""What of the figures a person sees, worked out once for a page, an export or an answer."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self

from django.db.models import Q, QuerySet

from accounts.access import access_of
from metrics.models import DayCount, RollupState, TicketFigure
from metrics.visibility import beyond_cells, cell_filter, rows_filter

MANY = 5_000
"""So many tickets beyond the cells are named one by one; more are left to the database."""


@dataclass(frozen=True)
class Sight:
    """The cells that are visible as a whole, and the tickets beyond them.

    `signature` tells two sights apart, and `as_of` when the roll-ups last changed: with the question they name an
    answer that can be kept.
    """

    cells: Q | None
    beyond: Any
    signature: str
    as_of: datetime | None

    @classmethod
    def of(cls, user: Any) -> Self:
        access = access_of(user)
        cells = cell_filter(access)
        tickets = beyond_cells(user).order_by("pk").values_list("pk", flat=True)
        named = list(tickets[: MANY + 1])
        is_named = len(named) <= MANY
        words = [str(cells), ",".join(map(str, named)) if is_named else f"of {access.user_id}"]
        return cls(
            cells,
            named if is_named else tickets.order_by(),
            sha256("|".join(words).encode()).hexdigest(),
            RollupState.objects.values_list("changed_at", flat=True).first(),
        )

    def rows(self) -> "QuerySet[TicketFigure]":
        """Every row that the person sees."""
        return TicketFigure.objects.filter(rows_filter(self.cells, self.beyond))

    def rows_beyond(self) -> "QuerySet[TicketFigure]":
        """The rows that no visible cell holds."""
        return TicketFigure.objects.filter(pk__in=self.beyond)

    def counts(self) -> "QuerySet[DayCount]":
        """The cells that the person sees."""
        return DayCount.objects.none() if self.cells is None else DayCount.objects.filter(self.cells)
