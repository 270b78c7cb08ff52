"""What happens to incidents by itself: one bad row does not stop the others, and nobody is passed over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Activity
from core.moves import perform
from incidents.models import Incident
from incidents.services import chase_requesters, close_resolved, holding, open_incident, wake_due
from tests.portal.conftest import resolution
from tickets.models import Comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(agent, requester, desk):
    """`held(days=4)`: an incident on hold for its requester for so long."""

    def hold_one(*, days=0, reason="requester", **answers):
        made = open_incident(actor=agent, requester=requester, title="Labels come out blank")
        perform(made, "take", actor=agent)
        held_at = timezone.now() - timedelta(days=days)
        return perform(made, "hold", actor=agent, hold_reason=reason, at=held_at, **answers)

    return hold_one


def test_a_hold_that_cannot_be_ended_leaves_the_others_to_wake(held, monkeypatch):
    soon = timezone.now() - timedelta(days=1)
    bad, good = (held(days=2, reason="observing", wake_at=soon) for _each in range(2))

    def perform_but_one(subject, name, **given):
        if subject.pk == bad.pk:
            raise RuntimeError("This row is broken.")
        return perform(subject, name, **given)

    monkeypatch.setattr(holding, "perform", perform_but_one)

    assert wake_due() == 1
    assert Incident.objects.get(pk=good.pk).status == "in_progress"
    assert Incident.objects.get(pk=bad.pk).status == "on_hold"


def test_who_was_reminded_does_not_keep_the_next_from_being_reminded(held):
    first, second = held(days=4), held(days=4)

    assert chase_requesters(limit=1) == (1, 0)
    assert chase_requesters(limit=1) == (1, 0)
    assert chase_requesters(limit=1) == (0, 0)

    reminded = Activity.objects.filter(verb="ticket.reminded").values_list("subject_id", flat=True)
    assert sorted(reminded) == [first.pk, second.pk]


def test_who_owes_an_answer_too_long_is_given_up_once(held):
    held(days=60)

    assert chase_requesters() == (0, 1)
    assert chase_requesters() == (0, 0)
    assert Comment.objects.filter(kind="resolution").count() == 1


def test_what_was_resolved_long_ago_closes_and_what_was_just_now_does_not(held, agent):
    long_ago, just_now = held(days=60), held()
    perform(long_ago, "resolve", actor=agent, at=timezone.now() - timedelta(days=50), **resolution())
    perform(just_now, "resolve", actor=agent, **resolution())

    assert close_resolved() == 1
    assert Incident.objects.get(pk=long_ago.pk).status == "closed"
    assert Incident.objects.get(pk=just_now.pk).status == "resolved"
