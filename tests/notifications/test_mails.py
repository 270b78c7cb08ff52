"""Mails: what they say and to whom, and that each goes out once."""

import smtplib
import threading
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from django.utils import timezone

from core import outbox, sweeps
from core.moves import perform
from incidents.services.opening import open_incident
from notifications import mails, services
from notifications.messages import message_id, one_line
from notifications.models import Mail, Notice, Notification
from notifications.notices import Wish
from tickets.models import Ticket
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


def say(incident, text, actor, audience="requester"):
    comment = add_comment(ticket=incident, text=text, actor=actor, audience=audience)
    outbox.sweep_deliveries()
    return comment


def make_due() -> None:
    Mail.objects.update(next_at=timezone.now() - timedelta(seconds=1), leased_until=None)


class Failing(EmailBackend):
    """A mail server that answers with `error` until it is None."""

    error: Exception | None = None
    refuses_connection = False

    def open(self):
        if Failing.refuses_connection:
            raise ConnectionRefusedError("nobody listens")

    def send_messages(self, messages):
        if Failing.error:
            raise Failing.error
        return super().send_messages(messages)


@pytest.fixture
def failing(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Failing"
    Failing.error, Failing.refuses_connection = None, False
    return Failing


def test_a_public_reply_is_mailed_to_the_requester_with_its_words_and_the_way_to_the_ticket(incident, agent, requester):
    say(incident, "We are **on it**.", agent)
    assert mails.send_due() == 1

    (sent,) = outgoing.outbox
    html = sent.alternatives[0][0]
    assert sent.to == ["ben@example.org"]
    assert sent.subject == f"[{incident.number}] The printer is on fire"
    assert "Mara Lindqvist wrote." in sent.body
    assert "We are **on it**." in sent.body
    assert "<strong>on it</strong>" in html
    for part in (sent.body, html):
        assert f"http://127.0.0.1:8000/incidents/{incident.number}/" in part
        assert "http://127.0.0.1:8000/profile/notifications/" in part
        assert "Somebody replies on my ticket" in part
    assert "<style" not in html
    assert "style=" not in html
    assert "<script" not in html


def test_every_mail_says_that_it_is_automatic_and_belongs_to_its_tickets_thread(incident, agent, requester, settings):
    settings.MAIL_REPLY_TO = "desk@example.org"
    say(incident, "First.", agent)
    say(incident, "Second.", agent)
    mails.send_due()

    first, second = (message_from_bytes(sent.message().as_bytes()) for sent in outgoing.outbox)
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].startswith(f"<{incident.number}.")
    assert first["Message-ID"].endswith("@127.0.0.1>")
    for header in ("In-Reply-To", "References"):
        assert first[header] == second[header] == f"<{incident.number}.thread@127.0.0.1>"
    for sent in (first, second):
        assert sent["Auto-Submitted"] == "auto-generated"
        assert sent["X-Auto-Response-Suppress"] == "All"
        assert sent["Reply-To"] == "desk@example.org"
        assert sent["List-Unsubscribe"] == "<http://127.0.0.1:8000/profile/notifications/>"


def test_a_message_id_is_the_same_each_time_and_differs_by_recipient_and_secret(settings):
    first = message_id("INC0000001", 7, 3)

    assert message_id("INC0000001", 7, 3) == first
    assert message_id("INC0000001", 7, 4) != first
    settings.SECRET_KEY = "another secret"
    assert message_id("INC0000001", 7, 3) != first


@pytest.mark.parametrize(
    "title",
    [
        "Harmless\nBcc: everybody@example.org",
        "Harmless\r\nBcc: everybody@example.org",
        "Harmless\u2028Bcc: everybody@example.org",
        "Harmless \u202e gro.elpmaxe@ydobyreve :ccB",
        "Harmless\x0bBcc: everybody@example.org",
    ],
)
def test_a_title_cannot_add_a_header(incident, agent, requester, title):
    Ticket.objects.filter(pk=incident.pk).update(title=title)
    say(incident, "We are on it.", agent)
    mails.send_due()

    (sent,) = outgoing.outbox
    read = message_from_bytes(sent.message().as_bytes())
    assert read["Bcc"] is None
    assert sent.subject == one_line(sent.subject)
    assert sent.recipients() == ["ben@example.org"]


