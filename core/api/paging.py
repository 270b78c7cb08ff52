"""Lists: a page by `limit` and `offset` with a bounded count, or deep reading by `cursor` (keyset, no count)."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.filters import moment
from core.api.problems import invalid_parameter
from core.api.resources import Reader, Resource, Row
from core.api.statements import Statement

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
MAX_OFFSET = 10_000
COUNTED = 1_000
PARAMETERS = ("limit", "offset", "cursor", "ordering", "search", "fields", "expand", "count")


@dataclass(frozen=True)
class Ordering:
    """How a list is ordered: (name, column, descending), the primary key last, so that the order is total."""

    text: str
    parts: tuple[tuple[str, str, bool], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for _name, column, _down in self.parts)

    def apply(self, queryset: Any) -> Any:
        return queryset.order_by(*(f"-{column}" if down else column for _name, column, down in self.parts))


def page(make: Callable[[], Any], reader: Reader, key: Any) -> dict[str, Any]:
    """One page of a list as its answer. `key` tells apart what `make()` depends on, or is None when nobody can say."""
    request = reader.request
    ordering = ordering_of(request, reader.resource)
    limit = _bounded(request, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    listed = _List(cache(make), reader, ordering, key)
    if "cursor" in request.query_params:
        return _deep(listed, limit)
    offset = _bounded(request, "offset", 0, 0, MAX_OFFSET)
    rows = listed.rows(offset, offset + limit + 1)
    has_more = len(rows) > limit
    del rows[limit:]
    total, at_least = _count(listed, request, offset, len(rows), has_more)
    body: dict[str, Any] = {"count": total}
    if at_least is not None:
        body["count_at_least"] = at_least
    reachable = has_more and offset + limit <= MAX_OFFSET
    body["next"] = _link(request, offset=offset + limit) if reachable else None
    body["previous"] = _link(request, offset=max(offset - limit, 0)) if offset else None
    body["results"] = reader.present(rows)
    return body


@dataclass(frozen=True)
class _List:
    """A list that is about to be read: its rows in their order, or how many there are."""

    make: Callable[[], Any]
    reader: Reader
    ordering: Ordering
    key: Any

    def rows(self, start: int, stop: int) -> list[Row]:
        def made() -> Any:
            return self.ordering.apply(self.make())[start:stop]

        return self._statement("page", made, more=self.ordering.columns).rows()

    def rows_after(self, values: list[Any], stop: int) -> list[Row]:
        def made() -> Any:
            return self.ordering.apply(self.make().filter(after(self.ordering, values)))[:stop]

        return self._statement("page", made, more=self.ordering.columns).rows()

    def bounded_count(self) -> int:
        key = () if self.key is None else ("count", self.key)
        return self.reader.statement(lambda: self.make().order_by()[: COUNTED + 1], *key, only=("id",)).count()

    def _statement(self, what: str, made: Callable[[], Any], more: Iterable[str]) -> Statement:
        key = () if self.key is None else (what, self.key)
        return self.reader.statement(made, *key, more=more)


def ordering_of(request: Request, resource: Resource) -> Ordering:
    """The ordering that a request asks for, from the resource's allow-list."""
    given = ",".join(request.query_params.getlist("ordering") or [resource.default_order])
    parts: list[tuple[str, str, bool]] = []
    for part in filter(None, (each.strip() for each in given.split(","))):
        down, name = part.startswith("-"), part.lstrip("-")
        if name not in resource.orders or part.startswith("--") or len(parts) == 3:
            raise invalid_parameter(
                "ordering",
                _("A list can be ordered by up to three of %(names)s, each with or without a minus.")
                % {"names": ", ".join(resource.orders)},
            )
        parts.append((name, resource.orders[name].column, down))
    if not parts:
        raise invalid_parameter("ordering", _("It is empty."))
    return Ordering(given, (*parts, ("id", "id", parts[-1][2])))


def _deep(listed: _List, limit: int) -> dict[str, Any]:
    request, resource, ordering = listed.reader.request, listed.reader.resource, listed.ordering
    if "offset" in request.query_params:
        raise invalid_parameter("offset", _("A cursor already says where to go on."))
    if any(resource.orders[name].nullable for name, _column, _down in ordering.parts[:-1]):
        raise invalid_parameter("ordering", _("A cursor needs an ordering whose values are never empty."))
    given = request.query_params["cursor"]
    rows = listed.rows_after(decoded(given, ordering, resource), limit + 1) if given else listed.rows(0, limit + 1)
    has_more = len(rows) > limit
    del rows[limit:]
    following = _link(request, cursor=encoded(ordering, rows[-1])) if has_more else None
    return {"count": None, "next": following, "previous": None, "results": listed.reader.present(rows)}


def after(ordering: Ordering, values: list[Any]) -> Q:
    """The rows behind a position: the lexicographic comparison, with its first part said apart for the index."""
    condition = Q()
    for index, (_name, column, down) in enumerate(ordering.parts):
        same = {ordering.parts[i][1]: values[i] for i in range(index)}
        condition |= Q(**same, **{f"{column}__{'lt' if down else 'gt'}": values[index]})
    _name, first, down = ordering.parts[0]
    return Q(**{f"{first}__{'lte' if down else 'gte'}": values[0]}) & condition


def encoded(ordering: Ordering, row: Row) -> str:
    values = [row[column] for column in ordering.columns]
    return urlsafe_b64encode(orjson.dumps([ordering.text, *values])).rstrip(b"=").decode()


def decoded(cursor: str, ordering: Ordering, resource: Resource) -> list[Any]:
    """The position that a cursor names; one that we did not give for this ordering is refused."""
    wrong = invalid_parameter("cursor", _("This cursor was not given for this list. Take it from the last answer."))
    try:
        text, *values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError):
        raise wrong from None
    if text != ordering.text or len(values) != len(ordering.parts):
        raise wrong
    try:
        read = [
            _read(resource.orders[name].read, value)
            for (name, _column, _down), value in zip(ordering.parts[:-1], values, strict=False)
        ]
        last = values[-1]
        if not isinstance(last, int) or isinstance(last, bool) or not 0 <= last < 2**63:
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        raise wrong from None
    return [*read, last]


def _read(read: Any, value: Any) -> Any:
    if not isinstance(value, str | int | float) or (isinstance(value, str) and "\x00" in value):
        raise ValueError(value)
    result: Any = moment(str(value)) if read is moment else read(str(value))
    if isinstance(result, datetime) and result.year < 1:
        raise ValueError(value)
    return result


def _count(listed: _List, request: Request, offset: int, on_page: int, has_more: bool) -> tuple[int | None, int | None]:
    how = request.query_params.get("count", "bounded")
    if how not in ("bounded", "exact"):
        raise invalid_parameter("count", _("It is bounded or exact."))
    if not has_more and (on_page or not offset):
        return offset + on_page, None
    if how == "exact":
        return listed.make().count(), None
    counted = listed.bounded_count()
    return (counted, None) if counted <= COUNTED else (None, COUNTED + 1)


def _bounded(request: Request, name: str, default: int, low: int, high: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 9 or not low <= int(given) <= high:
        raise invalid_parameter(
            name, _("It must be a whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
        )
    return int(given)


def _link(request: Request, **changes: Any) -> str:
    parameters = request.query_params.copy()
    for name, value in changes.items():
        parameters[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
