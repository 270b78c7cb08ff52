"""What every ticket says over the API, whatever its practice, and to whom."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.readers import desk
from accounts.models import Location, Organisation, Team, User
from cmdb.models import ConfigurationItem
from core.api.filters import Filter, flag, moment, number, reference
from core.api.naming import Named
from core.api.problems import invalid_parameter
from core.api.resources import Field, Order, Row, Shown, choices_of
from core.exceptions import Refused
from tickets.models import Category, Ticket, TicketCi
from tickets.search import matching

text = serializers.CharField
when = serializers.DateTimeField


PERSON = Named(User, "username")
TARGETS = {
    "organisation": Named(Organisation),
    "supplier": Named(Organisation),
    "location": Named(Location),
    "service": Named(ConfigurationItem),
    "resolved_ci": Named(ConfigurationItem),
    "ci": Named(ConfigurationItem),
    "category": Named(Category),
    "opening_category": Named(Category),
    "owning_team": Named(Team),
    "team": Named(Team),
    "support_team": Named(Team),
}


def person(name: str, help_text: Any = "", *, nullable: bool = False, shown: Shown | None = None) -> Field:
    """A reference to a person by user name; `expand` adds the name."""
    documented = text(allow_null=nullable, help_text=help_text)
    return Field(name, documented, (f"{name}_id",), named=PERSON, shown=shown)


def keyed(name: str, help_text: Any = "", *, nullable: bool = False, shown: Shown | None = None) -> Field:
    """A reference by key; `expand` adds the name."""
    documented = text(allow_null=nullable, help_text=help_text)
    return Field(name, documented, (f"{name}_id",), named=TARGETS[name], shown=shown)


def words(name: str, help_text: Any = "", **options: Any) -> Field:
    return Field(name, text(help_text=help_text), **options)


def at(name: str, help_text: Any = "", **options: Any) -> Field:
    return Field(name, when(allow_null=True, help_text=help_text), **options)


def counted(name: str, help_text: Any = "", **options: Any) -> Field:
    return Field(name, serializers.IntegerField(help_text=help_text), **options)


def yes_no(name: str, help_text: Any = "", **options: Any) -> Field:
    return Field(name, serializers.BooleanField(help_text=help_text), **options)


def level(name: str, highest: int, help_text: Any) -> Field:
    return Field(name, serializers.IntegerField(min_value=1, max_value=highest, help_text=help_text))


def _affected(rows: list[Row], request: Request) -> Mapping[Any, Any]:
    found: dict[Any, list[str]] = defaultdict(list)
    seen = TicketCi.objects.filter(
        ticket_id__in=[row["id"] for row in rows], ci__in=ConfigurationItem.objects.visible_to(request.user)
    ).exclude(source=TicketCi.Source.EXCLUDED)
    for ticket_id, key in seen.order_by("ci__key").values_list("ticket_id", "ci__key"):
        found[ticket_id].append(key)
    return found


def _parents(rows: list[Row], request: Request) -> Mapping[Any, Any]:
    """The numbers of parents that exist for the caller."""
    ids = {row["parent_id"] for row in rows} - {None}
    if not ids:
        return {}
    seen = dict(Ticket.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", "number"))
    return {row["id"]: seen.get(row["parent_id"]) for row in rows}


def _below(request: Request, numbers: list[str]) -> Q:
    return Q(parent__in=Ticket.objects.visible_to(request.user).filter(number__in=numbers).values("pk"))


AFFECTED_CIS = Field(
    "affected_cis",
    serializers.ListField(child=text(), help_text=_("Keys of the items that it is about.")),
    batch=_affected,
    shown=desk,
    is_extra=True,
)

HEAD = (
    words("number"),
    words("kind"),
    words("title"),
    words("description"),
    words("status", _("A word of the kind's lifecycle.")),
    words("stage", _("open, waiting, resolved or closed, for all kinds alike.")),
    level("priority", 5, _("1 is the highest.")),
    level("impact", 3, _("1 is the highest.")),
    level("urgency", 3, _("1 is the highest.")),
    person("requester"),
    person("opened_by", nullable=True),
    Field("channel", serializers.ChoiceField(choices_of(Ticket.Channel))),
    keyed("organisation", nullable=True),
    keyed("location", nullable=True),
    keyed("service", nullable=True),
    keyed("category", nullable=True),
    keyed("owning_team", _("Answers to the requester and closes."), nullable=True, shown=desk),
    keyed("team", _("Does the work."), nullable=True),
    person("assignee", nullable=True),
    Field("parent", text(allow_null=True), ("parent_id",), batch=_parents, shown=desk),
    yes_no("is_restricted", _("Seen by named teams and people alone."), shown=desk),
    words("routed_by", _("Which rule chose the team."), shown=desk),
    Field("opened_at", when()),
    Field("updated_at", when()),
    at("resolved_at"),
    at("closed_at"),
    counted("version"),
    words("external_source", _("The system that the reference is of.")),
    words("external_ref", _("The record's number in another system; unique per source.")),
)
"""The fields of every ticket; a practice adds its own behind them."""

FILTERS: dict[str, Filter] = {
    "number": Filter("number", lookups=("", "in")),
    "title": Filter("title", lookups=("contains",)),
    "stage": Filter("stage", choices=choices_of(Ticket.Stage)),
    "priority": Filter("priority", number),
    "impact": Filter("impact", number),
    "urgency": Filter("urgency", number),
    "channel": Filter("channel", choices=choices_of(Ticket.Channel)),
    "requester": reference("requester__username"),
    "opened_by": reference("opened_by__username", nullable=True),
    "organisation": reference("organisation__key", nullable=True),
    "location": reference("location__key", nullable=True),
    "service": reference("service__key", nullable=True),
    "category": reference("category__key", nullable=True),
    "owning_team": reference("owning_team__key", nullable=True),
    "team": reference("team__key", nullable=True),
    "assignee": reference("assignee__username", nullable=True),
    "parent": Filter("parent", custom=_below),
    "is_restricted": Filter("is_restricted", flag),
    "ci": reference("ticket_cis__ci__key", field="affected_cis"),
    "opened_at": Filter("opened_at", moment),
    "updated_at": Filter("updated_at", moment),
    "resolved_at": Filter("resolved_at", moment, nullable=True),
    "closed_at": Filter("closed_at", moment, nullable=True),
    "external_source": Filter("external_source", lookups=("", "in")),
    "external_ref": Filter("external_ref", lookups=("", "in")),
}

ORDERS: dict[str, Order] = {
    "opened_at": Order("opened_at", moment),
    "updated_at": Order("updated_at", moment),
    "resolved_at": Order("resolved_at", moment, nullable=True),
    "closed_at": Order("closed_at", moment, nullable=True),
    "priority": Order("priority", int),
    "number": Order("number", str),
}


def search(rows: Any, request: Request, typed: str) -> Any:
    """The rows that a search means, over what the caller may read of them."""
    try:
        return matching(request.user, typed, rows)
    except Refused as refusal:
        raise invalid_parameter("search", str(refusal)) from None
