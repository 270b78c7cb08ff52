"""A queue's page: rows, views, facets and filters in force, for one person and one query string."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from accounts.permissions import SignedInRequest
from cmdb.models import Service
from core import registries
from tickets.models import QueuePreference, SavedView, Ticket
from tickets.queue import columns as c
from tickets.queue.facets import capped, counts
from tickets.queue.filtering import FilterForm
from tickets.queue.parameters import TicketParameters, in_force, unknown
from tickets.services.viewing import views_for
from tickets.visibility import TicketQuerySet

PAGE_SIZE = 50
COUNTED_TO = 1_001
DEEPEST = 10_000
Words = str | Promise


@dataclass(frozen=True)
class View:
    """A query string with a name."""

    name: Words
    query: str
    pk: int | None = None
    whose: Words = ""


@dataclass(frozen=True)
class Facet:
    """A facet: its parameter, its column in the database, and how its values are written."""

    name: str
    label: Words
    column: str
    choices: tuple[tuple[Any, Words], ...] = ()
    labels: Callable[[Any, Iterable[int]], dict[int, tuple[str, str]]] | None = None


def service_labels(user: Any, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    seen = Service.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "key", "name")
    return {pk: (key, name) for pk, key, name in seen}


def team_labels(user: Any, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    return {pk: (key, name) for pk, key, name in Team.objects.filter(pk__in=ids).values_list("pk", "key", "name")}


PRIORITY_FACET = Facet("priority", gettext_lazy("Priority"), "priority", tuple(Ticket.Priority.choices))
SERVICE_FACET = Facet("service", gettext_lazy("Service"), "service_id", labels=service_labels)
TEAM_FACET = Facet("team", gettext_lazy("Team"), "team_id", labels=team_labels)


@dataclass(frozen=True)
class Queue:
    """A practice's queue: its rows, parameters, columns, facets, built-in views, and where it lives."""

    name: str
    title: Words
    url: str
    rows: Callable[[], TicketQuerySet]
    parameters: type[TicketParameters]
    facets: tuple[Facet, ...]
    views: tuple[View, ...]
    columns: tuple[c.Column, ...] = c.COMMON
    default_columns: tuple[str, ...] = c.DEFAULT
    default_query: str = "stage=open&stage=waiting"
    default_sort: str = "priority"
    related: tuple[str, ...] = ("requester", "assignee", "team", "service")
    actions: tuple[Any, ...] = field(default=())
    filter_form: type[FilterForm] = FilterForm

    def unknown(self, query: QueryDict) -> list[str]:
        """The parameters of a query string that this queue does not know."""
        return unknown(self.parameters, query, [each.name for each in registries.filters(self.name)])


