"""What a queue's query string may ask for. A saved view is such a query string, checked here."""

from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Team, User
from cmdb.models import Service
from tickets.models import Category, Ticket

UNRESOLVED = ("open", "waiting")
LIST_PARAMETERS = ("sort", "page", "view", "all", "more", "export", "chosen")
"""Parameters of the page itself, which narrow nothing."""


class Several(forms.Field):
    """A repeated parameter, as a list of words."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        return [word.strip() for word in value or [] if word.strip()]


class AnyOf(django_filters.Filter):
    """Any of the given values. `resolve(words, request)` turns words such as `me` or a key into column values.

    A word that resolves to nothing matches nothing, so that a mistyped filter never widens the list.
    """

    field_class = Several

    def __init__(self, *args: Any, resolve: Callable[[list[str], Any], Iterable[Any]] | None = None, **kwargs: Any):
        self.resolve = resolve
        super().__init__(*args, **kwargs)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        nobody = "none" in value and self.resolve is not None
        words = [word for word in value if word != "none"] if nobody else value
        values = list(self.resolve(words, self.parent.request)) if self.resolve else words
        condition = django_filters.filters.Q(**{f"{self.field_name}__in": values})
        if nobody:
            condition |= django_filters.filters.Q(**{f"{self.field_name}__isnull": True})
        return queryset.filter(condition)


def numbers(words: list[str], request: Any) -> Iterable[int]:
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 10]


def people(words: list[str], request: Any) -> Iterable[int]:
    ids = {request.user.pk} if "me" in words else set()
    names = [word for word in words if word != "me"]
    return ids | set(User.objects.filter(username__in=names).values_list("pk", flat=True)) if names else ids


def teams(words: list[str], request: Any) -> Iterable[int]:
    ids = set(request.user.access.team_ids) if "mine" in words else set()
    keys = [word for word in words if word != "mine"]
    return ids | set(Team.objects.filter(key__in=keys).values_list("pk", flat=True)) if keys else ids


def services(words: list[str], request: Any) -> Iterable[int]:
    return Service.objects.visible_to(request.user).filter(key__in=words).values_list("pk", flat=True)


def _subtree(model: Any) -> Callable[[list[str], Any], Iterable[int]]:
    def resolve(words: list[str], request: Any) -> Iterable[int]:
        ids: set[int] = set()
        for node in model.objects.filter(key__in=words):
            ids.update(model.objects.under(node).values_list("pk", flat=True))
        return ids

    return resolve


def _day(value: str, at: time) -> datetime | None:
    try:
        day = parse_date(value) if value else None
    except ValueError:  # a day that its month does not have
        return None
    return timezone.make_aware(datetime.combine(day, at)) if day else None


class TicketParameters(django_filters.FilterSet):
    """The parameters that every practice's queue knows; a practice subclasses it."""

    stage = AnyOf(label=_("Stage"))
    status = AnyOf(label=_("Status"))
    priority = AnyOf(label=_("Priority"), resolve=numbers)
    impact = AnyOf(label=_("Impact"), resolve=numbers)
    urgency = AnyOf(label=_("Urgency"), resolve=numbers)
    channel = AnyOf(label=_("Channel"))
    team = AnyOf(label=_("Team"), field_name="team_id", resolve=teams)
    owning_team = AnyOf(label=_("Owning team"), field_name="owning_team_id", resolve=teams)
    assignee = AnyOf(label=_("Assignee"), field_name="assignee_id", resolve=people)
    requester = AnyOf(label=_("Requester"), field_name="requester_id", resolve=people)
    service = AnyOf(label=_("Service"), field_name="service_id", resolve=services)
    organisation = AnyOf(label=_("Organisation"), field_name="organisation_id", resolve=_subtree(Organisation))
    category = AnyOf(label=_("Category"), field_name="category_id", resolve=_subtree(Category))
    opened_from = django_filters.CharFilter(label=_("Opened from"), method="since")
    opened_to = django_filters.CharFilter(label=_("Opened until"), method="until")
    vip = django_filters.BooleanFilter(label=_("VIP"), field_name="requester__is_vip")
    restricted = django_filters.BooleanFilter(label=_("Restricted"), field_name="is_restricted")
    watched = django_filters.BooleanFilter(label=_("Watched by me"), method="mine_to_watch")

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet, *, request: Any) -> None:
        """Only what the query string names is set up: a queue's page asks a dozen of these."""
        self.__dict__["base_filters"] = {name: each for name, each in self.base_filters.items() if name in data}
        super().__init__(data, queryset, request=request)

    def since(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        moment = _day(value, time.min)
        return queryset.filter(opened_at__gte=moment) if moment else queryset.none()

    def until(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        moment = _day(value, time.max)
        return queryset.filter(opened_at__lte=moment) if moment else queryset.none()

    def mine_to_watch(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        watched = self.request.user.watched.values("ticket_id")
        return queryset.filter(pk__in=watched) if value else queryset.exclude(pk__in=watched)


def in_force(parameters: type[TicketParameters], query: QueryDict, added: Iterable[str] = ()) -> dict[str, list[str]]:
    """The parameters of a query string that narrow a list, with their values."""
    known = {*parameters.base_filters, *added}
    return {name: values for name, values in query.lists() if name in known and any(values)}


def unknown(parameters: type[TicketParameters], query: QueryDict, added: Iterable[str] = ()) -> list[str]:
    """The parameters that a queue does not know: a saved view may not hold any."""
    known = {*parameters.base_filters, *LIST_PARAMETERS, *added}
    return [name for name in query if name not in known]
