"""The list of notifications, the preferences, and the administrator's page of what did not get through."""

import pytest
from django.urls import reverse

from core import outbox
from core.models import Delivery
from notifications.models import Mail, Notice, Notification, Preference
from tickets.models import Ticket
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


def say(incident, text, actor, audience="requester"):
    add_comment(ticket=incident, text=text, actor=actor, audience=audience)
    outbox.sweep_deliveries()


def test_a_person_reads_what_they_were_told_and_nobody_elses(incident, agent, requester, colleague, signed_in):
    say(incident, "We are on it.", agent)

    own = signed_in(requester).get("/notifications/").content.decode()
    other = signed_in(colleague).get("/notifications/").content.decode()

    assert "Mara Lindqvist wrote." in own
    assert "We are on it." in own
    assert f"/incidents/{incident.number}/" in own
    assert "We are on it." not in other
    assert "Nothing has happened yet" in other


def test_the_bell_says_how_many_are_unread(incident, agent, requester, signed_in):
    say(incident, "We are on it.", agent)

    assert signed_in(requester).get("/notifications/").context["unread_count"] == 1


def test_what_became_invisible_is_gone_from_the_list(incident, agent, network, signed_in):
    say(incident, "It burns.", incident.requester)
    browser = signed_in(agent)
    assert "It burns." in browser.get("/notifications/").content.decode()

    Ticket.objects.filter(pk=incident.pk).update(is_restricted=True, restricted_team_ids=[network.pk])

    page = browser.get("/notifications/").content.decode()
    assert "It burns." not in page
    assert incident.number not in page


def test_one_is_marked_read_and_then_all(incident, agent, requester, signed_in):
    for n in range(3):
        say(incident, f"Word {n}", agent)
    browser = signed_in(requester)
    first = Notification.objects.filter(user=requester).earliest("pk")

    browser.post("/notifications/read/", {"id": first.pk})
    assert Notification.objects.unread().filter(user=requester).count() == 2
    assert "Word 0" not in browser.get("/notifications/?show=unread").content.decode()

    browser.post("/notifications/read/", {"all": "1"})
    assert "You have read everything" in browser.get("/notifications/?show=unread").content.decode()


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 40, "1; DROP", "\x00"])
def test_a_key_that_is_none_marks_nothing(incident, agent, requester, signed_in, key):
    say(incident, "We are on it.", agent)

    assert signed_in(requester).post("/notifications/read/", {"id": key}).status_code == 302
    assert signed_in(requester).get("/notifications/", {"before": key}).status_code == 200
    assert Notification.objects.unread().filter(user=requester).count() == 1


def test_the_list_is_read_only_when_it_is_asked_for(incident, agent, requester, signed_in):
    say(incident, "We are on it.", agent)
    signed_in(requester).get("/notifications/")

    assert Notification.objects.unread().filter(user=requester).count() == 1


