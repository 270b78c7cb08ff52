"""Two tickets about the same become one: nothing is lost, nobody sees what they must not, and it can be undone."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.exceptions import AnswersMissing, MoveRefused, Refused
from core.models import Activity
from core.moves import perform
from tests.factories import ConfigurationItemFactory
from tickets.models import Attachment, Comment, Link, Ticket, TicketCi, Watcher
from tickets.search import search
from tickets.services.files import attach
from tickets.services.linking import add_ci, set_parent, unlink, visible_links
from tickets.services.merging import merge, undo_merge
from tickets.services.referring import refer
from tickets.services.restricting import restrict
from tickets.services.tasks import open_task
from tickets.services.watching import watch
from tickets.services.words import add_comment, redact_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(opened, colleague):
    return opened("Labels blank at dock 2", description="Since noon.", requester=colleague, actor=colleague)


@pytest.fixture
def target(opened):
    return opened("Label printer prints blank labels")


def words(ticket, person):
    return [(each.text, each.audience) for each in Comment.objects.visible_to(person).filter(ticket_id=ticket.pk)]


def test_the_source_is_closed_as_a_duplicate_that_points_at_the_target(source, target, agent):
    merge(source=source, into=target, actor=agent)

    source = Ticket.objects.get(pk=source.pk)
    assert source.stage == "closed"
    assert [(each["link"].kind, each["other"].pk) for each in visible_links(source, agent)] == [
        ("duplicate_of", target.pk)
    ]
    assert Activity.objects.filter(subject_id=source.pk, verb="incident.merged").count() == 1
    assert Activity.objects.get(subject_id=target.pk, verb="ticket.took_over").data["source"] == source.pk


def test_words_stand_on_the_target_each_for_whom_it_was_meant(source, target, agent, requester, colleague):
    public = add_comment(ticket=source, text="Try the other dock.", actor=agent, audience="requester")
    add_comment(ticket=source, text="Firmware again?", actor=agent, audience="internal")

    merge(source=source, into=target, actor=agent)

    assert words(target, agent) == [
        ("Labels blank at dock 2\n\nSince noon.", "requester"),
        ("Try the other dock.", "requester"),
        ("Firmware again?", "internal"),
    ]
    assert [text for text, _ in words(target, requester)] == [text for text, _ in words(target, agent)][:2]
    copy = Comment.objects.get(ticket_id=target.pk, text="Try the other dock.")
    assert (copy.author, copy.created_at, copy.merged_from_id) == (agent, public.created_at, source.pk)
    assert Comment.objects.filter(ticket_id=source.pk).count() == 2
    assert {hit.ticket.pk for hit in search(agent, "firmware").hits} == {source.pk, target.pk}
    assert search(requester, "firmware").hits == []


def test_files_come_along_as_the_same_files_with_keys_of_their_own(source, target, agent, requester, colleague):
    note = add_comment(ticket=source, text="See the dump.", actor=agent)
    upload = SimpleUploadedFile("dump.txt", b"core")
    original = attach(ticket=source, files=[upload], actor=agent, comment=note)[0]
    photo = SimpleUploadedFile("photo.txt", b"seen")
    attach(ticket=source, files=[photo], actor=colleague, audience="requester")

    merge(source=source, into=target, actor=agent)

    copy = Attachment.objects.get(ticket_id=target.pk, name="dump.txt")
    assert copy.key != original.key
    assert copy.file.open("rb").read() == b"core"
    assert copy.comment.text == "See the dump."
    assert [each.name for each in Attachment.objects.visible_to(requester)] == ["photo.txt"]


def test_whoever_asked_or_watched_there_watches_and_sees_the_target(source, target, agent, colleague, second_line):
    watch(ticket=source, user=second_line, actor=second_line)
    assert not Ticket.objects.visible_to(colleague).filter(pk=target.pk).exists()

    merge(source=source, into=target, actor=agent)

    assert set(Watcher.objects.filter(ticket_id=target.pk).values_list("user", flat=True)) == {
        colleague.pk,
        second_line.pk,
    }
    assert Ticket.objects.visible_to(colleague).filter(pk=target.pk).exists()


def test_items_come_along_once(source, target, agent, northgate):
    shared, own = ConfigurationItemFactory(organisation=northgate), ConfigurationItemFactory(organisation=northgate)
    for ticket, item in ((source, shared), (source, own), (target, shared)):
        add_ci(ticket=ticket, ci=item, actor=agent)

    merge(source=source, into=target, actor=agent)

    assert set(TicketCi.objects.filter(ticket_id=target.pk).values_list("ci_id", flat=True)) == {shared.pk, own.pk}


def test_undoing_leaves_both_as_they_were_and_keeps_what_was_said_since(source, target, agent, colleague, northgate):
    add_comment(ticket=source, text="From before.", actor=agent, audience="requester")
    attach(ticket=source, files=[SimpleUploadedFile("a.txt", b"a")], actor=colleague, audience="requester")
    add_ci(ticket=source, ci=ConfigurationItemFactory(organisation=northgate), actor=agent)
    own = add_comment(ticket=target, text="Its own.", actor=agent)
    merge(source=source, into=target, actor=agent)
    since = add_comment(ticket=target, text="Said since.", actor=agent)

    undone = undo_merge(source=source, actor=agent)

    assert undone.stage == "open"
    assert set(Comment.objects.filter(ticket_id=target.pk)) == {own, since}
    assert Comment.objects.get(ticket_id=source.pk).text == "From before."
    assert [each.ticket_id for each in Attachment.objects.all()] == [source.pk]
    assert Attachment.objects.get().file.open("rb").read() == b"a"
    assert not Watcher.objects.filter(ticket_id=target.pk).exists()
    assert not TicketCi.objects.filter(ticket_id=target.pk).exists()
    assert not Link.objects.exists()
    assert not Ticket.objects.visible_to(colleague).filter(pk=target.pk).exists()
    assert [hit.ticket.pk for hit in search(agent, '"from before"').hits] == [source.pk]
    assert merge(source=source, into=target, actor=agent).pk == target.pk


def test_what_was_redacted_on_the_target_is_redacted_where_it_came_from(source, target, agent):
    add_comment(ticket=source, text="The pin is 4711.", actor=agent)
    merge(source=source, into=target, actor=agent)
    copy = Comment.objects.get(ticket_id=target.pk, text__contains="4711")
    redact_comment(comment=copy, actor=agent, reason="A pin")

    undo_merge(source=source, actor=agent)

    assert not Comment.objects.filter(text__contains="4711").exists()


def test_it_can_be_undone_for_ten_minutes_alone(source, target, agent):
    merge(source=source, into=target, actor=agent)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)), pytest.raises(MoveRefused, match="ten minutes"):
        undo_merge(source=source, actor=agent)
    assert Link.objects.exists()


def test_what_was_cancelled_and_not_merged_has_no_merge_to_undo(source, agent):
    perform(source, "cancel", actor=agent, reason="Mistaken")

    with pytest.raises(MoveRefused):
        undo_merge(source=source, actor=agent)


def test_what_cannot_be_merged_says_why_and_stays_as_it_was(source, target, opened, agent, desk, supplier_organisation):
    done, third, parent = opened("Done"), opened("Third"), opened("Parent")
    perform(done, "cancel", actor=agent, reason="Mistaken")
    busy = opened("Busy")
    open_task(ticket=busy, title="Swap it", actor=agent)
    away = opened("Away")
    refer(ticket=away, supplier=supplier_organisation, actor=agent)
    child = set_parent(child=opened("Child"), parent=parent, actor=agent)
    merged = opened("Merged")
    merge(source=merged, into=third, actor=agent)

    for one, into, reason in [
        (target, target, "itself"),
        (source, done, "no longer being worked on|duplicate|cancelled"),
        (busy, target, "tasks"),
        (away, target, "supplier"),
        (child, parent, "parent and its child"),
        (parent, target, "children"),
        (source, merged, "duplicate"),
        (merged, target, "cancelled"),
    ]:
        before = Ticket.objects.get(pk=one.pk).version
        with pytest.raises(MoveRefused, match=f"(?i){reason}"):
            merge(source=one, into=into, actor=agent)
        assert Ticket.objects.get(pk=one.pk).version == before
    assert not Comment.objects.filter(ticket_id=target.pk).exists()


def test_a_requester_may_not_merge(source, target, requester, agent):
    with pytest.raises(PermissionDenied):
        merge(source=source, into=target, actor=requester)

    assert merge(source=source, into=target, actor=agent)


def test_a_requester_of_another_company_is_not_shown_the_target(opened, target, stranger, agent, elsewhere):
    foreign = opened("The same, elsewhere", requester=stranger)

    for one, into in ((foreign, target), (target, foreign)):
        with pytest.raises(MoveRefused, match="another organisation"):
            merge(source=one, into=into, actor=agent)


def test_circles_that_differ_are_not_mixed(source, target, agent, desk, requester, colleague):
    restrict(ticket=target, teams=[desk], actor=agent, reason="Security")
    with pytest.raises(MoveRefused, match="different people"):
        merge(source=source, into=target, actor=agent)

    restrict(ticket=source, teams=[desk], actor=agent, reason="Security")
    with pytest.raises(MoveRefused, match="different people"):
        merge(source=source, into=target, actor=agent)


def test_one_circle_may_merge_its_own(opened, agent, desk):
    one, other = opened("One"), opened("Other")
    for ticket in (one, other):
        restrict(ticket=ticket, teams=[desk], actor=agent, reason="Security")

    assert merge(source=one, into=other, actor=agent).is_restricted


def test_a_target_that_one_does_not_see_cannot_be_merged_into(source, target, agent, network):
    Ticket.objects.filter(pk=target.pk).update(is_restricted=True, restricted_team_ids=[network.pk], reader_ids=[])

    with pytest.raises(AnswersMissing) as refused:
        merge(source=source, into=target, actor=agent)
    assert target.title not in str(refused.value)
    assert Ticket.objects.get(pk=source.pk).stage == "open"


def test_a_merge_is_not_taken_apart_by_unlinking(source, target, agent):
    merge(source=source, into=target, actor=agent)

    with pytest.raises(Refused, match="undo the merge"):
        unlink(link=Link.objects.get(), actor=agent)
