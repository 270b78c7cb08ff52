"""The words by which other records are addressed, for all rows of an answer in one statement.

A join for each reference would cost far more in planning than the whole answer: a dozen of them take the planner tens
of milliseconds. Rows are read with their foreign keys, and the words of these are fetched together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

Words = Mapping[Any, tuple[str, str]]


@dataclass(frozen=True)
class Named:
    """What a foreign key points to: records of a model that are addressed by `key` and have a `name`."""

    model: type[models.Model]
    key: str = "key"

    def select(self, place: int) -> str:
        meta, quote = self.model._meta, connection.ops.quote_name
        columns = [quote(_column(meta.get_field(name))) for name in ("id", self.key, "name")]
        return f"SELECT {place}, {', '.join(columns)} FROM {quote(meta.db_table)} WHERE {columns[0]} = ANY(%s)"


def _column(field: Any) -> str:
    return str(field.column)


def words_of(wanted: Iterable[tuple[Named, set[Any]]]) -> dict[Named, Words]:
    """For each kind of record, primary key → (the word that addresses it, its name)."""
    asked = [(named, list(ids)) for named, ids in wanted if ids]
    found: dict[Named, dict[Any, tuple[str, str]]] = {named: {} for named, _ids in asked}
    if not asked:
        return {}
    statement = " UNION ALL ".join(named.select(place) for place, (named, _ids) in enumerate(asked))
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids for _named, ids in asked])
        for place, pk, word, name in cursor.fetchall():
            found[asked[place][0]][pk] = (word, name)
    return dict(found)