def test_words_from_people_are_no_markup_in_a_mail(incident, agent, requester):
    Ticket.objects.filter(pk=incident.pk).update(title="<img src=x onerror=alert(1)>")
    say(incident, "<script>alert(2)</script> [x](javascript:alert(3))", agent)
    mails.send_due()

    html = outgoing.outbox[0].alternatives[0][0]
    assert "<img" not in html
    assert "<script" not in html
    assert 'href="javascript:' not in html


def test_internal_words_are_never_mailed_to_the_requester_and_are_marked_for_the_desk(
    incident, agent, manager, requester
):
    services.set_preferences(actor=agent, wanted={Notice.NOTE: Wish(in_product=True, by_mail=True)})
    perform(incident, "assign", actor=manager, assignee=agent)
    say(incident, "They always break it.", manager, audience="internal")
    perform(incident, "escalate_up", actor=agent, reason="Their own fault")
    perform(incident, "cancel", actor=agent, reason="Nonsense, as ever")
    outbox.sweep_deliveries()
    mails.send_due()

    to_requester = [sent for sent in outgoing.outbox if sent.to == [requester.email]]
    everything = " ".join(sent.body + sent.alternatives[0][0] for sent in to_requester)
    assert to_requester
    assert "break it" not in everything
    assert "fault" not in everything
    assert "Nonsense" not in everything
    (note,) = (sent for sent in outgoing.outbox if sent.to == [agent.email] and "break it" in sent.body)
    assert "Internal note" in note.body


def test_each_way_can_be_switched_off_alone(incident, agent, requester):
    services.set_preferences(actor=requester, wanted={Notice.REPLY: Wish(in_product=True, by_mail=False)})
    say(incident, "One.", agent)
    assert Notification.objects.filter(user=requester).count() == 1
    assert not Mail.objects.filter(user=requester).exists()

    services.set_preferences(actor=requester, wanted={Notice.REPLY: Wish(in_product=False, by_mail=True)})
    say(incident, "Two.", agent)
    assert Notification.objects.filter(user=requester).count() == 1
    assert Mail.objects.filter(user=requester).count() == 1


def test_teams_arrivals_are_not_mailed_unless_somebody_asks_for_it(agent, manager, requester, desk):
    services.set_preferences(actor=manager, wanted={Notice.TEAM: Wish(in_product=True, by_mail=True)})
    open_incident(actor=requester, requester=requester, title="Printer")
    outbox.sweep_deliveries()

    assert list(Mail.objects.values_list("user", flat=True)) == [manager.pk]
    assert Notification.objects.filter(notice=Notice.TEAM).count() == 2


def test_a_person_without_an_address_is_told_in_the_product_alone(incident, agent, requester):
    requester.email = ""
    requester.save()
    say(incident, "We are on it.", agent)

    assert not Mail.objects.exists()
    assert Notification.objects.filter(user=requester).exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda person, incident: type(person).objects.filter(pk=person.pk).update(is_active=False),
            "no longer active",
        ),
        (lambda person, incident: type(person).objects.filter(pk=person.pk).update(email=""), "no mail address"),
        (lambda person, incident: Ticket.objects.filter(pk=incident.pk).update(reader_ids=[]), "may not read it"),
    ],
)
def test_a_mail_that_waits_is_withdrawn_when_its_reader_loses_sight_of_the_ticket(
    incident, agent, requester, change, why
):
    say(incident, "We are on it.", agent)
    change(requester, incident)

    mails.send_due()

    assert outgoing.outbox == []
    mail = Mail.objects.get()
    assert mail.withdrawn_at is not None
    assert why in mail.error
    assert mail.failed_at is None


def test_a_ticket_restricted_before_the_mail_goes_out_is_mailed_to_nobody_outside_its_circle(
    incident, agent, manager, network
):
    services.set_preferences(actor=manager, wanted={Notice.TEAM: Wish(in_product=True, by_mail=True)})
    say(incident, "It burns.", incident.requester)
    Ticket.objects.filter(pk=incident.pk).update(is_restricted=True, restricted_team_ids=[network.pk])

    mails.send_due()

    assert outgoing.outbox == []
    assert Mail.objects.get(user=manager).withdrawn_at is not None


def test_a_mail_goes_to_the_address_that_the_person_has_now(incident, agent, requester):
    say(incident, "We are on it.", agent)
    type(requester).objects.filter(pk=requester.pk).update(email="new@example.org")

    mails.send_due()

    assert outgoing.outbox[0].to == ["new@example.org"]
    assert Mail.objects.get().address == "new@example.org"


