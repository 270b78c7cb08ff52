"""Ties of a ticket: to other tickets, to items, to the people who are told."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.people import visible_people
from accounts.api.readers import desk
from accounts.api.teams import TEAMS
from accounts.models import Team, User
from cmdb.models import ConfigurationItem
from core.api.concurrency import check_if_match, etag_of
from core.api.filters import Filter, moment
from core.api.idempotency import once
from core.api.inputs import Input, Reference, Text, Word, validated
from core.api.problems import not_found
from core.api.rendering import answer
from core.api.resources import Field, Order, Resource, choices_of
from core.kinds import kind_of
from tickets.api.below import BelowTicket, CreatingListBelow, RemovingOneBelow, for_desk
from tickets.api.fields import keyed, person
from tickets.models import Link, Ticket, TicketCi, Watcher
from tickets.services.linking import add_ci, exclude_ci, link, remove_ci, unlink
from tickets.services.restricting import restrict, unrestrict
from tickets.services.watching import unwatch, watch


def visible_tickets(request: Request) -> Any:
    return Ticket.objects.visible_to(request.user)


def _links(request: Request) -> Any:
    """Links whose both tickets exist for the caller."""
    seen = visible_tickets(request).values("pk")
    return for_desk(Link.objects.filter(source__in=seen, target__in=seen), request)


def _ticket(name: str) -> Field:
    return Field(
        name,
        serializers.CharField(),
        (f"{name}__number",),
        expanded={"number": f"{name}__number", "title": f"{name}__title", "status": f"{name}__status"},
    )


LINKS = Resource(
    name="links",
    label=gettext_lazy("A tie between two tickets: the source is … the target"),
    label_plural=gettext_lazy("Links"),
    about=gettext_lazy("The links of a ticket whose both ends the caller sees. For the desk."),
    model=Link,
    rows=_links,
    key="id",
    fields=(
        Field("id", serializers.IntegerField()),
        _ticket("source"),
        Field("kind", serializers.ChoiceField(choices_of(Link.Kind))),
        _ticket("target"),
        person("created_by", nullable=True),
        Field("created_at", serializers.DateTimeField()),
    ),
    filters={"kind": Filter("kind", choices=choices_of(Link.Kind))},
    orders={"created_at": Order("created_at", moment)},
    default_order="created_at",
)

WATCHERS = Resource(
    name="watchers",
    label=gettext_lazy("Somebody who is told what happens to a ticket"),
    label_plural=gettext_lazy("Watchers"),
    about=gettext_lazy("For the desk everybody who watches; for others themselves."),
    model=Watcher,
    rows=lambda request: Watcher.objects.visible_to(request.user).filter(
        Q() if desk(request) else Q(user_id=request.user.pk)
    ),
    key="user__username",
    fields=(person("user"), Field("created_at", serializers.DateTimeField())),
    orders={"created_at": Order("created_at", moment)},
    default_order="created_at",
)

TICKET_CIS = Resource(
    name="ticket-cis",
    label=gettext_lazy("An item that a ticket is about"),
    label_plural=gettext_lazy("Items of a ticket"),
    about=gettext_lazy("How each is involved, and how we know. For the desk."),
    model=TicketCi,
    rows=lambda request: for_desk(
        TicketCi.objects.visible_to(request.user).filter(
            ci__in=ConfigurationItem.objects.visible_to(request.user).values("pk")
        ),
        request,
    ),
    key="ci__key",
    fields=(
        keyed("ci"),
        Field("role", serializers.ChoiceField(choices_of(TicketCi.Role))),
        Field("source", serializers.ChoiceField(choices_of(TicketCi.Source))),
        Field("created_at", serializers.DateTimeField()),
    ),
    filters={
        "source": Filter("source", choices=choices_of(TicketCi.Source)),
        "role": Filter("role", choices=choices_of(TicketCi.Role)),
    },
    orders={"created_at": Order("created_at", moment)},
    default_order="created_at",
)


class NewLink(Input):
    """This ticket is … the target."""

    target = Reference(visible_tickets, key="number")
    kind = Word(choices_of(Link.Kind), required=False)


class NewWatcher(Input):
    """Who is to be told."""

    user = Reference(visible_people, key="username", required=False, help_text=gettext_lazy("Left out: the caller."))


class NewTicketCi(Input):
    """An item that the ticket is about, or one that is ruled out."""

    ci = Reference(lambda request: ConfigurationItem.objects.visible_to(request.user))
    role = Word(choices_of(TicketCi.Role), required=False)
    source = Word([TicketCi.Source.MANUAL, TicketCi.Source.EXCLUDED], required=False)  # type: ignore[assignment]  # a member of this name, not the field's own


class LinksView(CreatingListBelow):
    resource = LINKS
    by_desk = True
    input = NewLink

    def rows(self) -> Any:
        return _links(self.request).filter(Q(source_id=self.ticket.pk) | Q(target_id=self.ticket.pk))

    def create(self, request: Request, data: dict[str, Any]) -> Link:
        return link(source=self.ticket, actor=self.person, **data)


class LinkView(RemovingOneBelow):
    resource = LINKS

    def rows(self) -> Any:
        return _links(self.request).filter(Q(source_id=self.ticket.pk) | Q(target_id=self.ticket.pk))

    def remove(self, request: Request, record: Link) -> None:
        unlink(link=record, actor=self.person)


class WatchersView(CreatingListBelow):
    resource = WATCHERS
    input = NewWatcher

    def create(self, request: Request, data: dict[str, Any]) -> Watcher:
        return watch(ticket=self.ticket, user=data.get("user", self.person), actor=self.person)

    def location(self, record: Watcher) -> str:
        return f"{self.request.path}{record.user.username}/"


class WatcherView(RemovingOneBelow):
    resource = WATCHERS

    def remove(self, request: Request, record: Watcher) -> None:
        unwatch(ticket=self.ticket, user=record.user, actor=self.person)


class TicketCisView(CreatingListBelow):
    resource = TICKET_CIS
    by_desk = True
    input = NewTicketCi

    def create(self, request: Request, data: dict[str, Any]) -> TicketCi:
        if data.get("source") == TicketCi.Source.EXCLUDED:
            return exclude_ci(ticket=self.ticket, ci=data["ci"], actor=self.person)
        role = data.get("role", TicketCi.Role.AFFECTED)
        return add_ci(ticket=self.ticket, ci=data["ci"], role=role, actor=self.person)

    def location(self, record: TicketCi) -> str:
        return f"{self.request.path}{record.ci.key}/"


class TicketCiView(RemovingOneBelow):
    resource = TICKET_CIS

    def remove(self, request: Request, record: TicketCi) -> None:
        remove_ci(ticket=self.ticket, ci=record.ci, actor=self.person)


class Restriction(serializers.Serializer):
    """Who alone sees a ticket. Without teams it is not restricted."""

    is_restricted = serializers.BooleanField()
    teams = serializers.ListField(child=serializers.CharField())
    readers = serializers.ListField(child=serializers.CharField())


class NewRestriction(Input):
    """The teams and people who alone may see it; no team lifts the restriction."""

    teams = serializers.ListField(child=Reference(TEAMS.rows), max_length=50)
    people = serializers.ListField(child=Reference(visible_people, key="username"), required=False, max_length=100)
    reason = Text(max_length=2_000)


class RestrictionView(BelowTicket):
    """Who alone sees a ticket."""

    input = NewRestriction
    answers = {"GET": Restriction, "POST": Restriction}
    about = {
        "GET": gettext_lazy("Who alone sees the ticket, and who reads it besides its teams. For the desk."),
        "POST": gettext_lazy("Restricts the ticket to teams and people, or lifts that when no team is named."),
    }

    def get(self, request: Request, number: str) -> HttpResponse:
        self.refuse_unknown_parameters()
        if not desk(request):
            raise not_found()
        return self._told(self.ticket)

    def post(self, request: Request, number: str) -> HttpResponse:
        self.refuse_unknown_parameters()
        if not self.ticket.acts_for_desk(request.user):
            raise PermissionDenied
        return once(request, self.caller, self._work)

    def _work(self) -> HttpResponse:
        data = validated(self.input, self.request)
        with transaction.atomic():
            ticket = kind_of(self.ticket).locked(self.ticket.pk)
            check_if_match(self.request, ticket.version)
            if data["teams"]:
                ticket = restrict(ticket=ticket, actor=self.person, **data)
            else:
                ticket = unrestrict(ticket=ticket, actor=self.person, reason=data["reason"])
        return self._told(ticket)

    def _told(self, ticket: Any) -> HttpResponse:
        teams = Team.objects.filter(pk__in=ticket.restricted_team_ids).order_by("key").values_list("key", flat=True)
        readers = User.objects.filter(pk__in=ticket.reader_ids).order_by("username").values_list("username", flat=True)
        body = {"is_restricted": ticket.is_restricted, "teams": list(teams), "readers": list(readers)}
        return answer(body, headers={"ETag": etag_of(ticket.version)})
