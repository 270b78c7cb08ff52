"""Announced disturbances: made at the desk, read in the portal, counted; whoever may not, cannot."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Activity
from incidents.models import Announcement
from incidents.services import announce, end_announcement, update_announcement
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(agent, northgate):
    return announce(
        actor=agent,
        title="Order desk is slow",
        text="Saving takes 40 seconds.",
        organisation=northgate,
        next_word_at=timezone.now() + timedelta(hours=1),
    )


def said(**given):
    started = timezone.localtime(timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    return {"title": "Order desk is slow", "state": "slow", "started_at": started, **given}


def home(signed_in, person):
    return signed_in(person).get(reverse("portal")).content.decode()


def test_people_of_the_organisation_and_below_read_it_and_others_do_not(
    signed_in, announced, requester, stranger, depot
):
    below = UserFactory(organisation=depot)

    for person in (requester, below):
        shown = home(signed_in, person)
        assert "Order desk is slow since" in shown
        assert "Next word by" in shown
    assert "Order desk is slow" not in home(signed_in, stranger)


def test_this_affects_me_too_is_counted_once(signed_in, announced, requester, colleague):
    address = reverse("portal-affected", args=[announced.pk])
    client = signed_in(requester)

    for _press in range(2):
        assert client.post(address).status_code == 302
    signed_in(colleague).post(address)

    assert announced.affected.count() == 2
    assert "You are counted in" in home(signed_in, requester)
    assert "2 people said so" in home(signed_in, requester)


def test_it_affects_no_stranger_and_nobody_after_its_end(signed_in, announced, agent, requester, stranger):
    address = reverse("portal-affected", args=[announced.pk])
    assert signed_in(stranger).post(address).status_code == 404
    assert signed_in(requester).get(address).status_code == 405
    end_announcement(announcement=announced, actor=agent)

    shown = signed_in(requester).post(address, follow=True).content.decode()

    assert "This is over already" in shown
    assert announced.affected.count() == 0
    assert "Order desk is slow since" not in shown


def test_an_agent_makes_one_changes_the_next_word_and_ends_it(signed_in, agent, northgate):
    client = signed_in(agent)
    service = ServiceFactory(key="orders", name="Order desk")

    client.post(reverse("announcement-new"), said(service="orders", organisation="northgate"))
    made = Announcement.objects.get()
    address = reverse("announcement", args=[made.pk])
    client.post(address, said(service="orders", organisation="northgate", text="We know the cause.", state="down"))
    client.post(reverse("announcement-end", args=[made.pk]))
    client.post(reverse("announcement-end", args=[made.pk]))

    made.refresh_from_db()
    verbs = Activity.objects.filter(subject_kind="announcement", subject_id=made.pk).order_by("pk")
    assert (made.service, made.state, made.text) == (service, "down", "We know the cause.")
    assert made.ended_at is not None
    assert [each.verb for each in verbs] == ["announcement.made", "announcement.updated", "announcement.ended"]
    assert verbs[1].changes == {"text": ["", "We know the cause."], "state": ["slow", "down"]}
    assert verbs[1].actor == agent


def test_a_form_that_changes_nothing_records_nothing(signed_in, agent, announced):
    client = signed_in(agent)
    shown = [
        timezone.localtime(each, ZoneInfo(agent.time_zone)).strftime("%Y-%m-%dT%H:%M")
        for each in (announced.started_at, announced.next_word_at)
    ]

    client.post(
        reverse("announcement", args=[announced.pk]),
        said(text=announced.text, organisation="northgate", started_at=shown[0], next_word_at=shown[1]),
    )

    assert not Activity.objects.filter(subject_kind="announcement", verb="announcement.updated").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 151},
        {"state": "odd"},
        {"started_at": ""},
        {"started_at": "2999-01-01T00:00"},
        {"organisation": "elsewhere"},
        {"incident": "INC9999999"},
        {"text": "a\x00b"},
    ],
)
def test_a_mistake_is_said_and_kept(signed_in, agent, elsewhere, wrong):
    answer = signed_in(agent).post(reverse("announcement-new"), said(**{"text": "Long story", **wrong}))

    assert answer.status_code == 422
    assert not Announcement.objects.exists()
    if "text" not in wrong:
        assert "Long story" in answer.content.decode()


def test_an_incident_gives_its_title_unless_it_is_restricted(signed_in, agent, opened, desk):
    open_one, hidden = opened("Order desk slow"), opened("Suspicion", restricted_teams=[desk])
    client = signed_in(agent)

    shown = client.get(reverse("announcement-new"), {"incident": open_one.number}).content.decode()
    kept = client.get(reverse("announcement-new"), {"incident": hidden.number}).content.decode()

    assert "Order desk slow" in shown
    assert open_one.number in shown
    assert "Suspicion" not in kept


def test_the_incident_shows_what_is_announced_for_it(signed_in, agent, incident):
    client = signed_in(agent)
    assert f"?incident={incident.number}" in client.get(incident.get_absolute_url()).content.decode()

    announce(actor=agent, title="Labels are slow", incident=incident)

    assert "Labels are slow" in client.get(incident.get_absolute_url()).content.decode()


def test_names_of_the_affected_are_those_that_one_sees(signed_in, agent, announced, requester, stranger):
    announced.affected.add(requester, stranger)

    shown = signed_in(agent).get(reverse("announcement", args=[announced.pk])).content.decode()

    assert "2 people are affected" in shown
    assert requester.name in shown
    assert stranger.name not in shown
    assert "and 1 whom you do not see" in shown


@pytest.mark.parametrize("name", ["announcements", "announcement-new"])
def test_the_administration_is_not_for_requesters(signed_in, agent, requester, supplier, name):
    assert signed_in(agent).get(reverse(name)).status_code == 200
    assert signed_in(requester).get(reverse(name)).status_code == 404
    assert signed_in(supplier).get(reverse(name)).status_code == 404


def test_an_auditor_reads_and_does_not_announce(signed_in, auditor, announced):
    client = signed_in(auditor)

    assert client.get(reverse("announcement", args=[announced.pk])).status_code == 200
    assert client.get(reverse("announcement-new")).status_code == 403
    assert client.post(reverse("announcement-end", args=[announced.pk])).status_code == 403
    announced.refresh_from_db()
    assert announced.ended_at is None


def test_what_is_over_is_not_changed(signed_in, agent, announced):
    end_announcement(announcement=announced, actor=agent)

    answer = signed_in(agent).post(reverse("announcement", args=[announced.pk]), said(text="Still slow"))

    announced.refresh_from_db()
    assert answer.status_code == 409
    assert announced.text == "Saving takes 40 seconds."


def test_an_announcement_for_another_company_does_not_exist_for_the_desk(signed_in, agent, announced, elsewhere):
    update_announcement(announcement=announced, actor=agent, organisation=elsewhere)

    assert signed_in(agent).get(reverse("announcement", args=[announced.pk])).status_code == 404


def test_the_queries_of_the_list_do_not_grow(signed_in, agent, announced, django_assert_max_num_queries):
    client = signed_in(agent)
    with django_assert_max_num_queries(15) as few:
        client.get(reverse("announcements"))
    for n in range(10):
        announce(actor=agent, title=f"Slow {n}", service=ServiceFactory())

    with django_assert_max_num_queries(len(few)):
        client.get(reverse("announcements"))