def test_a_poll_gets_the_rows_alone_and_304_while_nothing_changes(incident, agent, requester, signed_in):
    say(incident, "We are on it.", agent)
    browser = signed_in(requester)
    first = browser.get("/notifications/", headers={"X-Poll": "true"})
    etag = first["ETag"]
    assert first.content.decode().strip().startswith('<div id="notification-rows"')

    again = browser.get("/notifications/", headers={"X-Poll": "true", "If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")

    say(incident, "And more.", agent)
    changed = browser.get("/notifications/", headers={"X-Poll": "true", "If-None-Match": etag})
    assert changed.status_code == 200
    assert "And more." in changed.content.decode()


def test_long_lists_are_read_page_by_page(incident, agent, requester, signed_in):
    for n in range(35):
        add_comment(ticket=incident, text=f"Word {n:02}", actor=agent, audience="requester")
    outbox.sweep_deliveries()
    browser = signed_in(requester)
    first = browser.get("/notifications/")
    rest = browser.get("/notifications/", {"before": first.context["page"].next_before}).content.decode()

    assert len(first.context["page"].lines) == 30
    assert [f"Word {n:02}" in rest for n in range(35)] == [True] * 5 + [False] * 30


def test_the_list_asks_as_many_queries_for_thirty_as_for_one(
    incident, agent, requester, signed_in, django_assert_max_num_queries
):
    for n in range(30):
        add_comment(ticket=incident, text=f"Word {n}", actor=agent, audience="requester")
    outbox.sweep_deliveries()
    browser = signed_in(requester)

    with django_assert_max_num_queries(15):
        browser.get("/notifications/")


def test_a_person_chooses_what_they_are_told_and_how(requester, signed_in):
    browser = signed_in(requester)
    page = browser.get("/profile/notifications/").content.decode()
    assert 'name="reply_by_mail"' in page
    assert 'name="team_by_mail"' not in page  # nothing of the kind can reach a requester

    answer = browser.post("/profile/notifications/", {"reply_in_product": "on", "team_by_mail": "on"})

    assert answer.status_code == 302
    kept = {each.notice: (each.in_product, each.by_mail) for each in Preference.objects.filter(user=requester)}
    assert kept[Notice.REPLY] == (True, False)
    assert kept[Notice.STATUS] == (False, False)
    assert Notice.TEAM not in kept


def test_the_boxes_show_what_holds(agent, signed_in):
    browser = signed_in(agent)
    form = browser.get("/profile/notifications/").context["form"]
    assert form["team_in_product"].value() is True
    assert form["team_by_mail"].value() is False

    browser.post("/profile/notifications/", {"team_by_mail": "on"})
    form = browser.get("/profile/notifications/").context["form"]
    assert form["team_by_mail"].value() is True
    assert form["assigned_by_mail"].value() is False


@pytest.mark.parametrize("address", ["/notifications/", "/profile/notifications/", "/administration/deliveries/"])
def test_nobody_reads_these_without_signing_in(client, db, address):
    assert client.get(address).status_code == 302


def test_only_administrators_see_what_did_not_get_through(agent, requester, administrator, signed_in):
    for person, status in ((administrator, 200), (agent, 403), (requester, 403)):
        browser = signed_in(person)
        assert browser.get("/administration/deliveries/").status_code == status
        expected = 302 if status == 200 else 403
        assert browser.post("/administration/deliveries/retry/", {"kind": "mail"}).status_code == expected


def test_with_nothing_stuck_the_page_says_so(administrator, signed_in):
    browser = signed_in(administrator)

    assert "Everything got through" in browser.get("/administration/deliveries/").content.decode()
    assert "Nothing waits" in browser.get("/administration/deliveries/?show=waiting").content.decode()


@pytest.fixture
def stuck(incident, agent):
    """A delivery and a mail put aside, and a delivery that will be tried again."""
    say(incident, "We are on it.", agent)
    dead, waiting = Delivery.objects.order_by("pk")[:2]
    now = dead.created_at
    Delivery.objects.filter(pk=dead.pk).update(done_at=None, failed_at=now, attempts=12, error="ValueError: broken <b>")
    Delivery.objects.filter(pk=waiting.pk).update(done_at=None, attempts=3, error="KeyError: later")
    Mail.objects.update(failed_at=now, attempts=14, error="SMTPDataError: full")
    return dead


def test_what_is_stuck_is_shown_with_its_error(stuck, incident, administrator, signed_in):
    browser = signed_in(administrator)
    failed = browser.get("/administration/deliveries/").content.decode()
    waiting = browser.get("/administration/deliveries/?show=waiting").content.decode()

    assert "ValueError: broken &lt;b&gt;" in failed
    assert "SMTPDataError: full" in failed
    assert "ben@example.org" in failed
    assert "KeyError: later" not in failed
    assert "KeyError: later" in waiting


def test_one_is_tried_again(stuck, administrator, signed_in):
    signed_in(administrator).post("/administration/deliveries/retry/", {"kind": "delivery", "id": stuck.pk})

    stuck.refresh_from_db()
    assert (stuck.failed_at, stuck.attempts) == (None, 0)
    assert Mail.objects.filter(failed_at__isnull=False).count() == 1


def test_all_of_a_kind_are_tried_again(stuck, administrator, signed_in):
    signed_in(administrator).post("/administration/deliveries/retry/", {"kind": "mail"})

    assert not Mail.objects.filter(failed_at__isnull=False).exists()
    stuck.refresh_from_db()
    assert stuck.failed_at is not None


@pytest.mark.parametrize("data", [{}, {"kind": "x"}, {"kind": "delivery", "id": "x"}, {"kind": "mail", "id": "9" * 30}])
def test_a_retry_of_nothing_changes_nothing(stuck, administrator, signed_in, data):
    assert signed_in(administrator).post("/administration/deliveries/retry/", data).status_code in (302, 422)

    assert Delivery.objects.filter(failed_at__isnull=False).count() == 1
    assert Mail.objects.filter(failed_at__isnull=False).count() == 1


def test_an_administrator_reads_no_more_of_a_restricted_ticket_here_than_elsewhere(
    stuck, incident, administrator, network, signed_in
):
    Ticket.objects.filter(pk=incident.pk).update(is_restricted=True, restricted_team_ids=[network.pk])

    page = signed_in(administrator).get("/administration/deliveries/").content.decode()

    assert incident.number not in page
    assert incident.title not in page


def test_the_addresses_have_their_names():
    assert reverse("notifications") == "/notifications/"
    assert reverse("administration-deliveries") == "/administration/deliveries/"
