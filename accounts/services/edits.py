"""Reading, changing and saving named columns of one locked row, and saying what changed."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def locked(row: Row) -> Row:
    """The row as it is now, held until the transaction ends."""
    rows = row._meta.model._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    return cast(Row, rows)


def change(row: models.Model, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the columns that differ, save them alone, and give each as [before, after] in words for the audit."""
    changes: dict[str, list[Any]] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [in_words(before), in_words(value)]
            setattr(row, name, value)
    if changes:
        row.save(update_fields=list(changes))
    return changes


def in_words(value: Any) -> Any:
    """A value as an activity keeps it."""
    return value if isinstance(value, str | int | bool | None) else str(value)
