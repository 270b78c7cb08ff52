"""Writing on a ticket: drafts, canned replies, mentions, a reply that puts on hold."""

import pytest

from core.models import Activity
from core.moves import perform
from notifications.models import Notification
from tests.factories import UserFactory
from tickets.models import CannedReply, Comment, Draft

pytestmark = pytest.mark.django_db

QUESTION = "Which printer is it?"


@pytest.fixture
def taken(ticket, agent):
    return perform(ticket, "take", actor=agent)


def post(browser, ticket, **data):
    return browser.post(f"/tickets/{ticket.number}/comment/", data, follow=True)


def test_a_reply_can_put_it_on_hold_for_the_requester(mara, taken):
    page = mara.get(taken.get_absolute_url()).content.decode()
    assert "Send and put on hold for the requester" in page

    post(mara, taken, body=QUESTION, audience="public", then="hold")

    taken.refresh_from_db()
    assert (taken.status, taken.hold_reason, taken.hold_awaits) == ("on_hold", "requester", QUESTION)
    assert Comment.objects.get().audience == "requester"


def test_a_reply_sent_twice_by_two_clicks_is_said_once(mara, taken):
    for _click in range(2):
        post(mara, taken, body=QUESTION, audience="public", then="hold")
    assert Comment.objects.count() == 1
    taken.refresh_from_db()
    assert taken.status == "on_hold"

    post(mara, taken, body=f"{QUESTION} The big one?", audience="public")
    assert Comment.objects.count() == 2


def test_what_is_no_text_in_a_search_for_names_finds_nobody(mara, taken):
    for page in ("mentions", "canned/options"):
        assert mara.get(f"/tickets/{taken.number}/{page}/", {"q": "\x00zz"}).status_code == 200
    assert mara.get("/palette/", {"q": "a\x00b"}).status_code == 200


def test_the_palette_tells_a_requester_no_more_than_the_portal(signed_in, ticket, requester, mara, desk):
    """Which team has it is the desk's own: an operator may not find it out."""
    assert ticket.number in mara.get("/palette/", {"q": f"team:{desk.key}"}).content.decode()
    assert ticket.number not in signed_in(requester).get("/palette/", {"q": f"team:{desk.key}"}).content.decode()
    assert ticket.number in signed_in(requester).get("/palette/", {"q": ticket.number}).content.decode()


def test_a_note_puts_nothing_on_hold_and_is_kept(mara, taken, agent):
    answer = post(mara, taken, body=QUESTION, audience="internal", then="hold")

    assert "Only a public reply" in answer.content.decode()
    taken.refresh_from_db()
    assert taken.status == "in_progress"
    assert not Comment.objects.exists()
    assert Draft.objects.get(user=agent).text == QUESTION


def test_what_cannot_be_held_sends_nothing(mara, ticket, agent):
    """A new incident has to be taken before it waits."""
    answer = post(mara, ticket, body=QUESTION, audience="public", then="hold")

    assert "Not sent" in answer.content.decode()
    assert not Comment.objects.exists()
    kept = Draft.objects.get(user=agent)
    assert (kept.text, kept.audience) == (QUESTION, "public")


def test_a_draft_comes_back_for_its_audience(mara, ticket, agent):
    mara.post(f"/tickets/{ticket.number}/draft/", {"body": "Dear Ben", "audience": "public"})

    page = mara.get(ticket.get_absolute_url()).content.decode()

    assert "Dear Ben" in page
    assert 'value="public" checked' in page
    mara.post(f"/tickets/{ticket.number}/draft/", {"body": " "})
    assert not Draft.objects.exists()


def test_nobody_else_sees_a_draft(mara, sam, ticket):
    mara.post(f"/tickets/{ticket.number}/draft/", {"body": "Secretly"})

    assert "Secretly" not in sam.get(ticket.get_absolute_url()).content.decode()


def test_whoever_is_named_and_not_told_is_said(mara, ticket, elsewhere):
    UserFactory(username="outsider", organisation=elsewhere)

    page = post(mara, ticket, body="@outsider and @nobody.here, look", audience="internal").content.decode()

    assert "Not told: @outsider, @nobody.here." in page
    assert "Not told" not in post(mara, ticket, body="@mara, look", audience="internal").content.decode()


def test_a_canned_reply_goes_into_what_is_being_written(mara, ticket, agent):
    reply = CannedReply.objects.create(title="Ask which", text="Dear {{ requester_first_name }}, which one?")
    url = f"/tickets/{ticket.number}/canned/"
    assert "Dear Ben, which one?" in mara.get(url).content.decode()

    mara.post(url, {"canned": reply.pk, "body": "Good morning", "audience": "public"})

    kept = Draft.objects.get(user=agent)
    assert (kept.text, kept.audience) == ("Good morning\n\nDear Ben, which one?", "public")


def test_what_was_typed_is_kept_on_the_way_to_the_canned_replies(mara, ticket, agent):
    """As the composer's button does without JavaScript."""
    reply = CannedReply.objects.create(title="Ask which", text="Which one?")
    url = f"/tickets/{ticket.number}/canned/"

    answer = mara.post(url, {"body": "Good morning", "audience": "public"})
    assert "Which one?" in answer.content.decode()
    mara.post(url, {"canned": reply.pk, "audience": "public"})

    assert Draft.objects.get(user=agent).text == "Good morning\n\nWhich one?"


def test_two_colons_offer_replies_by_title(mara, ticket):
    CannedReply.objects.create(title="Ask which", text="Which one, {{ requester }}?")
    CannedReply.objects.create(title="Thank", text="Thank you")

    answer = mara.get(f"/tickets/{ticket.number}/canned/options/", {"q": "ask"}).content.decode()

    assert 'data-value="Which one, Ben Achterberg?"' in answer
    assert "Thank" not in answer


def test_another_teams_reply_is_neither_offered_nor_taken(mara, ticket, network):
    theirs = CannedReply.objects.create(title="Theirs", text="Reboot the switch", team=network)
    url = f"/tickets/{ticket.number}/canned/"

    assert "Reboot" not in mara.get(url).content.decode()
    assert mara.post(url, {"canned": theirs.pk}).status_code == 404
    assert not Draft.objects.exists()


def test_a_requester_has_no_canned_replies(signed_in, requester, ticket):
    CannedReply.objects.create(title="Ask which", text="Which one?")
    browser = signed_in(requester)

    assert browser.get(f"/tickets/{ticket.number}/canned/").status_code == 403
    assert "Which" not in browser.get(f"/tickets/{ticket.number}/canned/options/").content.decode()


def test_looking_at_a_ticket_reads_what_was_told_of_it(mara, sam, ticket, agent, opened):
    other = opened("Another")
    for each in (ticket, other):
        told = Activity.objects.filter(subject_kind="ticket", subject_id=each.pk).latest("pk")
        Notification.objects.create(
            user=agent, notice="note", activity_id=told.pk, subject_kind="ticket", subject_id=each.pk
        )

    mara.post(f"/tickets/{ticket.number}/presence/", {"doing": "reading"})

    unread = Notification.objects.filter(user=agent, read_at=None)
    assert [each.subject_id for each in unread] == [other.pk]
