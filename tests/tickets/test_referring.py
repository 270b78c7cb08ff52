"""A supplier gets what was referred to it, and no more; the desk keeps hold of when and what."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Organisation
from core.exceptions import AnswersMissing, Refused
from core.models import Activity
from core.moves import perform
from tests.factories import OrganisationFactory, UserFactory
from tickets.models import Comment, Ticket
from tickets.search import search
from tickets.services.referring import chase, edit_referral, hand_back, refer, take_back, visible_referrals
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(ticket, agent, supplier_organisation):
    return refer(
        ticket=ticket, supplier=supplier_organisation, actor=agent, reference="NC-77", question="Is the line cut?"
    )


def test_a_suppliers_people_see_a_ticket_from_when_it_was_referred(ticket, agent, supplier, supplier_organisation):
    assert not Ticket.objects.visible_to(supplier).exists()

    refer(ticket=ticket, supplier=supplier_organisation, actor=agent)

    assert Ticket.objects.visible_to(supplier).get().pk == ticket.pk


def test_whoever_had_it_keeps_reading_it_after_it_was_returned(referral, ticket, agent, supplier):
    hand_back(referral=referral, actor=supplier, answer="A digger cut it; mended.")

    assert Ticket.objects.visible_to(supplier).get().pk == ticket.pk


def test_several_suppliers_may_have_it_at_once_and_do_not_know_of_each_other(
    referral, ticket, agent, supplier, requester
):
    second = OrganisationFactory(kind=Organisation.Kind.SUPPLIER)
    rival = UserFactory(organisation=second)
    refer(ticket=ticket, supplier=second, actor=agent, question="A quote, please.")

    assert [each.supplier_id for each in visible_referrals(ticket, supplier)] == [referral.supplier_id]
    assert [each.supplier_id for each in visible_referrals(ticket, rival)] == [second.pk]
    assert visible_referrals(ticket, agent).count() == 2
    assert visible_referrals(ticket, requester).count() == 0


def test_the_same_supplier_has_it_once_at_a_time(referral, ticket, agent, supplier_organisation):
    with pytest.raises(Refused, match="has it already"):
        refer(ticket=ticket, supplier=supplier_organisation, actor=agent)

    take_back(referral=referral, actor=agent)
    refer(ticket=ticket, supplier=supplier_organisation, actor=agent)

    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.supplier_ids == [supplier_organisation.pk]


def test_what_may_not_be_referred(ticket, opened, agent, requester, supplier_organisation, elsewhere):
    for not_a_supplier in (elsewhere, OrganisationFactory(kind=Organisation.Kind.SUPPLIER, is_active=False)):
        with pytest.raises(AnswersMissing, match="not a supplier in use"):
            refer(ticket=ticket, supplier=not_a_supplier, actor=agent)
    with pytest.raises(PermissionDenied):
        refer(ticket=ticket, supplier=supplier_organisation, actor=requester)
    with pytest.raises(AnswersMissing, match="lies ahead"):
        refer(
            ticket=ticket,
            supplier=supplier_organisation,
            actor=agent,
            promised_at=timezone.now() - timedelta(hours=1),
        )
    with pytest.raises(AnswersMissing):
        refer(ticket=ticket, supplier=supplier_organisation, actor=agent, reference="x" * 101)
    perform(ticket, "cancel", actor=agent, reason="Mistaken")
    with pytest.raises(Refused, match="no longer"):
        refer(ticket=ticket, supplier=supplier_organisation, actor=agent)


def test_chasing_is_counted_and_its_moment_kept(referral, agent, supplier):
    moment = timezone.now() + timedelta(days=1)

    chase(referral=referral, actor=agent)
    chased = chase(referral=referral, actor=agent, at=moment)

    assert (chased.chase_count, chased.chased_at) == (2, moment)
    with pytest.raises(PermissionDenied):
        chase(referral=referral, actor=supplier)


def test_the_supplier_may_give_its_reference_and_promise_but_not_change_the_question(
    referral, agent, supplier, requester
):
    promise = timezone.now() + timedelta(days=2)

    edited = edit_referral(referral=referral, actor=supplier, reference="NC-78", promised_at=promise)

    assert (edited.reference, edited.promised_at) == ("NC-78", promise)
    assert Activity.objects.get(verb="ticket.referral_edited").changes["reference"] == ["NC-77", "NC-78"]
    with pytest.raises(AnswersMissing):
        edit_referral(referral=referral, actor=supplier, question="Nothing")
    with pytest.raises(PermissionDenied):
        edit_referral(referral=referral, actor=requester, reference="mine")
    assert edit_referral(referral=referral, actor=agent, question="Is it mended?").question == "Is it mended?"


def test_only_its_own_people_hand_it_back_and_only_with_an_answer(referral, agent, supplier):
    stranger = UserFactory(organisation=OrganisationFactory(kind=Organisation.Kind.SUPPLIER))
    for person in (agent, stranger):
        with pytest.raises(PermissionDenied):
            hand_back(referral=referral, actor=person, answer="Mended.")
    with pytest.raises(AnswersMissing):
        hand_back(referral=referral, actor=supplier, answer="  ")

    returned = hand_back(referral=referral, actor=supplier, answer="Mended.")

    assert returned.answer == "Mended."
    assert not returned.is_open
    for again in (
        lambda: hand_back(referral=referral, actor=supplier, answer="x"),
        lambda: take_back(referral=referral, actor=agent),
    ):
        with pytest.raises(Refused, match="returned it already"):
            again()


def test_its_reference_is_found_by_the_desk_alone(referral, ticket, agent, requester):
    assert search(agent, '"NC-77"').hits[0].ticket.pk == ticket.pk
    assert search(requester, '"NC-77"').hits == []


def test_a_supplier_writes_to_the_desk_and_reads_only_what_was_meant_for_it(
    referral, ticket, agent, requester, supplier, supplier_organisation
):
    add_comment(ticket=ticket, text="Sorry!", actor=agent, audience="requester")
    add_comment(ticket=ticket, text="They are slow.", actor=agent, audience="internal")
    said = add_comment(ticket=ticket, text="On our way.", actor=supplier, audience="requester")

    assert (said.audience, said.supplier_id) == ("supplier", supplier_organisation.pk)
    assert list(Comment.objects.visible_to(supplier)) == [said]
    assert said not in Comment.objects.visible_to(requester)


def test_referrals_are_told_for_the_supplier_that_they_name(referral, ticket, supplier_organisation):
    activity = Activity.objects.get(verb="ticket.referred")

    assert activity.audience == "supplier"
    assert activity.data == {"referral": referral.pk, "supplier": supplier_organisation.pk}
