"""The one place of bulk loading for tickets: `bulk_create` refuses models that extend a concrete one.

Numbers, keys and rows in a few statements, however many tickets. The caller holds the transaction, sets every column
(nothing is validated but by the database's constraints), and records what happened with `core.moves.replay`, which
also makes the words searchable.
"""

from collections.abc import Sequence
from typing import Any

from core.copying import assign_keys, copy_in
from core.kinds import get
from core.numbers import next_numbers
from tickets.models import Ticket


def insert_tickets(tickets: Sequence[Any]) -> None:
    """Write unsaved tickets of one kind: the rows of `Ticket` and of the model that extends it.

    Those without a number take the next ones of their series, in order.
    """
    if not tickets:
        return
    kind = get(tickets[0].kind)
    if any(ticket.kind != kind.name or not isinstance(ticket, kind.model) for ticket in tickets):
        raise ValueError("Tickets of several kinds are loaded one kind after the other.")
    unnumbered = [ticket for ticket in tickets if not ticket.number]
    for ticket, number in zip(unnumbered, next_numbers(kind.series, len(unnumbered)), strict=True):
        ticket.number = number
    assign_keys(Ticket, tickets)
    for ticket in tickets:
        ticket.pk = ticket.id  # the child's own key, which is the pointer to the ticket
    copy_in(Ticket, tickets)
    if kind.model is not Ticket:
        copy_in(kind.model, tickets)


def insert_rows(rows: Sequence[Any]) -> None:
    """Write unsaved rows of one model that hang on tickets: assignments, comments, items, watchers."""
    if rows:
        assign_keys(type(rows[0]), rows)
        copy_in(type(rows[0]), rows)
