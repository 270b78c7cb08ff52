"""The registry of kinds of record that have a lifecycle: which model, which table of moves, which row to lock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils.functional import Promise

from core.lifecycle import Lifecycle


@dataclass(frozen=True)
class Kind:
    """A kind of record: `root` is the model whose row is locked; `model` is it or extends it.

    `commented(record, comment)` lets the practice answer words on its record in their own transaction.
    """

    name: str
    label: str | Promise
    label_plural: str | Promise
    model: type[models.Model]
    root: type[models.Model]
    lifecycle: Lifecycle
    series: str
    url: Callable[[Any], str] | None = None
    commented: Callable[[Any, Any], None] | None = None

    def locked(self, pk: Any) -> Any:
        """The record as it is now, its root row locked until the transaction ends.

        `FOR NO KEY UPDATE` lets others insert rows that point at the ticket; a child row is read after the lock.
        """
        lock_row(self.root, pk)
        return self.model._default_manager.get(pk=pk)


def lock_row(model: type[models.Model], pk: Any) -> None:
    """Lock one row `FOR NO KEY UPDATE` until the transaction ends, without reading it; `DoesNotExist` without one."""
    table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE {key} = %s FOR NO KEY UPDATE", [pk])
        if cursor.fetchone() is None:
            raise model.DoesNotExist(  # type: ignore[attr-defined]  # Django gives each model its own
                f"There is no {model._meta.verbose_name} {pk}."
            )


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(record: Any) -> Kind:
    """The kind of a record, by its `kind`."""
    return _kinds[record.kind]


def get(name: str) -> Kind:
    """The kind of that name; `KeyError` when no app registered it."""
    return _kinds[name]


def exists(name: str) -> bool:
    return name in _kinds


def all_kinds() -> Iterator[Kind]:
    return iter(_kinds.values())
