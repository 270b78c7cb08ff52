"""Figures are made of the tickets that a person sees, and of no others."""

import random
from datetime import date

import pytest

from accounts.models import User
from incidents.models import Incident
from metrics import figures, rollups
from metrics.counting import counts
from metrics.definitions import FIGURES
from metrics.models import DayCount, TicketFigure
from metrics.periods import Period
from metrics.selection import Narrowing, NotUnderstood, Rows
from metrics.sight import Sight
from metrics.spreads import NO_SPREAD, spreads
from metrics.visibility import beyond_cells
from tests.factories import CategoryFactory
from tests.metrics.made import START, make, random_facts, unsaved
from tickets.bulk import insert_tickets

PERIOD = Period(date(2026, 1, 1), date(2026, 12, 31))
CAST = (
    "requester", "colleague", "stranger", "agent", "manager", "second_line", "change_manager", "cab_member", "auditor",
    "administrator", "supplier", "integration",
)  # fmt: skip


@pytest.fixture
def cast(request) -> dict[str, User]:
    return {name: request.getfixturevalue(name) for name in CAST}


@pytest.fixture
def incidents(cast, northgate, depot, elsewhere, desk, network, supplier_organisation) -> list[Incident]:
    """Incidents of each organisation, team and circle, read by name by this one or that."""
    dice = random.Random(11)
    people = list(cast.values())
    northgate.people_see_all = True
    northgate.save()
    made = []
    for _ in range(150):
        facts = random_facts(dice, START)
        facts["reader_ids"] = [each.pk for each in dice.sample(people, dice.choice([1, 1, 2]))]
        if dice.random() < 0.25:
            facts |= {"is_restricted": True, "restricted_team_ids": [dice.choice([desk, network]).pk]}
        if dice.random() < 0.2:
            facts["supplier_ids"] = [supplier_organisation.pk]
        made.append(
            unsaved(
                dice.choice(people),
                **facts
                | {
                    "organisation": dice.choice([northgate, depot, elsewhere, None]),
                    "team": dice.choice([desk, network, None]),
                },
            )
        )
    insert_tickets(made)
    rollups.refresh()
    return made


def test_whoever_sees_a_ticket_sees_its_figures_and_nobody_else(incidents, cast):
    seen = {}
    for name, person in cast.items():
        tickets = set(Incident.objects.visible_to(person).values_list("pk", flat=True))
        rows = set(TicketFigure.objects.visible_to(person).values_list("pk", flat=True))
        assert rows == tickets, name
        seen[name] = len(rows)

    assert len(set(seen.values())) > 4
    assert 0 < min(seen.values()) < max(seen.values()) < len(incidents)


def test_counts_from_cells_and_beside_them_are_the_counts_of_what_one_sees(incidents, cast):
    for name, person in cast.items():
        counted = counts(["opened", "resolved", "closed"], Sight.of(person), PERIOD, Narrowing()).get((0, True))
        visible = TicketFigure.objects.visible_to(person)

        days = (PERIOD.first, PERIOD.last)
        wanted = {
            "opened": visible.filter(opened_on__range=days).count(),
            "resolved": visible.filter(resolved_on__range=days).count(),
            "closed": visible.filter(closed_on__range=days).count(),
        }
        assert (counted or dict.fromkeys(wanted, 0)) == wanted, name


def test_restricted_incidents_stand_in_no_cell(incidents):
    unrestricted = TicketFigure.objects.filter(is_restricted=False, opened_on__isnull=False).count()
    restricted = TicketFigure.objects.filter(is_restricted=True, opened_on__isnull=False).count()

    assert sum(DayCount.objects.values_list("opened", flat=True)) == unrestricted
    assert restricted > 10


def test_nobody_reads_most_tickets_by_name(incidents, auditor, agent):
    """What stands beside the cells stays small, so that counting does not grow with the table."""
    assert beyond_cells(auditor).filter(is_restricted=False).count() == 0
    assert beyond_cells(agent).count() < TicketFigure.objects.visible_to(agent).count() / 2


def test_a_restricted_incident_counts_for_its_circle_alone(requester, agent, second_line, auditor, network):
    secret = make(
        requester,
        team=network,
        is_restricted=True,
        restricted_team_ids=[network.pk],
        status="resolved",
        stage="resolved",
        resolved_at=START.replace(hour=9),
    )
    rollups.refresh()

    def n(person):
        return spreads(FIGURES["resolve"], Sight.of(person), PERIOD, Narrowing()).get((0, True), NO_SPREAD).n

    assert n(second_line) == 1
    assert n(requester) == 1
    assert n(agent) == n(auditor) == 0
    assert list(figures.rows(Rows("resolve", PERIOD), second_line)) == [TicketFigure.objects.get(pk=secret.pk)]
    assert not figures.rows(Rows("resolve", PERIOD), agent).exists()


def test_an_incident_that_becomes_restricted_leaves_the_counts(requester, agent):
    incident = make(requester)
    rollups.refresh()
    assert counts(["opened"], Sight.of(agent), PERIOD, Narrowing())[0, True]["opened"] == 1

    Incident.objects.filter(pk=incident.pk).update(is_restricted=True, restricted_team_ids=[])
    rollups.mark([incident.pk])
    rollups.refresh()

    assert counts(["opened"], Sight.of(agent), PERIOD, Narrowing()) == {}
    assert counts(["opened"], Sight.of(requester), PERIOD, Narrowing())[0, True]["opened"] == 1


def test_a_key_that_one_may_not_name_is_as_unknown_as_one_that_does_not_exist(agent, auditor, elsewhere):
    with pytest.raises(NotUnderstood, match="elsewhere"):
        Narrowing.of({"organisation": ("elsewhere",)}, agent)
    with pytest.raises(NotUnderstood, match="nowhere"):
        Narrowing.of({"organisation": ("nowhere",)}, auditor)

    assert Narrowing.of({"organisation": ("elsewhere",)}, auditor).condition


def test_ones_own_figures_are_for_oneself_and_the_lead(agent, manager, second_line, auditor, administrator, requester):
    CategoryFactory()
    make(requester, resolved_by=agent, status="resolved", stage="resolved", resolved_at=START.replace(hour=9))
    rollups.refresh()
    own = Rows("resolve", PERIOD, person="mara")

    assert figures.rows(own, agent).count() == 1
    assert figures.rows(own, manager).count() == 1
    for other in (second_line, auditor, administrator, requester):
        with pytest.raises(NotUnderstood, match="nobody"):
            figures.rows(own, other)
