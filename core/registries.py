"""What a lower app shows of a higher one: panels, navigation, palette, portal, home cards, columns, filters, fields.

Higher apps register; lower apps ask. Nothing here knows who registered.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Panel:
    """A panel on another app's page: `context(request, record)` gives its variables, or None to leave it out."""

    name: str
    template: str
    context: Callable[[Any, Any], Mapping[str, Any] | None]
    rank: int = 50


@dataclass(frozen=True)
class Entry:
    """An entry of the left navigation; `count(request)` may be None, `show(request)` says whom it is for."""

    group: Words
    label: Words
    url_name: str
    icon: str
    show: Callable[[Any], bool]
    count: Callable[[Any], int | str | None] | None = None
    rank: int = 50
    area: str = "desk"


@dataclass(frozen=True)
class Hit:
    """One line of the palette."""

    label: Words
    url: str
    icon: str
    detail: Words = ""
    number: str = ""
    method: str = ""
    group: Words = ""


@dataclass(frozen=True)
class Column:
    """A column that a higher app adds to the queue: `annotate(queryset)` brings what `template` shows."""

    name: str
    label: Words
    template: str
    annotate: Callable[[Any], Any]
    ordering: str = ""
    rank: int = 50


@dataclass(frozen=True)
class ApiField:
    """A field that a higher app adds to a resource: `value(request, record)`, with what `prefetch(queryset)` brings."""

    name: str
    value: Callable[[Any, Any], Any]
    schema: Any
    prefetch: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class HomeCard:
    """A card on the home page of those whom `show` names."""

    name: str
    template: str
    context: Callable[[Any], Mapping[str, Any] | None]
    rank: int = 50


@dataclass(frozen=True)
class Filter:
    """A parameter that a higher app adds to a list.

    `apply(queryset, values, user)` narrows by the parameter's values; `words(values)` says how.
    """

    name: str
    apply: Callable[[Any, Sequence[str], Any], Any]
    words: Callable[[Sequence[str]], Words]


@dataclass(frozen=True)
class Suggestion:
    """What may help somebody at once who writes in the portal what is wrong."""

    title: Words
    detail: Words
    url: str
    icon: str
    action: Words


PaletteSource = Callable[[Any, str], Iterable[Hit]]
SuggestionSource = Callable[[Any, str], Iterable[Suggestion]]

_panels: dict[str, dict[str, Panel]] = defaultdict(dict)
_entries: dict[str, Entry] = {}
_palette: dict[str, PaletteSource] = {}
_suggestions: dict[str, tuple[int, SuggestionSource]] = {}
_columns: dict[str, dict[str, Column]] = defaultdict(dict)
_api_fields: dict[str, dict[str, ApiField]] = defaultdict(dict)
_api_filters: dict[str, dict[str, Any]] = defaultdict(dict)
_cards: dict[str, HomeCard] = {}
_filters: dict[str, dict[str, Filter]] = defaultdict(dict)


def panel_on(page: str, *, template: str, rank: int = 50) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a panel on a page such as `tickets.ticket`; the function gives its context or None."""

    def register(function: Callable[[Any, Any], Mapping[str, Any] | None]) -> Callable[..., Any]:
        name = f"{function.__module__}.{function.__name__}"
        _panels[page][name] = Panel(name, template, function, rank)
        return function

    return register


def panels(page: str, request: HttpRequest, record: Any) -> list[dict[str, Any]]:
    """The panels of a page that have something to say on this record, in order."""
    shown = []
    for panel in sorted(_panels[page].values(), key=lambda each: each.rank):
        context = panel.context(request, record)
        if context is not None:
            shown.append({"name": panel.name, "template": panel.template, **context})
    return shown


def add_entry(entry: Entry) -> None:
    _entries[entry.url_name] = entry


def entries(request: HttpRequest, area: str = "desk") -> list[Entry]:
    """The navigation entries that are for this person, by group and rank."""
    return sorted(
        (entry for entry in _entries.values() if entry.area == area and entry.show(request)),
        key=lambda entry: entry.rank,
    )


def palette_source(function: PaletteSource) -> PaletteSource:
    _palette[f"{function.__module__}.{function.__name__}"] = function
    return function


def palette(request: HttpRequest, query: str) -> list[Hit]:
    """What the palette offers for a query, source by source."""
    return [hit for source in _palette.values() for hit in source(request, query)]


def portal_suggestion(*, rank: int = 50) -> Callable[[SuggestionSource], SuggestionSource]:
    """Register who answers in the portal while somebody types what is wrong: `source(request, text)`."""

    def register(function: SuggestionSource) -> SuggestionSource:
        _suggestions[f"{function.__module__}.{function.__name__}"] = (rank, function)
        return function

    return register


def portal_suggestions(request: HttpRequest, text: str) -> list[Suggestion]:
    """What may help at once, source by source in order."""
    sources = sorted(_suggestions.values(), key=lambda each: each[0])
    return [suggestion for _rank, source in sources for suggestion in source(request, text)]


def add_column(table: str, column: Column) -> None:
    _columns[table][column.name] = column


def columns(table: str) -> Sequence[Column]:
    return sorted(_columns[table].values(), key=lambda each: each.rank)


def add_filter(table: str, added: Filter) -> None:
    _filters[table][added.name] = added


def filters(table: str) -> Sequence[Filter]:
    """The filters that higher apps added to a list such as `incidents`."""
    return list(_filters[table].values())


def add_api_field(resource: str, field: ApiField) -> None:
    _api_fields[resource][field.name] = field


def api_fields(resource: str) -> Sequence[ApiField]:
    return list(_api_fields[resource].values())


def add_api_filter(resource: str, name: str, added: Any) -> None:
    """Add a parameter to a resource's list: a `core.api.filters.Filter`."""
    _api_filters[resource][name] = added


def api_filters(resource: str) -> Mapping[str, Any]:
    return _api_filters[resource]


def add_home_card(card: HomeCard) -> None:
    _cards[card.name] = card


def home_cards(request: HttpRequest) -> list[dict[str, Any]]:
    """The cards of a person's home page that have something to say, in order."""
    shown = []
    for card in sorted(_cards.values(), key=lambda each: each.rank):
        context = card.context(request)
        if context is not None:
            shown.append({"name": card.name, "template": card.template, **context})
    return shown
