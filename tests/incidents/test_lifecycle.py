"""The incident's lifecycle, tried exhaustively and by behaviour."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.exceptions import AnswersMissing, MoveRefused
from core.models import Activity
from core.moves import offers, perform
from incidents.lifecycle import LIFECYCLE
from incidents.models import Incident
from incidents.models.incident import Status
from incidents.services import open_incident
from tickets.models import Assignment, Category
from tickets.services.tasks import open_task
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def category():
    return Category.objects.create(key="printing", name="Printing")


@pytest.fixture
def incident(requester, desk):
    return open_incident(actor=requester, requester=requester, title="Labels come out blank", channel="portal")


def resolution(category, **changes):
    return {
        "resolution_code": "fixed",
        "resolution": "A new roll is in the printer.",
        "category": category,
        "resolved_ci": "none",
        "fix_kind": "permanent",
        **changes,
    }


def test_a_report_is_routed_to_the_default_team_and_says_so(incident, desk):
    assert incident.team == desk
    assert incident.owning_team == desk
    assert "default team" in incident.routed_by
    assert incident.status == Status.NEW
    assert incident.assumed_facts == ["reported_at", "detected_at", "impact_started_at"]


def test_taking_acknowledges_once(incident, agent, manager):
    taken = perform(incident, "take", actor=agent)
    first = taken.acknowledged_at
    taken = perform(taken, "take", actor=manager)

    assert taken.status == Status.IN_PROGRESS
    assert taken.assignee == manager
    assert taken.acknowledged_at == first
    assert taken.reassignment_count == 1


def test_a_requester_cannot_take(incident, requester, agent):
    with pytest.raises(PermissionDenied):
        perform(incident, "take", actor=requester)

    assert perform(incident, "take", actor=agent).assignee == agent


def test_a_stranger_has_no_move_on_it(incident, stranger):
    assert offers(incident, stranger) == []


def test_the_second_of_two_agents_to_resolve_is_refused(incident, agent, category):
    perform(incident, "resolve", actor=agent, **resolution(category))

    with pytest.raises(MoveRefused, match="is resolved"):
        perform(incident, "resolve", actor=agent, **resolution(category))


@pytest.mark.parametrize("missing", ["resolution_code", "resolution", "category", "resolved_ci", "fix_kind"])
def test_resolving_needs_each_of_its_answers(incident, agent, category, missing):
    answers = resolution(category)
    del answers[missing]

    with pytest.raises(AnswersMissing) as refusal:
        perform(incident, "resolve", actor=agent, **answers)

    assert list(refusal.value.errors) == [missing]
    assert Incident.objects.get(pk=incident.pk).status == Status.NEW


def test_a_resolution_is_a_public_word_and_the_opening_category_is_kept(incident, agent, category):
    resolved = perform(incident, "resolve", actor=agent, **resolution(category))

    assert resolved.opening_category is None
    assert resolved.category == category
    assert "restored_at" in resolved.assumed_facts
    comment = resolved.comments.get()
    assert (comment.audience, comment.kind) == ("requester", "resolution")


def test_resolving_waits_for_required_tasks(incident, agent, category):
    task = open_task(ticket=incident, title="Order a roll", actor=agent, is_required=True)

    with pytest.raises(MoveRefused, match="1 required task"):
        perform(incident, "resolve", actor=agent, **resolution(category))
    perform(task, "finish", actor=agent)

    assert perform(incident, "resolve", actor=agent, **resolution(category)).status == Status.RESOLVED


def test_escalating_clears_the_assignee_and_keeps_the_owner(incident, agent, network, desk):
    perform(incident, "take", actor=agent)
    escalated = perform(incident, "escalate", actor=agent, team=network)

    assert escalated.assignee is None
    assert (escalated.team, escalated.owning_team) == (network, desk)
    assert escalated.awaits_acceptance
    assert Assignment.objects.filter(ticket=incident.pk, ended_at=None).get().accepted_at is None


def test_a_team_returns_it_with_a_reason(incident, agent, network, second_line, desk):
    perform(incident, "escalate", actor=agent, team=network)

    with pytest.raises(AnswersMissing):
        perform(incident, "return", actor=second_line)
    returned = perform(incident, "return", actor=second_line, reason="Not the network.")

    assert returned.team == desk
    assert returned.bounce_count == 1
    assert Assignment.objects.filter(ticket=incident.pk, end="returned").get().reason == "Not the network."


def test_the_requesters_reply_ends_their_hold_and_an_automatic_one_does_not(incident, agent, requester):
    perform(incident, "take", actor=agent)
    perform(incident, "hold", actor=agent, hold_reason="requester", hold_awaits="Which roll?")
    add_comment(ticket=incident, text="Out of office", actor=requester, audience="requester", is_automatic=True)
    assert Incident.objects.get(pk=incident.pk).status == Status.ON_HOLD

    add_comment(ticket=incident, text="The wide one", actor=requester, audience="requester")

    assert Incident.objects.get(pk=incident.pk).status == Status.IN_PROGRESS


def test_waiting_for_a_supplier_needs_a_referral(incident, agent):
    perform(incident, "take", actor=agent)

    with pytest.raises(AnswersMissing, match="Refer it"):
        perform(incident, "hold", actor=agent, hold_reason="supplier")


def test_hold_time_adds_up(incident, agent):
    start = timezone.now() - timedelta(hours=5)
    perform(incident, "take", actor=agent, at=start)
    perform(incident, "hold", actor=agent, hold_reason="evidence", at=start + timedelta(hours=1))
    resumed = perform(incident, "resume", actor=agent, at=start + timedelta(hours=3))

    assert resumed.held_seconds == 2 * 3600


def test_the_requester_confirms_but_an_agent_waits(incident, agent, requester, category):
    perform(incident, "resolve", actor=agent, **resolution(category))

    with pytest.raises(MoveRefused, match="requester confirms"):
        perform(incident, "close", actor=agent)

    assert perform(incident, "close", actor=requester).status == Status.CLOSED


def test_reopening_is_counted_and_bound_to_its_window(incident, agent, requester, category):
    long_ago = timezone.now() - timedelta(days=30)
    perform(incident, "resolve", actor=agent, at=long_ago, **resolution(category))
    with pytest.raises(MoveRefused, match="more than 14 days"):
        perform(incident, "reopen", actor=requester, reason="Blank again")

    second = open_incident(actor=requester, requester=requester, title="Blank again")
    perform(second, "resolve", actor=agent, **resolution(category))
    reopened = perform(second, "reopen", actor=requester, reason="Blank again")

    assert reopened.reopen_count == 1
    assert reopened.resolved_at is None
    assert reopened.comments.filter(text="Blank again", is_from_requester=True).exists()


def test_every_move_is_recorded_with_its_version(incident, agent):
    perform(incident, "take", actor=agent)
    activity = Activity.objects.filter(verb="incident.taken").get()

    assert activity.version == 2
    assert activity.changes["status"] == ["new", "in_progress"]


@pytest.mark.parametrize(("state", "name"), list(product(Status, LIFECYCLE.moves)))
def test_every_move_is_open_from_its_sources_and_nowhere_else(state, name, incident):
    Incident.objects.filter(pk=incident.pk).update(status=state, stage=LIFECYCLE.stages[state])
    record = Incident.objects.get(pk=incident.pk)
    move = LIFECYCLE.moves[name]

    if state in move.sources:
        assert name in {offer.move.name for offer in offers(record, None)}
    else:
        with pytest.raises(MoveRefused):
            perform(record, name, actor=None)
