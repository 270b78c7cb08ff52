"""Filters as data: `status=new&status=on_hold`, `priority__in=1,2`, `opened_at__gte=…`, `assignee__isnull=true`.

A resource declares which of its fields can be filtered and of what type each is; a type knows its lookups and reads
its values. A repeated parameter means OR; different parameters mean AND. What is not declared is refused by name.
django-filter builds a form for each request, which costs more than a whole list here, and has no repeated-is-OR.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.problems import invalid_parameter

MAX_VALUES = 200
_WORDS = {"true": True, "1": True, "false": False, "0": False}

Custom = Callable[[Request, list[str]], Q]


def text(value: str) -> str:
    return value


def number(value: str) -> int:
    read = int(value)
    if not -(2**63) <= read < 2**63:
        raise ValueError(value)
    return read


def flag(value: str) -> bool:
    try:
        return _WORDS[value.lower()]
    except KeyError:
        raise ValueError(value) from None


def moment(value: str) -> datetime:
    """An RFC 3339 moment. Without an offset it is refused: whose midnight it would be cannot be known."""
    read = parse_datetime(value.replace(" ", "+"))  # a '+' that was not percent-encoded arrives as a space
    if read is None or read.tzinfo is None:
        raise ValueError(value)
    return read.astimezone(UTC)


EXPECTED: dict[Any, str] = {
    number: "a whole number",
    flag: "true or false",
    moment: "a moment with its offset, such as 2026-11-20T09:30:00Z",
}
SCHEMAS: dict[Any, dict[str, Any]] = {
    text: {"type": "string"},
    number: {"type": "integer", "format": "int64"},
    flag: {"type": "boolean"},
    moment: {"type": "string", "format": "date-time"},
}
LOOKUPS: dict[Any, tuple[str, ...]] = {
    text: ("", "in", "contains"),
    number: ("", "in", "gte", "lte"),
    flag: ("",),
    moment: ("", "gte", "lte"),
}
_ORM = {"": "exact", "in": "in", "gte": "gte", "lte": "lte", "contains": "icontains"}


@dataclass(frozen=True)
class Filter:
    """One filterable field: which column, how its values are read, and whether it can be empty.

    `choices` are the words that it can have. It exists for those who see the field of its name, or `field`.
    """

    column: str
    read: Callable[[str], Any] = text
    choices: Sequence[str] = ()
    nullable: bool = False
    lookups: tuple[str, ...] | None = None
    custom: Custom | None = None
    help: str = ""
    field: str = ""

    @property
    def all_lookups(self) -> tuple[str, ...]:
        if self.custom:
            return ("",)
        own = self.lookups if self.lookups is not None else LOOKUPS[self.read]
        if self.choices and self.lookups is None:
            own = ("", "in")
        return (*own, "isnull") if self.nullable else own

    def condition(self, request: Request, parameter: str, lookup: str, given: list[str]) -> Q:
        if self.custom:
            return self.custom(request, given)
        if lookup == "isnull":
            return _any(Q(**{f"{self.column}__isnull": self._one(parameter, each, flag)}) for each in given)
        values = [self._one(parameter, part, self.read) for each in given for part in _parts(each, lookup)]
        if len(values) > MAX_VALUES:
            raise invalid_parameter(parameter, _("At most %(n)s values can be asked for at once.") % {"n": MAX_VALUES})
        if lookup in ("", "in"):
            return Q(**{self.column: values[0]}) if len(values) == 1 else Q(**{f"{self.column}__in": values})
        return _any(Q(**{f"{self.column}__{_ORM[lookup]}": each}) for each in values)

    def _one(self, parameter: str, value: str, read: Callable[[str], Any]) -> Any:
        try:
            result = read(value)
        except (ValueError, OverflowError):
            raise invalid_parameter(
                parameter, _("%(value)s is not %(what)s.") % {"value": value[:100], "what": EXPECTED[read]}
            ) from None
        if self.choices and read is self.read and result not in self.choices:
            raise invalid_parameter(
                parameter,
                _("%(value)s is not one of %(choices)s.")
                % {"value": value[:100], "choices": ", ".join(map(str, self.choices))},
            )
        return result


def reference(column: str, *, nullable: bool = False, field: str = "") -> Filter:
    """A filter on the word by which another record is addressed."""
    return Filter(column, text, nullable=nullable, lookups=("", "in"), field=field)


def conditions(request: Request, filters: Mapping[str, Filter], reserved: Iterable[str]) -> list[Q]:
    """The conditions that a request's parameters ask for; a parameter that nobody declared is a 400 that names it."""
    found = []
    known = set(reserved)
    for parameter, given in request.query_params.lists():
        if parameter in known:
            continue
        name, _separator, lookup = parameter.partition("__")
        declared = filters.get(name)
        if declared is None or lookup not in declared.all_lookups or parameter.endswith("__"):
            raise invalid_parameter(parameter, _("There is no parameter called %(name)s.") % {"name": parameter[:100]})
        found.append(declared.condition(request, parameter, lookup, given))
    return found


def _parts(value: str, lookup: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()] if lookup == "in" else [value]


def _any(conditions: Iterable[Q]) -> Q:
    joined = Q()
    for each in conditions:
        joined |= each
    return joined
