"""Rows into a table by COPY, several times faster than INSERT: for bulk loading of rows that are known to be right.

Constraints and triggers of the database hold as ever; model validation, `save()` and signals are not run. A row that
the database refuses aborts the transaction.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

Encoder = Callable[[Any], str]

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_READ_SIZE = 1 << 16


def copy_in(model: type[models.Model], records: Sequence[Any]) -> None:
    """Write the columns of `model`'s own table from records of it or of a model that extends it.

    Primary keys must be set (`assign_keys`). A column with a database default is left to it when no record says more.
    """
    if not records:
        return
    columns = [
        column
        for column in model._meta.local_concrete_fields
        if not isinstance(getattr(records[0], column.attname), DatabaseDefault)
    ]
    encoders = [(column.attname, _encoder(column)) for column in columns]
    names = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns)
    statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN"
    lines = _Lines(_line(record, encoders) for record in records)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, lines, _READ_SIZE)


def assign_keys(model: type[models.Model], records: Sequence[Any]) -> None:
    """Give records their primary keys from the sequence of `model`'s table, in one statement."""
    key = model._meta.pk
    assert key is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), key.column, len(records)],
        )
        for record, (value,) in zip(records, cursor.fetchall(), strict=True):
            setattr(record, key.attname, value)


class _Lines:
    """A file to read from, fed by a generator: PostgreSQL takes in what is there while the next lines are written."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[str] = iter(lines)

    def read(self, size: int) -> str:
        taken: list[str] = []
        length = 0
        for line in self._lines:
            taken.append(line)
            length += len(line)
            if length >= size:
                break
        return "".join(taken)


def _line(record: Any, encoders: Sequence[tuple[str, Encoder]]) -> str:
    cells = [NULL if (value := getattr(record, name)) is None else encode(value) for name, encode in encoders]
    return "\t".join(cells) + "\n"


def _encoder(column: models.Field) -> Encoder:
    """How values of a column are written in COPY's text format."""
    if isinstance(column, models.ForeignKey | models.OneToOneField):
        return _encoder(column.target_field)
    if isinstance(column, models.JSONField):
        dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        return lambda value: dump(value).translate(_ESCAPES)
    if isinstance(column, ArrayField):
        return _array
    if isinstance(column, models.CharField | models.TextField):
        return lambda value: str(value).translate(_ESCAPES)
    if isinstance(column, models.BooleanField):
        return lambda value: "t" if value else "f"
    if isinstance(column, models.DateField | models.TimeField):
        return lambda value: value.isoformat()
    if isinstance(column, models.IntegerField | models.DecimalField | models.FloatField | models.UUIDField):
        return str
    raise TypeError(f"{column} has a type that COPY is not taught to write here.")


def _array(values: Iterable[Any]) -> str:
    written = (
        "NULL" if value is None else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
        for value in values
    )
    return ("{" + ",".join(written) + "}").translate(_ESCAPES)
