"""Writing an incident down: its priority by the scheme, its team by the routing, its moments as known."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import Location, Organisation, Team, User
from accounts.roles import Role
from cmdb.models import ConfigurationItem, Service
from core.activity import record
from core.exceptions import AnswersMissing
from core.models import Activity
from core.numbers import next_number
from incidents.facts import assume, out_of_order
from incidents.lifecycle import LIFECYCLE
from incidents.matrix import priority_of, suggest
from incidents.models import Incident
from incidents.policies import cells_for
from incidents.routing import Route, owning_team_for, route
from tickets.models import Category, Ticket, TicketCi
from tickets.services.assigning import begin_assignment
from tickets.services.readers import first_readers
from tickets.services.restricting import restriction_of

SPOKEN = (Ticket.Channel.PHONE, Ticket.Channel.WALK_IN)


@transaction.atomic
def open_incident(
    *,
    actor: User | None,
    requester: User,
    title: str,
    description: str = "",
    impact: int | None = None,
    urgency: int | None = None,
    impact_answers: Mapping[str, Any] | None = None,
    service: Service | None = None,
    category: Category | None = None,
    organisation: Organisation | None = None,
    location: Location | None = None,
    cis: Iterable[ConfigurationItem] = (),
    team: Team | None = None,
    assignee: User | None = None,
    parent: Incident | None = None,
    channel: str = Ticket.Channel.AGENT,
    script_answers: Mapping[str, Any] | None = None,
    external_source: str = "",
    external_ref: str = "",
    restricted_teams: Iterable[Team] = (),
    at: datetime | None = None,
    impact_started_at: datetime | None = None,
    detected_at: datetime | None = None,
    reported_at: datetime | None = None,
) -> Incident:
    """Write down an incident, set its priority by the scheme, and route it.

    Impact and urgency that are not given come from the answers. The desk may open for anybody; others for themselves
    and for people of their organisation. Raises `AnswersMissing` for what the fields refuse.
    """
    _may_open(actor, requester)
    moment = at or timezone.now()
    cis = list(cis)
    organisation = organisation or requester.organisation
    location = location or requester.location
    service = service or _service_of(cis)
    suggestion = suggest(impact_answers or {}, service_is_critical=bool(service and service.is_critical))
    impact, urgency = impact or suggestion.impact, urgency or suggestion.urgency
    routed = (
        Route(team, _("chosen by hand"))
        if team
        else route(cis=cis, service=service, category=category, location=location)
    )
    restricted_ids = _restriction(category, restricted_teams)
    facts, assumed = _facts(moment, impact_started_at, detected_at, reported_at)
    spoken = channel in SPOKEN and actor is not None
    accepted = assignee is not None and actor is not None and assignee.pk == actor.pk

    incident = Incident(
        number=next_number("INC"),
        kind="incident",
        title=" ".join(title.split()),
        description=description.strip(),
        status=LIFECYCLE.initial,
        stage=LIFECYCLE.stages[LIFECYCLE.initial],
        impact=impact,
        urgency=urgency,
        priority=priority_of(impact, urgency, cells_for(organisation, service)),
        channel=channel,
        requester=requester,
        opened_by=actor,
        organisation=organisation,
        location=location,
        service=service,
        category=category,
        opening_category=category,
        owning_team=owning_team_for(organisation.pk if organisation else None, routed.team),
        team=routed.team,
        assignee=assignee,
        parent=parent,
        routed_by=routed.because[:200],
        script_answers=dict(script_answers or {}),
        impact_answers=dict(impact_answers or {}),
        is_restricted=bool(restricted_ids),
        restricted_team_ids=restricted_ids,
        reader_ids=first_readers(requester=requester, opened_by=actor, assignee=assignee),
        opened_at=moment,
        updated_at=moment,
        external_source=external_source,
        external_ref=external_ref,
        awaits_acceptance=not accepted,
        acknowledged_at=moment if accepted else None,
        first_response_at=moment if spoken else None,
        assumed_facts=assumed,
        fact_setters={name: actor.pk if actor else None for name in facts if name not in assumed},
        impact_started_at=facts["impact_started_at"],
        detected_at=facts["detected_at"],
        reported_at=facts["reported_at"],
    )
    _check(incident)
    incident.save(force_insert=True)
    if cis:
        TicketCi.objects.bulk_create(TicketCi(ticket_id=incident.pk, ci=ci) for ci in cis)
    begin_assignment(incident, at=moment, accepted=accepted)
    record(
        "incident.opened",
        incident,
        actor=actor,
        at=moment,
        audience=Activity.Audience.REQUESTER,
        version=incident.version,
        data={"channel": channel, "team": incident.team_id, "routed_by": incident.routed_by},
    )
    return incident


def _may_open(actor: User | None, requester: User) -> None:
    if actor is None or actor.pk == requester.pk:
        return
    access = access_of(actor)
    if access.supplier_id is None and (access.is_desk or access.roles & Role.INTEGRATION):
        return
    if actor.organisation_id is not None and actor.organisation_id == requester.organisation_id:
        return
    raise PermissionDenied(_("You may report for yourself and for people of your organisation."))


def _service_of(cis: list[ConfigurationItem]) -> Service | None:
    """The first of them that is a service."""
    services = Service.objects.in_bulk([ci.pk for ci in cis]) if cis else {}
    return next((services[ci.pk] for ci in cis if ci.pk in services), None)


def _restriction(category: Category | None, teams: Iterable[Team]) -> list[int]:
    named = {team.pk for team in teams}
    named.update(restriction_of(category))
    return sorted(named)


def _facts(
    opened_at: datetime, impact_started_at: datetime | None, detected_at: datetime | None, reported_at: datetime | None
) -> tuple[dict[str, datetime], list[str]]:
    said = {
        "impact_started_at": impact_started_at,
        "detected_at": detected_at,
        "reported_at": reported_at,
        "opened_at": opened_at,
    }
    wrong = out_of_order(said)
    if wrong:
        raise AnswersMissing({before: [_("This is later than what follows from it.")] for before, _after in wrong})
    return assume(said)


_GIVEN_AS_ROWS = tuple(each.name for each in Incident._meta.concrete_fields if each.is_relation)
"""References are given as rows of the database; the foreign keys vouch for them, no query has to."""


def _check(incident: Incident) -> None:
    try:
        incident.clean_fields(exclude=["number", "kind", "status", *_GIVEN_AS_ROWS])
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
    if not incident.title:
        raise AnswersMissing({"title": [_("Say in a few words what is wrong.")]})
