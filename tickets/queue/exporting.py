"""Exactly what a queue shows, as lines for `core.exporting`."""

from collections.abc import Iterable, Iterator
from typing import Any

from tickets.queue.columns import Column


def lines(rows: Iterable[Any], columns: list[Column]) -> Iterator[list[Any]]:
    """A head, then a line for each row."""
    yield [str(column.export_label or column.label) for column in columns]
    for row in rows:
        yield [column.text(row) for column in columns]