class QueuePage:
    """One look at a queue. Everything is read once, lazily, and starts from what the person may see."""

    def __init__(self, queue: Queue, request: SignedInRequest, query: QueryDict | None = None) -> None:
        self.queue, self.request = queue, request
        self.given = query if query is not None else request.GET
        self.query = self.given if self._says_something(self.given) else QueryDict(queue.default_query)

    def _says_something(self, query: QueryDict) -> bool:
        return "all" in query or bool(self._narrowing(query))

    def _narrowing(self, query: QueryDict) -> dict[str, list[str]]:
        return in_force(self.queue.parameters, query, [each.name for each in self.added])

    @cached_property
    def added(self) -> list[registries.Filter]:
        return list(registries.filters(self.queue.name))

    @cached_property
    def narrowing(self) -> dict[str, list[str]]:
        return self._narrowing(self.query)

    @cached_property
    def visible(self) -> QuerySet:
        return self.queue.rows().visible_to(self.request.user)

    def narrowed(self, *, leave_out: Iterable[str] = ()) -> QuerySet:
        """The visible rows that the query string asks for, but for the parameters left out."""
        kept = self.query.copy()
        for name in leave_out:
            kept.pop(name, None)
        rows = self.queue.parameters(kept, self.visible, request=self.request).qs
        for each in self.added:
            if each.name in kept:
                rows = each.apply(rows, kept.getlist(each.name), self.request.user)
        return rows

    @cached_property
    def preference(self) -> QueuePreference | None:
        return QueuePreference.objects.filter(user=self.request.user, page=self.queue.name).first()

    @property
    def sort(self) -> str:
        return self.given.get("sort") or (self.preference.sort if self.preference else "") or self.queue.default_sort

    @cached_property
    def shown_columns(self) -> list[c.Column]:
        """The columns that the person chose, number and title always among them."""
        chosen = (self.preference.columns if self.preference else None) or self.queue.default_columns
        return [each for each in self.queue.columns if each.name in chosen or each.name in c.ALWAYS]

    @cached_property
    def ordered(self) -> QuerySet:
        order = c.ordering(self.queue.columns, self.sort, self.queue.default_sort)
        return self.narrowed().select_related(*self.queue.related).order_by(*order)

    @cached_property
    def number(self) -> int:
        """The page asked for; a wrong one is the first, one too deep the deepest."""
        word = self.request.GET.get("page", "1")
        asked = int(word) if word.isascii() and word.isdigit() and len(word) < 6 else 1
        return min(max(asked, 1), DEEPEST // PAGE_SIZE)

    @cached_property
    def found(self) -> list[Any]:
        start = (self.number - 1) * PAGE_SIZE
        return list(self.ordered[start : start + PAGE_SIZE + 1])

    @property
    def tickets(self) -> list[Any]:
        return self.found[:PAGE_SIZE]

    @cached_property
    def total(self) -> int:
        """How many rows there are, counted to 1,001. The page counts it together with its views."""
        return capped([self.narrowed()], COUNTED_TO)[0]

    @property
    def total_words(self) -> str:
        return said(self.total)

    @property
    def pager(self) -> dict[str, Any]:
        first = (self.number - 1) * PAGE_SIZE + 1 if self.tickets else 0
        return {
            "first": first,
            "last": first + len(self.tickets) - 1 if self.tickets else 0,
            "total": self.total_words,
            "previous_query": self.link(page=self.number - 1 if self.number > 2 else None) if self.number > 1 else "",
            "next_query": self.link(page=self.number + 1) if len(self.found) > PAGE_SIZE else "",
        }

    def link(self, **changes: Any) -> str:
        """This page with some parameters changed; None takes one off."""
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = str(value)
        return f"?{query.urlencode()}"

    @cached_property
    def walk(self) -> str:
        """What a row's address carries, so that the ticket's page knows the list."""
        listed = self.query.copy()
        for passing in ("page", "more", "export", "view", "since"):
            listed.pop(passing, None)
        listed["sort"] = self.sort
        return f"?{urlencode({'list': listed.urlencode()})}"

    @cached_property
    def named(self) -> list[View]:
        """The built-in views, then the saved ones that the person has."""
        saved = views_for(self.request.user, self.queue.name)
        return [*self.queue.views, *(View(each.name, each.query, each.pk, whose(each)) for each in saved)]

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        """The views, each with how many rows."""
        lists = [self._as(view).narrowed() for view in self.named]
        *sizes, self.total = capped([*lists, self.narrowed()], COUNTED_TO)
        return [
            {
                "label": view.name,
                "url": f"{self.queue.url}?{view.query}",
                "count": said(size),
                "active": view is self.view,
                "pk": view.pk,
            }
            for view, size in zip(self.named, sizes, strict=True)
        ]

    def _as(self, view: View) -> "QueuePage":
        """The page that a view leads to, on what was found out for this one."""
        page = QueuePage(self.queue, self.request, QueryDict(view.query))
        page.visible, page.added = self.visible, self.added
        return page

    @cached_property
    def view(self) -> View | None:
        """The view that this page is: a saved one before a built-in one that asks the same."""
        return next((view for view in sorted(self.named, key=lambda each: each.pk is None) if self._is(view)), None)

    def _is(self, view: View) -> bool:
        query = QueryDict(view.query)
        return {name: sorted(values) for name, values in self._narrowing(query).items()} == {
            name: sorted(values) for name, values in self.narrowing.items()
        } and ("all" in query) == ("all" in self.query)

    @property
    def name(self) -> Words:
        """The name of the view that this page is, the built-in ones first: they need no query."""
        built_in = next((view for view in self.queue.views if self._is(view)), None)
        named = built_in or self.view
        return named.name if named else ""

    @property
    def title(self) -> Words:
        return self.view.name if self.view else self.queue.title

    @cached_property
    def facets(self) -> list[dict[str, Any]]:
        ticked = {facet.column: self._ticked(facet) for facet in self.queue.facets}
        rows = self.narrowed(leave_out=[facet.name for facet in self.queue.facets])
        try:
            found, bounded = counts(rows, ticked)
        except EmptyResultSet:
            found, bounded = {}, False
        return [self._facet(facet, found.get(facet.column, {}), bounded) for facet in self.queue.facets]

    def _ticked(self, facet: Facet) -> set[Any]:
        resolve = self.queue.parameters.base_filters[facet.name].resolve
        words = [word for word in self.query.getlist(facet.name) if word and word != "none"]
        return set(resolve(words, self.request)) if resolve else set(words)

    def _facet(self, facet: Facet, found: dict[str, int], bounded: bool) -> dict[str, Any]:
        chosen = self.query.getlist(facet.name)
        if facet.labels:
            sizes = {int(value): count for value, count in found.items() if value is not None}
            named = facet.labels(self.request.user, sizes)
            options = sorted(((sizes[pk], key, name) for pk, (key, name) in named.items()), reverse=True)
            lines: list[tuple[str, Words, int]] = [(key, name, count) for count, key, name in options]
        else:
            lines = [(str(value), label, found.get(str(value), 0)) for value, label in facet.choices]
        shown = [line for line in lines if line[2] or line[0] in chosen or not facet.labels]
        few = shown if facet.name in self.query.getlist("more") else _first(shown, chosen)
        return {
            "name": facet.name,
            "label": facet.label,
            "choices": [
                {"value": value, "label": label, "count": count, "chosen": value in chosen}
                for value, label, count in few
            ],
            "more_url": self.link(more=facet.name) if len(few) < len(shown) else "",
            "more_label": _("%(n)d more") % {"n": len(shown) - len(few)},
            "bounded": bounded,
        }

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the facet form has to carry along."""
        names = {facet.name for facet in self.queue.facets} | {"page", "more"}
        pairs = [(name, value) for name, values in self.query.lists() if name not in names for value in values]
        return (
            pairs if any(name in self.narrowing or name == "all" for name, _value in pairs) else [*pairs, ("all", "1")]
        )

    @cached_property
    def filters(self) -> list[dict[str, Any]]:
        """The filters in force, each with its way out."""
        lines = []
        for name, values in self.narrowing.items():
            label, words = self._in_words(name, values)
            left = self.query.copy()
            left.pop(name)
            left.pop("page", None)
            if not self._narrowing(left):
                left["all"] = "1"
            lines.append({"label": label, "value": words, "without": f"?{left.urlencode()}"})
        return lines

    def _in_words(self, name: str, values: list[str]) -> tuple[Words, str]:
        added = {each.name: each for each in self.added}
        if name in added:
            return "", str(added[name].words(values))
        facet = next((each for each in self.queue.facets if each.name == name), None)
        labels = {str(value): str(label) for value, label in facet.choices} if facet else {}
        special = {"me": _("me"), "mine": _("mine"), "none": _("nobody"), "true": _("yes"), "false": _("no")}
        words = [labels.get(value) or special.get(value) or value.replace("_", " ") for value in values]
        return self.queue.parameters.base_filters[name].label, ", ".join(words)


def whose(view: SavedView) -> Words:
    """Whose a saved view is, in words."""
    if view.owner_id is not None:
        return _("Your view")
    return _("Team view") if view.team_id is not None else _("View for everybody")


def _first(lines: list[tuple[Any, ...]], chosen: list[str], most: int = 6) -> list[tuple[Any, ...]]:
    return [line for index, line in enumerate(lines) if index < most or line[0] in chosen]


def said(size: int) -> str:
    """A size as people read it: "64", "1,000+"."""
    return "1,000+" if size >= COUNTED_TO else f"{size:,}"
