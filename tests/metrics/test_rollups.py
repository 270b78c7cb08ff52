"""The roll-ups after whatever happened are what they would be if they were made anew."""

import random
from datetime import UTC, datetime, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.activity import Happening, record_past
from core.moves import perform
from core.outbox import sweep_deliveries
from incidents.models import Incident
from incidents.services import open_incident
from metrics import rollups
from metrics.models import DayCount, DirtyTicket, RollupState, TicketFigure
from metrics.tasks import refresh_rollups
from tests.factories import CategoryFactory
from tests.metrics.made import START, ZONE, make, make_random, random_facts
from tickets.services.editing import edit
from tickets.services.restricting import restrict, unrestrict

DIMENSIONS = ("day", "organisation_id", "team_id", "priority")


def figures_now():
    return {row["ticket_id"]: row for row in TicketFigure.objects.values()}


def counts_now():
    return {
        tuple(row[name] for name in DIMENSIONS): {name: value for name, value in row.items() if name != "id"}
        for row in DayCount.objects.values()
    }


def test_after_random_events_the_roll_ups_are_as_if_made_anew(requester, colleague, desk, network, northgate, depot):
    dice = random.Random(5)
    made = make_random(60, [requester, colleague], seed=7, team=[desk, network], category=[None, CategoryFactory()])
    rollups.refresh()
    for _round in range(6):
        for incident in dice.sample(made, 12):
            changes = random_facts(dice, incident.opened_at)
            changes |= {"team": dice.choice([desk, network, None]), "organisation": dice.choice([northgate, depot])}
            changes |= {"is_restricted": dice.random() < 0.2, "priority": dice.randint(1, 5)}
            Incident.objects.filter(pk=incident.pk).update(**changes)
            rollups.mark([incident.pk] * dice.choice([1, 2]))
        rollups.refresh()

    kept_figures, kept_counts = figures_now(), counts_now()
    rollups.rebuild()

    assert len(kept_figures) == 60
    assert kept_figures == figures_now()
    assert kept_counts == counts_now()
    assert DirtyTicket.objects.count() == 0


def test_whatever_the_desk_does_to_an_incident_is_worked_in(requester, agent, desk, network):
    category = CategoryFactory()
    incident = open_incident(actor=agent, requester=requester, title="Labels come out blank")

    def figure():
        sweep_deliveries()
        refresh_rollups()
        return TicketFigure.objects.get(pk=incident.pk)

    assert figure().opened_on == timezone.localdate(incident.opened_at, ZONE)
    perform(incident, "take", actor=agent)
    assert figure().respond_seconds is not None
    edit(ticket=Incident.objects.get(pk=incident.pk), actor=agent, category=category)
    assert figure().category_id == category.pk
    restrict(ticket=Incident.objects.get(pk=incident.pk), actor=agent, teams=[desk], reason="A matter of people")
    assert figure().is_restricted
    assert not DayCount.objects.exists()
    unrestrict(ticket=Incident.objects.get(pk=incident.pk), actor=agent, reason="Over")
    assert not figure().is_restricted
    answers = {"resolution": "A new roll.", "resolution_code": "fixed", "resolved_ci": "none", "fix_kind": "permanent"}
    perform(incident, "resolve", actor=agent, category=category, **answers)
    assert figure().is_first_contact
    assert list(DayCount.objects.values_list("opened", "resolved", "first_contact")) == [(1, 1, 1)]
    perform(incident, "reopen", actor=agent, reason="It is blank again")
    assert figure().resolved_on is None
    perform(incident, "cancel", actor=agent, reason="Not ours")
    assert figure().opened_on is None
    assert not DayCount.objects.exists()


def test_only_the_days_that_changed_are_counted_anew(requester):
    moved = make(requester)
    other = make(requester, opened_at=START + timedelta(days=3))
    rollups.refresh()
    untouched = DayCount.objects.get(day=(START + timedelta(days=3)).date()).pk

    Incident.objects.filter(pk=moved.pk).update(opened_at=START + timedelta(days=1))
    rollups.mark([moved.pk])
    assert rollups.refresh() == 1

    assert DayCount.objects.get(day=(START + timedelta(days=3)).date()).pk == untouched
    assert set(DayCount.objects.values_list("day", flat=True)) == {
        (START + timedelta(days=1)).date(),
        other.opened_at.date(),
    }


def test_incidents_loaded_in_bulk_are_found_without_a_mark(requester):
    rollups.refresh()
    make(requester)

    assert DirtyTicket.objects.count() == 0
    assert rollups.refresh() == 1
    assert rollups.refresh() == 0


def test_a_lower_number_that_is_committed_late_is_found_for_an_hour(requester):
    first, second = make(requester), make(requester)
    rollups.refresh()
    TicketFigure.objects.filter(pk=first.pk).delete()

    assert rollups.refresh() == 1
    RollupState.objects.update(complete_to=second.pk)
    TicketFigure.objects.filter(pk=first.pk).delete()
    assert rollups.refresh() == 0


def test_another_reporting_zone_makes_everything_anew(requester, settings):
    make(requester, opened_at=datetime(2026, 2, 1, 23, 30, tzinfo=UTC))
    rollups.refresh()
    assert str(TicketFigure.objects.get().opened_on) == "2026-02-02"

    settings.REPORTING_TIME_ZONE = "America/New_York"
    rollups.refresh()

    assert str(TicketFigure.objects.get().opened_on) == "2026-02-01"
    assert [str(day) for day in DayCount.objects.values_list("day", flat=True)] == ["2026-02-01"]


def test_whoever_comes_second_leaves_the_work_to_the_first(requester, monkeypatch):
    make(requester)
    monkeypatch.setattr(rollups, "_try_lock", lambda: False)

    assert rollups.refresh() == 0
    assert TicketFigure.objects.count() == 0


def test_holds_between_first_work_and_the_fix_are_taken_out_to_the_second(requester):
    """Held 10–12 o'clock, worked from 11, restored at 14, held 13–15: two hours are held in between."""
    at = START.replace(hour=0, minute=0)
    incident = make(
        requester,
        opened_at=at.replace(hour=9),
        work_started_at=at.replace(hour=11),
        restored_at=at.replace(hour=14),
        resolved_at=at.replace(hour=16),
        status="resolved",
        stage="resolved",
        held_seconds=4 * 3600,
    )
    moves = [(10, "on_hold"), (12, "in_progress"), (13, "on_hold"), (15, "in_progress"), (16, "resolved")]
    record_past(
        [
            Happening("incident.moved", incident, at=at.replace(hour=hour), changes={"status": ["", status]})
            for hour, status in moves
        ]
    )
    rollups.refresh()

    figure = TicketFigure.objects.get()
    assert figure.repair_seconds == (3 - 1 - 1) * 3600
    assert figure.touched_seconds == (5 - 1 - 2) * 3600
    assert figure.waiting_seconds == (2 + 1 + 2) * 3600
    assert figure.touched_seconds + figure.waiting_seconds == figure.resolve_seconds


def test_a_refresh_takes_as_many_statements_for_many_as_for_one(requester):
    make(requester)
    rollups.refresh()
    make(requester)
    with CaptureQueriesContext(connection) as one:
        rollups.refresh()
    make_random(20, [requester], seed=3)
    with CaptureQueriesContext(connection) as many:
        rollups.refresh()

    assert len(many) == len(one)


def test_the_command_makes_everything_anew_and_says_how_much(requester):
    make_random(5, [requester], seed=1)
    said = StringIO()

    call_command("rebuild_metrics", stdout=said)

    assert said.getvalue().startswith("5 incidents, in ")
    assert TicketFigure.objects.count() == 5
