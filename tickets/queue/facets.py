"""Facets with counts, in one grouped query over the newest rows: each counts what the *other* facets leave."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

BOUND = 10_000
"""Facets count the newest so many visible rows; beyond, they say so."""


def counts(rows: QuerySet, chosen: dict[str, set[Any]]) -> tuple[dict[str, dict[Any, int]], bool]:
    """How many of `rows` have each value of each column in `chosen`: ({column: {value: n}}, whether the bound was met).

    `rows` is narrowed by everything but the facets; `chosen` maps a facet's column to the values ticked (empty: all).
    A column's counts are of the rows that the other columns' ticks leave.
    """
    columns = list(chosen)
    inner, params = rows.order_by("-opened_at", "-pk").values_list(*columns)[:BOUND].query.sql_with_params()
    quoted = [f"c{index}" for index in range(len(columns))]
    arguments: list[Any] = [*params]
    selects = []
    for index, column in enumerate(columns):
        others = [other for other in range(len(columns)) if other != index and chosen[columns[other]]]
        condition = " AND ".join(f"{quoted[other]} = ANY(%s)" for other in others) or "true"
        selects.append((index, condition, [list(chosen[columns[other]]) for other in others], column))
    sql = (
        f"WITH newest({', '.join(quoted)}) AS MATERIALIZED ({inner}) "
        + " UNION ALL ".join(
            f"SELECT {index}, {quoted[index]}::text, count(*) FROM newest WHERE {condition} GROUP BY 2"
            for index, condition, _values, _column in selects
        )
        + " UNION ALL SELECT -1, NULL, count(*) FROM newest"
    )
    for _index, _condition, values, _column in selects:
        arguments.extend(values)
    found: dict[str, dict[Any, int]] = defaultdict(dict)
    total = 0
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        for index, value, count in cursor.fetchall():
            if index == -1:
                total = count
            else:
                found[columns[index]][value] = count
    return found, total >= BOUND


def capped(querysets: Sequence[QuerySet], cap: int) -> list[int]:
    """The sizes of several lists in one statement, each counted to `cap` at most; 0 of one that can hold nothing."""
    if not querysets:
        return []
    parts: list[str] = []
    arguments: list[Any] = []
    for queryset in querysets:
        try:
            inner, params = queryset.order_by().values_list("pk")[:cap].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({inner}) AS counted)")
        arguments.extend(params)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", arguments)
        return list(cursor.fetchone())
