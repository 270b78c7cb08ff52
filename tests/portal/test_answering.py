"""What a requester does with their ticket: answer, confirm, reopen, withdraw, follow up; and what is refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.models import Activity
from core.moves import perform
from incidents.models import Incident
from tests.portal.conftest import resolution
from tickets.models import Attachment, Comment, Draft, Link, Ticket

pytestmark = pytest.mark.django_db


def send(client, name, incident, **data):
    return client.post(reverse(name, args=[incident.number]), data)


def again(incident):
    return Incident.objects.get(pk=incident.pk)


def test_a_reply_ends_the_hold_for_the_requester(signed_in, requester, waiting):
    answer = send(signed_in(requester), "portal-reply", waiting, body="The small roll.")

    said = Comment.objects.get(ticket=waiting, author=requester)
    assert answer.status_code == 302
    assert again(waiting).status == "in_progress"
    assert (said.text, said.audience, said.is_from_requester) == ("The small roll.", "requester", True)


def test_somebody_of_the_desk_answers_their_own_ticket_as_its_requester(signed_in, agent, manager, opened):
    own = perform(opened(requester=agent), "take", actor=manager)
    own = perform(own, "hold", actor=manager, hold_reason="requester")

    send(signed_in(agent), "portal-reply", own, body="Here it is.")

    assert again(own).status == "in_progress"


def test_a_reply_takes_the_draft_away(signed_in, requester, incident):
    client = signed_in(requester)
    client.post(reverse("ticket-draft", args=[incident.number]), {"body": "Half a th"})
    assert "Half a th" in client.get(reverse("portal-ticket", args=[incident.number])).content.decode()

    send(client, "portal-reply", incident, body="A whole thought.")

    assert not Draft.objects.filter(ticket=incident).exists()


def test_a_reply_pressed_twice_is_said_once(signed_in, requester, incident):
    client = signed_in(requester)

    for _press in range(2):
        answer = client.post(
            reverse("portal-reply", args=[incident.number]),
            {"body": "Still blank.", "files": SimpleUploadedFile("a.txt", b"one")},
        )

    assert answer.status_code == 302
    assert Comment.objects.filter(ticket=incident).count() == 1
    assert Attachment.objects.filter(ticket=incident).count() == 1


def test_the_same_words_later_are_said_again(signed_in, requester, incident):
    client = signed_in(requester)
    send(client, "portal-reply", incident, body="Any news?")
    Comment.objects.filter(ticket=incident).update(created_at=timezone.now() - timedelta(seconds=11))

    send(client, "portal-reply", incident, body="Any news?")

    assert Comment.objects.filter(ticket=incident).count() == 2


def test_an_empty_reply_is_refused_and_a_file_alone_is_not(signed_in, requester, incident):
    client = signed_in(requester)

    assert send(client, "portal-reply", incident, body="  ").status_code == 422
    assert send(client, "portal-reply", incident, body="", files=SimpleUploadedFile("a.txt", b"one")).status_code == 302

    shown = client.get(reverse("portal-ticket", args=[incident.number])).content.decode()
    assert "a.txt" in shown
    assert not Comment.objects.filter(ticket=incident).exists()


def test_a_drawing_with_a_program_is_refused_and_the_words_are_kept(signed_in, requester, incident):
    bad = SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")

    answer = send(signed_in(requester), "portal-reply", incident, body="See the drawing.", files=bad)

    assert answer.status_code == 422
    assert "See the drawing." in answer.content.decode()
    assert "drawing with a program" in answer.content.decode()
    assert not Comment.objects.filter(ticket=incident).exists()
    assert not Attachment.objects.filter(ticket=incident).exists()


def test_nul_bytes_are_left_out_of_a_reply(signed_in, requester, incident):
    send(signed_in(requester), "portal-reply", incident, body="a\x00b")

    assert Comment.objects.get(ticket=incident).text == "ab"


def test_words_beyond_the_limit_are_refused_and_kept(signed_in, requester, incident):
    answer = send(signed_in(requester), "portal-reply", incident, body="x" * 50_001)

    assert answer.status_code == 422
    assert "x" * 1000 in answer.content.decode()


def test_a_body_of_six_megabytes_gets_a_clear_error(signed_in, requester, incident):
    answer = send(signed_in(requester), "portal-reply", incident, body="x" * (6 * 1024 * 1024))

    assert answer.status_code == 400
    assert "Nothing was saved" in answer.content.decode()
    assert not Comment.objects.filter(ticket=incident).exists()


def test_files_are_given_to_the_requester_and_to_no_stranger(signed_in, requester, stranger, incident):
    send(signed_in(requester), "portal-reply", incident, body="See", files=SimpleUploadedFile("a.txt", b"one"))
    address = reverse("file", args=[Attachment.objects.get(ticket=incident).key])

    assert signed_in(requester).get(address).status_code == 200
    assert signed_in(stranger).get(address).status_code == 404


def test_it_works_closes_it_and_twice_is_as_once(signed_in, requester, resolved):
    client = signed_in(requester)

    answers = [send(client, "portal-confirm", resolved).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert again(resolved).status == "closed"
    assert Activity.objects.filter(subject_id=resolved.pk, verb="incident.closed").count() == 1


def test_what_is_not_solved_cannot_be_confirmed(signed_in, requester, waiting):
    answer = send(signed_in(requester), "portal-confirm", waiting)

    assert answer.status_code == 409
    assert "Nothing was changed" in answer.content.decode()
    assert again(waiting).status == "on_hold"


def test_a_colleague_who_sees_it_does_not_confirm_for_the_requester(signed_in, colleague, northgate, resolved):
    northgate.people_see_all = True
    northgate.save(update_fields=["people_see_all"])

    answer = send(signed_in(colleague), "portal-confirm", resolved)

    assert answer.status_code == 409
    assert again(resolved).status == "resolved"


def test_not_yet_asks_what_is_wrong_and_goes_on(signed_in, requester, resolved):
    client = signed_in(requester)
    refused = send(client, "portal-reopen", resolved, reason="")
    assert refused.status_code == 422
    assert again(resolved).status == "resolved"

    answers = [send(client, "portal-reopen", resolved, reason="Blank again.").status_code for _press in range(2)]

    assert answers == [302, 302]
    assert again(resolved).status == "in_progress"
    assert Comment.objects.filter(ticket=resolved, text="Blank again.", audience="requester").count() == 1
    assert Activity.objects.filter(subject_id=resolved.pk, verb="incident.reopened").count() == 1


def test_beyond_the_window_reopening_is_refused_and_the_words_are_kept(signed_in, requester, resolved):
    Ticket.objects.filter(pk=resolved.pk).update(resolved_at=timezone.now() - timedelta(days=15))
    client = signed_in(requester)

    answer = send(client, "portal-reopen", resolved, reason="Blank again.")

    assert answer.status_code == 409
    assert "Blank again." in answer.content.decode()
    assert again(resolved).status == "resolved"
    assert "Not yet" not in client.get(reverse("portal")).content.decode()


def test_a_requester_withdraws_what_is_open_and_nothing_else(signed_in, requester, incident, opened, agent):
    client = signed_in(requester)
    done = perform(opened("Scanner dark"), "resolve", actor=agent, **resolution())

    assert send(client, "portal-withdraw", incident, reason="").status_code == 302
    assert send(client, "portal-withdraw", incident, reason="").status_code == 302
    assert send(client, "portal-withdraw", done, reason="Never mind").status_code == 409

    assert again(incident).status == "cancelled"
    assert again(done).status == "resolved"


def test_words_on_a_closed_ticket_open_a_follow_up_once_and_say_so(signed_in, requester, resolved):
    closed = perform(resolved, "close", actor=requester)
    client = signed_in(requester)
    client.get(reverse("portal-ticket", args=[closed.number]))

    for _press in range(2):
        answer = client.post(reverse("portal-reply", args=[closed.number]), {"body": "It is back."}, follow=True)

    follow_up = Incident.objects.get(links_out__target_id=closed.pk, links_out__kind=Link.Kind.FOLLOW_UP_OF)
    shown = answer.content.decode()
    assert Link.objects.filter(target_id=closed.pk).count() == 1
    assert follow_up.description == "It is back."
    assert f"{closed.number} is closed, so your words opened {follow_up.number}" in shown
    assert "Follows up" in shown
    assert again(closed).status == "closed"


def test_a_follow_up_takes_the_draft_away_and_a_refused_one_keeps_it(signed_in, requester, resolved):
    closed = perform(resolved, "close", actor=requester)
    client = signed_in(requester)
    Draft.objects.create(ticket_id=closed.pk, user=requester, text="It is b")

    send(client, "portal-reply", closed, body=" ")
    assert Draft.objects.filter(ticket=closed, user=requester).exists()

    send(client, "portal-reply", closed, body="It is back.")
    assert not Draft.objects.filter(ticket=closed, user=requester).exists()


def test_an_empty_reply_opens_no_follow_up(signed_in, requester, resolved):
    closed = perform(resolved, "close", actor=requester)

    assert send(signed_in(requester), "portal-reply", closed, body=" ").status_code == 422
    assert not Link.objects.filter(target_id=closed.pk).exists()


def test_a_follow_up_of_a_restricted_ticket_is_as_restricted(signed_in, requester, network, opened, agent):
    incident = opened("Suspicion", restricted_teams=[network])
    closed = perform(incident, "withdraw", actor=requester)

    send(signed_in(requester), "portal-reply", closed, body="It is back.")

    follow_up = Incident.objects.get(links_out__target_id=closed.pk)
    assert follow_up.is_restricted
    assert not Incident.objects.visible_to(User.objects.get(pk=agent.pk)).filter(pk=follow_up.pk).exists()
