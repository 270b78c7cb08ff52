"""Resources as data: which fields a record has for whom, from which columns, how lists are filtered and ordered.

Reads are made from this table with `values()`, without model instances or serializers: that is what makes them quick.
The OpenAPI document is read from the same table, so it cannot say something else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from core.api.filters import Filter
from core.api.naming import Named, words_of
from core.api.problems import invalid_parameter
from core.api.statements import Statement, statement
from core.registries import ApiField, api_fields, api_filters

Row = dict[str, Any]
Shown = Callable[[Request], bool]


@dataclass(frozen=True)
class Field:
    """One member of a record's JSON.

    `type` is what the document says of it. A plain field is a copy of one column; `value(row, request)` computes it
    from `columns`; `batch(rows, request)` finds it for all rows of an answer at once, by primary key. `shown(request)`
    says for whom it exists. An `is_extra` field stands on the detail, and on a list when `expand` asks for it; one that
    `is_costly` is left out of the answer to its creation, too, unless `expand` asks.
    A reference that is `named` is a foreign key whose word is fetched with those of all rows; `expanded` are the
    columns that `expand` shows in place of a reference.
    """

    name: str
    type: serializers.Field
    columns: tuple[str, ...] = ()
    value: Callable[[Row, Request], Any] | None = None
    batch: Callable[[list[Row], Request], Mapping[Any, Any]] | None = None
    shown: Shown | None = None
    is_extra: bool = False
    is_costly: bool = False
    expanded: Mapping[str, str] = field(default_factory=dict)
    named: Named | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        return self.columns or ((self.name,) if self.batch is None else ())

    @property
    def can_expand(self) -> bool:
        return self.is_extra or bool(self.expanded) or self.named is not None


def reference(
    name: str,
    column: str,
    /,
    *,
    nullable: bool = False,
    help_text: Any = "",
    shown: Shown | None = None,
    **expanded: str,
) -> Field:
    """A reference to another record by the word that addresses it; `expand` shows more of it."""
    return Field(
        name,
        serializers.CharField(allow_null=nullable, help_text=help_text),
        columns=(column,),
        shown=shown,
        expanded=expanded,
    )


@dataclass(frozen=True)
class Order:
    """A column by which a list can be ordered; a cursor needs one that is never empty."""

    column: str
    read: Callable[[str], Any]
    nullable: bool = False


@dataclass(frozen=True)
class Resource:
    """A kind of record as the API shows it.

    `key` is the column that addresses one; `rows(request)` are those that the caller sees. Where `sight(request)` gives
    all that `rows` depends on, as something that can be compared, compiled statements are kept.
    """

    name: str
    label: Any
    label_plural: Any
    model: type[models.Model]
    fields: tuple[Field, ...]
    rows: Callable[[Request], Any]
    key: str = "key"
    filters: Mapping[str, Filter] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    default_order: str = "name"
    search: Callable[[Any, Request, str], Any] | None = None
    has_version: bool = False
    scopes: tuple[str, ...] = ()
    about: Any = ""
    schema_name: str = ""
    sight: Callable[[Request], Any] | None = None

    @property
    def singular(self) -> str:
        """What one record is called in the OpenAPI document."""
        return self.schema_name or self.model.__name__

    def all_fields(self) -> tuple[Field, ...]:
        """Its own fields and those that higher apps have added."""
        return (*self.fields, *(_of_higher_app(self, each) for each in api_fields(self.name)))

    def all_filters(self) -> Mapping[str, Filter]:
        """Its own filters and those that higher apps have added."""
        return {**self.filters, **api_filters(self.name)}

    def filters_for(self, request: Request) -> Mapping[str, Filter]:
        """The filters that exist for the caller: nobody can guess by filtering what they may not read."""
        hidden = {each.name for each in self.all_fields() if each.shown is not None and not each.shown(request)}
        return {name: each for name, each in self.all_filters().items() if (each.field or name) not in hidden}

    def field(self, name: str) -> Field:
        return next(each for each in self.all_fields() if each.name == name)


def _of_higher_app(resource: Resource, added: ApiField) -> Field:
    """A field that a higher app registered: it reads model instances, which are fetched once for all rows."""

    def batch(rows: list[Row], request: Request) -> Mapping[Any, Any]:
        found = resource.rows(request).filter(pk__in=[row["id"] for row in rows])
        if added.prefetch:
            found = added.prefetch(found)
        return {record.pk: added.value(request, record) for record in found}

    return Field(added.name, added.schema, batch=batch, is_extra=True)


@dataclass(frozen=True)
class Plan:
    """What one shape of answer needs: columns to read, members to copy, to compute, and to find for all rows."""

    columns: tuple[str, ...]
    copied: tuple[tuple[str, str], ...]
    computed: tuple[Field, ...]
    batched: tuple[Field, ...]
    expanded: tuple[Field, ...]
    named: tuple[Field, ...]
    order: tuple[str, ...]
    expand: frozenset[str]


@lru_cache(maxsize=512)
def _plan(names: tuple[str, ...], chosen: tuple[Field, ...], expand: frozenset[str], extra: tuple[str, ...]) -> Plan:
    columns: dict[str, None] = dict.fromkeys(extra)
    copied, computed, batched, expanded, named = [], [], [], [], []
    for each in chosen:
        columns.update(dict.fromkeys(each.sources))
        if each.named:
            named.append(each)
        elif each.name in expand and each.expanded:
            columns.update(dict.fromkeys(each.expanded.values()))
            expanded.append(each)
        elif each.batch:
            batched.append(each)
        elif each.value:
            computed.append(each)
        else:
            copied.append((each.name, each.sources[0]))
    return Plan(
        tuple(columns),
        tuple(copied),
        tuple(computed),
        tuple(batched),
        tuple(expanded),
        tuple(named),
        names,
        expand,
    )


class Reader:
    """Reads rows of a resource as one caller may see them, with the fields that they asked for."""

    def __init__(self, resource: Resource, request: Request, *, is_detail: bool = False, is_new: bool = False) -> None:
        self.resource, self.request = resource, request
        self.sight = resource.sight(request) if resource.sight else None
        visible = [each for each in resource.all_fields() if each.shown is None or each.shown(request)]
        by_name = {each.name: each for each in visible}
        expand = frozenset(_names(request, "expand"))
        for name in expand:
            if name not in by_name or not by_name[name].can_expand:
                raise invalid_parameter("expand", _("%(name)s cannot be expanded.") % {"name": name[:100]})
        wanted = _names(request, "fields")
        for name in wanted:
            if name not in by_name:
                raise invalid_parameter("fields", _("There is no field called %(name)s.") % {"name": name[:100]})
        chosen = [
            each
            for each in visible
            if (each.name in wanted if wanted else self._is_usual(each, is_detail, is_new) or each.name in expand)
        ]
        extra = ("id", "version") if resource.has_version else ("id",)
        if is_detail and any(each.batch for each in chosen):
            extra = tuple(dict.fromkeys((*extra, *_own_columns(resource.model))))
        self.plan = _plan(tuple(each.name for each in chosen), _Identical(chosen), expand, extra)

    @staticmethod
    def _is_usual(each: Field, is_detail: bool, is_new: bool) -> bool:
        """Whether a field stands in an answer that asks for none by name."""
        return (is_detail and not (is_new and each.is_costly)) or not each.is_extra

    def columns(self, more: Iterable[str] = ()) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.plan.columns, *more)))

    def statement(
        self, make: Callable[[], Any], *key: Any, more: Iterable[str] = (), only: tuple[str, ...] = ()
    ) -> Statement:
        """The rows of `make()` with the columns that this answer needs, as a statement that may have been kept.

        `key` tells apart what `make()` depends on besides the caller's sight; without one, or where the resource does
        not say what its sight depends on, nothing is kept.
        """
        columns = only or self.columns(more)
        kept = (self.resource.name, columns, self.sight, *key) if key and self.sight is not None else None
        return statement(kept, make, columns)

    def fetch(self, queryset: Any) -> list[Row]:
        return list(queryset.values(*self.columns()))

    def present(self, rows: list[Row]) -> list[Row]:
        """The rows as JSON members, in the order of the declaration."""
        plan, request = self.plan, self.request
        shown = [{name: row[column] for name, column in plan.copied} for row in rows]
        for each in plan.computed:
            assert each.value is not None
            for row, out in zip(rows, shown, strict=True):
                out[each.name] = each.value(row, request)
        for each in plan.expanded:
            key = each.sources[0]
            for row, out in zip(rows, shown, strict=True):
                out[each.name] = (
                    None if row[key] is None else {name: row[column] for name, column in each.expanded.items()}
                )
        for each in plan.batched:
            assert each.batch is not None
            found = each.batch(rows, request) if rows else {}
            empty: Any = [] if isinstance(each.type, serializers.ListField | serializers.ListSerializer) else None
            for row, out in zip(rows, shown, strict=True):
                out[each.name] = found.get(row["id"], empty)
        if plan.named and rows:
            self._name(rows, shown)
        if plan.computed or plan.expanded or plan.batched or plan.named:
            shown = [{name: out[name] for name in plan.order} for out in shown]
        return shown

    def _name(self, rows: list[Row], shown: list[Row]) -> None:
        """Put the words of the references in place."""
        wanted: dict[Named, set[Any]] = {}
        for each in self.plan.named:
            assert each.named is not None
            column = each.sources[0]
            wanted.setdefault(each.named, set()).update(row[column] for row in rows if row[column] is not None)
        words = words_of(wanted.items())
        for each in self.plan.named:
            assert each.named is not None
            column, known = each.sources[0], words.get(each.named, {})
            if each.name in self.plan.expand:
                for row, out in zip(rows, shown, strict=True):
                    found = known.get(row[column])
                    out[each.name] = {each.named.key: found[0], "name": found[1]} if found else None
            else:
                for row, out in zip(rows, shown, strict=True):
                    found = known.get(row[column])
                    out[each.name] = found[0] if found else None


class _Identical(tuple):
    """A tuple of fields that is hashed by identity: fields hold serializers, which have no value of their own."""

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple) and len(self) == len(other) and all(map(_same, self, other))


def _same(one: object, other: object) -> bool:
    return one is other


@lru_cache(maxsize=64)
def _own_columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(each.attname for each in model._meta.concrete_fields)


def is_whole(resource: Resource, row: Row) -> bool:
    """Whether a row was read with all its columns, as a detail's is."""
    return row.keys() >= set(_own_columns(resource.model))


def record_of(resource: Resource, row: Row) -> Any:
    """The model instance of a row that was read with all its columns, without another query."""
    names = _own_columns(resource.model)
    return resource.model.from_db("default", names, [row[name] for name in names])


def _names(request: Request, parameter: str) -> list[str]:
    return [
        name.strip() for given in request.query_params.getlist(parameter) for name in given.split(",") if name.strip()
    ]


def choices_of(choices: Any) -> Sequence[str]:
    return [str(value) for value in choices.values]
