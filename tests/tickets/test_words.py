"""Who may write on a ticket that they read."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from core.moves import perform
from incidents.models import Incident
from incidents.services import tell_requesters_of_children
from tickets.models import Attachment, Comment
from tickets.services.files import attach
from tickets.services.linking import set_parent
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("audience", ["requester", "internal"])
def test_an_auditor_reads_a_ticket_and_writes_nothing_on_it(ticket, agent, auditor, audience):
    perform(ticket, "take", actor=agent)
    perform(ticket, "hold", actor=agent, hold_reason="requester", hold_awaits="Which roll?")

    with pytest.raises(PermissionDenied):
        add_comment(ticket=ticket, text="I am only looking.", actor=auditor, audience=audience)
    with pytest.raises(PermissionDenied):
        attach(ticket=ticket, files=[SimpleUploadedFile("a.txt", b"a")], actor=auditor, audience=audience)

    assert Incident.objects.get(pk=ticket.pk).status == "on_hold"
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()


def test_an_auditor_writes_on_what_they_asked_for_as_its_requester(opened, auditor):
    own = opened(requester=auditor)

    assert add_comment(ticket=own, text="It is my own.", actor=auditor, audience="requester").is_from_requester


def test_the_same_words_to_the_children_are_said_once_on_each(opened, agent):
    parent = opened("Wi-Fi is down")
    children = [set_parent(child=opened(), parent=parent, actor=agent) for _each in range(2)]

    for _click in range(2):
        assert tell_requesters_of_children(parent=parent, text="We are on it.", actor=agent) == 2

    assert sorted(Comment.objects.values_list("ticket_id", flat=True)) == sorted(each.pk for each in children)


def test_a_requesters_answer_still_ends_the_hold(ticket, agent, requester):
    perform(ticket, "take", actor=agent)
    perform(ticket, "hold", actor=agent, hold_reason="requester", hold_awaits="Which roll?")

    add_comment(ticket=ticket, text="The blue one.", actor=requester, audience="requester")

    assert Incident.objects.get(pk=ticket.pk).status == "in_progress"
