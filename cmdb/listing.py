"""The list of items: which rows, in which order, which columns, and the facets beside it with their counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cmdb.filters import CiFilter
from cmdb.models import CiClass, ConfigurationItem
from core.exporting import MOST
from core.trees import in_tree_order

PER_PAGE = 50
FACETS = ("ci_class", "status", "environment", "importance")
ABOVE = ("q", "team", "owner", "organisation")
CHOICES: dict[str, tuple[str | Promise, list[tuple[Any, Any]]]] = {
    "status": (_("Status"), ConfigurationItem.Status.choices),
    "environment": (_("Environment"), ConfigurationItem.Environment.choices),
    "importance": (_("Importance"), ConfigurationItem.Importance.choices),
}


@dataclass(frozen=True)
class Column:
    """A column: its label, its value in an export, and the columns that sorting by it uses."""

    name: str
    label: str | Promise
    text: Callable[[ConfigurationItem], Any]
    order: str = ""


COLUMNS = (
    Column("name", _("Name"), lambda ci: ci.name, "name"),
    Column("key", _("Key"), lambda ci: ci.key, "key"),
    Column("class", _("Class"), lambda ci: ci.ci_class.name, "ci_class__name"),
    Column("status", _("Status"), lambda ci: ci.get_status_display(), "status"),
    Column("environment", _("Environment"), lambda ci: ci.get_environment_display(), "environment"),
    Column("importance", _("Importance"), lambda ci: ci.get_importance_display(), "importance"),
    Column("team", _("Support team"), lambda ci: ci.support_team, "support_team__name"),
    Column("owner", _("Owner"), lambda ci: ci.owner, "owner__name"),
    Column("organisation", _("Organisation"), lambda ci: ci.organisation, "organisation__name"),
)
ORDERS = {column.name: column.order for column in COLUMNS}


def _in_words(name: str, value: Any) -> str:
    """A filter's value as a person reads it."""
    if not value:
        return ""
    if name in CHOICES:
        labels = dict(CHOICES[name][1])
        return ", ".join(str(labels.get(each, each)) for each in value)
    return ", ".join(str(each) for each in value) if name == "ci_class" else str(value)


class CiList:
    """The list as a query string asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.seen = ConfigurationItem.objects.visible_to(request.user)
        self.filter = self._filtered(request.GET)
        self.form = self.filter.form

    @property
    def above(self) -> list[Any]:
        """The fields that stand above the list."""
        return [self.form[name] for name in ABOVE]

    @property
    def rows(self) -> QuerySet[ConfigurationItem]:
        sort = self.request.GET.get("sort", "")
        column = ORDERS.get(sort.lstrip("-"), "name")
        order = f"-{column}" if sort.startswith("-") and sort.lstrip("-") in ORDERS else column
        related = ("ci_class", "owner", "support_team", "organisation")
        rows: QuerySet[ConfigurationItem] = self.filter.qs.select_related(*related).order_by(order, "name", "pk")
        return rows

    @property
    def page(self) -> Page:
        return Paginator(self.rows, PER_PAGE).get_page(self.request.GET.get("page"))

    @property
    def is_narrowed(self) -> bool:
        return any(self._values(name) for name in (*ABOVE, *FACETS))

    def lines(self) -> Iterator[list[Any]]:
        """Exactly what the list shows, all pages of it."""
        yield [column.label for column in COLUMNS]
        for ci in self.rows[:MOST]:
            yield [column.text(ci) for column in COLUMNS]

    def link(self, **changes: Any) -> str:
        """The address of this list with some parameters changed, from its first page."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return f"?{query.urlencode()}"

    def kept(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        """The parameters that a form which asks for others has to send along."""
        return [(name, value) for name in (*names, "sort") for value in self._values(name)]

    def facets(self) -> list[dict[str, Any]]:
        """Each facet counts what the others leave; a class counts all below it."""
        facets = [self._facet("ci_class", _("Class"), self._classes())]
        for name, (label, choices) in CHOICES.items():
            found = dict(self._without(name).order_by().values_list(name).annotate(Count("pk")))
            counted = [(value, words, found.get(value, 0)) for value, words in choices]
            facets.append(self._facet(name, label, counted))
        return facets

    def filters(self) -> list[dict[str, Any]]:
        """The filters in force, each with its way out."""
        cleaned = self.form.cleaned_data if self.form.is_valid() else {}
        return [
            {"label": self.form.fields[name].label, "value": words, "without": self.link(**{name: None})}
            for name in (*ABOVE, *FACETS)
            if (words := _in_words(name, cleaned.get(name)))
        ]

    def _filtered(self, query: QueryDict) -> CiFilter:
        return CiFilter(query, queryset=self.seen, request=self.request)

    def _without(self, name: str) -> QuerySet[ConfigurationItem]:
        query = self.request.GET.copy()
        query.pop(name, None)
        rows: QuerySet[ConfigurationItem] = self._filtered(query).qs
        return rows

    def _values(self, name: str) -> list[str]:
        return [value for value in self.request.GET.getlist(name) if value]

    def _facet(self, name: str, label: Any, choices: list[tuple[Any, Any, int]]) -> dict[str, Any]:
        chosen = set(self._values(name))
        shown = [
            {"value": value, "label": words, "count": count, "chosen": str(value) in chosen}
            for value, words, count in choices
            if count or str(value) in chosen
        ]
        return {"name": name, "label": label, "choices": shown}

    def _classes(self) -> list[tuple[str, str, int]]:
        found = dict(self._without("ci_class").order_by().values_list("ci_class_id").annotate(Count("pk")))
        classes = list(CiClass.objects.all())
        counts: dict[int, int] = dict.fromkeys((each.pk for each in classes), 0)
        for each in classes:
            for above in each.ancestor_ids():
                counts[above] = counts.get(above, 0) + found.get(each.pk, 0)
        ordered = in_tree_order(classes)
        return [(each.key, "\u2003" * each.depth + each.name, counts[each.pk]) for each in ordered]
