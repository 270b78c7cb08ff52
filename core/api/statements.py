"""Statements that were compiled before, for the reads that are asked for again and again.

Django takes longer to compile a list's statement than PostgreSQL to answer it. What is compiled depends on the
caller's sight, the fields asked for and the parameters, and on nothing else; the same three give the same statement.
`visible_to` stays the only door: it made every statement that is kept here.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

KEPT = 300
HOLE = "\x00hole\x00"
"""Stands in a statement for the word that addresses one record; no stored text can hold it."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Statement:
    """A compiled statement, with what turns its rows into values. `sql` is None when nothing can match."""

    sql: str | None
    params: tuple[Any, ...]
    names: tuple[str, ...]
    converters: tuple[tuple[int, Any, Any], ...]

    def rows(self, word: str | None = None) -> list[Row]:
        if self.sql is None:
            return []
        params = self.params if word is None else tuple(word if each == HOLE else each for each in self.params)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        rows = [dict(zip(self.names, row, strict=True)) for row in found]
        for place, converters, expression in self.converters:
            name = self.names[place]
            for row in rows:
                for convert in converters:
                    row[name] = convert(row[name], expression, connection)
        return rows

    def count(self) -> int:
        """How many rows it has."""
        if self.sql is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.sql}) counted", self.params)
            return int(cursor.fetchone()[0])


_kept: OrderedDict[Hashable, Statement] = OrderedDict()
_lock = Lock()


def statement(key: Hashable | None, make: Callable[[], Any], names: tuple[str, ...]) -> Statement:
    """The statement of `make()`'s rows with these columns; with a key, the one that was kept under it."""
    if key is None:
        return _compile(make(), names)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    made = _compile(make(), names)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _compile(queryset: Any, names: tuple[str, ...]) -> Statement:
    compiler = queryset.values(*names).query.get_compiler(connection.alias)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return Statement(None, (), names, ())
    query = compiler.query
    selected = [column for column, _sql, _alias in compiler.select]
    converters = compiler.get_converters(selected)
    return Statement(
        sql,
        tuple(params),
        (*query.extra_select, *query.values_select, *query.annotation_select),
        tuple((place, tuple(convert), expression) for place, (convert, expression) in converters.items()),
    )