def test_what_was_sent_is_not_sent_again(incident, agent, requester):
    say(incident, "We are on it.", agent)
    mails.send_due()
    make_due()
    mails.send_due()

    assert len(outgoing.outbox) == 1


def test_a_server_that_is_away_costs_one_attempt_of_one_mail_and_loses_nothing(incident, agent, requester, failing):
    for n in range(3):
        say(incident, f"Word {n}", agent)
    failing.refuses_connection = True
    assert mails.send_due() == 1
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    assert "nobody listens" in Mail.objects.get(attempts=1).error

    failing.refuses_connection = False
    make_due()
    assert mails.send_due() == 3
    assert len(outgoing.outbox) == 3
    assert not Mail.objects.filter(sent_at=None).exists()


def test_a_mail_that_fails_waits_longer_each_time_and_does_not_hold_up_the_others(incident, agent, requester, failing):
    say(incident, "We are on it.", agent)
    failing.error = smtplib.SMTPDataError(451, b"try later")
    waits = []
    for _ in range(3):
        before = timezone.now()
        mails.send_due()
        waits.append(round((Mail.objects.get().next_at - before).total_seconds()))
        make_due()

    assert waits == [30, 60, 120]

    say(incident, "And another.", agent)
    failing.error = None
    mails.send_due()
    assert [sent.body.count("another") for sent in outgoing.outbox] == [1, 0]


def test_a_mail_that_goes_on_failing_is_put_aside_and_can_be_retried(incident, agent, requester, failing):
    say(incident, "We are on it.", agent)
    failing.error = smtplib.SMTPDataError(451, b"try later")
    for _ in range(mails.ATTEMPTS):
        make_due()
        mails.send_due()
    mail = Mail.objects.get()
    assert mail.failed_at is not None
    make_due()
    assert mails.send_due() == 0

    failing.error = None
    assert mails.retry(mail.pk) == 1
    assert mails.send_due() == 1
    assert len(outgoing.outbox) == 1


@pytest.mark.parametrize(("code", "is_final"), [(550, True), (450, False)])
def test_an_address_refused_for_good_is_put_aside_at_once(incident, agent, requester, failing, code, is_final):
    say(incident, "We are on it.", agent)
    failing.error = smtplib.SMTPRecipientsRefused({"ben@example.org": (code, b"no such user")})
    mails.send_due()

    assert (Mail.objects.get().failed_at is not None) is is_final


def test_a_worker_that_dies_after_sending_sends_again_under_the_same_message_id(
    incident, agent, requester, monkeypatch
):
    """The one case in which a mail can go out twice: accepted by the server, and dead before the mark."""
    say(incident, "We are on it.", agent)

    def die(*_arguments, **_values):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(mails, "_mark", die)
        with pytest.raises(SystemExit):
            mails.send_due()
    assert mails.send_due() == 0  # the lease holds
    make_due()
    mails.send_due()

    identities = [sent.extra_headers["Message-ID"] for sent in outgoing.outbox]
    assert len(identities) == 2
    assert len(set(identities)) == 1


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_send_each_mail_once(agent, requester, desk):
    incident = open_incident(actor=requester, requester=requester, title="Printer")
    for n in range(20):
        add_comment(ticket=incident, text=f"Word {n}", actor=agent, audience="requester")
    outbox.sweep_deliveries()

    def send():
        try:
            mails.send_due()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    identities = [sent.extra_headers["Message-ID"] for sent in outgoing.outbox]
    assert len(identities) == len(set(identities)) == 20
    assert not Mail.objects.filter(sent_at=None).exists()


def test_the_worker_sweeps_mails_too_when_nobody_asks(incident, agent, requester):
    say(incident, "We are on it.", agent)

    assert sweeps.run_unasked(after_seconds=0)["mails"] == 1
    assert len(outgoing.outbox) == 1


def test_only_mails_that_ended_long_ago_are_pruned(incident, agent, requester):
    for n in range(3):
        say(incident, f"Word {n}", agent)
    sent, waits, _new = Mail.objects.order_by("pk")
    long_ago = timezone.now() - timedelta(days=91)
    Mail.objects.filter(pk=sent.pk).update(created_at=long_ago, sent_at=long_ago)
    Mail.objects.filter(pk=waits.pk).update(created_at=long_ago)

    assert mails.prune() == 1
    assert not Mail.objects.filter(pk=sent.pk).exists()
