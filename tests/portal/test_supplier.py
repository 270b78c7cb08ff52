"""A supplier's people: what was referred to them, the words meant for them, and their answer; nothing else."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from tests.factories import OrganisationFactory, UserFactory
from tickets.models import Comment, Referral
from tickets.services.referring import chase, refer
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(incident, agent, supplier_organisation):
    return refer(ticket=incident, supplier=supplier_organisation, actor=agent, question="Is the firmware known?")


@pytest.fixture
def rival(db):
    other = OrganisationFactory(key="cablecom", name="Cablecom", kind=Organisation.Kind.SUPPLIER)
    return UserFactory(organisation=other)


def page(client, incident):
    return client.get(reverse("supplier-ticket", args=[incident.number]))


def test_they_see_what_is_asked_and_the_words_for_them_alone(
    signed_in, supplier, supplier_organisation, agent, incident, referral
):
    incident.refresh_from_db()
    add_comment(ticket=incident, text="Only for us", actor=agent)
    add_comment(ticket=incident, text="Dear Ben", actor=agent, audience="requester")
    add_comment(ticket=incident, text="Dear Netcore", actor=agent, audience="supplier", supplier=supplier_organisation)
    chase(referral=referral, actor=agent)

    shown = page(signed_in(supplier), incident).content.decode()

    assert "Is the firmware known?" in shown
    assert "Dear Netcore" in shown
    assert "The desk asked how it stands" in shown
    assert "Only for us" not in shown
    assert "Dear Ben" not in shown


def test_for_others_their_pages_do_not_exist(signed_in, supplier, rival, requester, agent, incident, referral):
    assert page(signed_in(supplier), incident).status_code == 200
    for person in (rival, requester, agent):
        assert page(signed_in(person), incident).status_code == 404
    assert incident.title not in signed_in(rival).get(reverse("supplier")).content.decode()
    assert signed_in(requester).get(reverse("supplier")).status_code == 404


@pytest.mark.parametrize("name", ["supplier-reply", "supplier-details", "supplier-return"])
def test_a_rival_changes_nothing(signed_in, rival, incident, referral, name):
    answer = signed_in(rival).post(
        reverse(name, args=[incident.number]), {"body": "x", "reference": "x", "answer": "x"}
    )

    referral.refresh_from_db()
    assert answer.status_code == 404
    assert (referral.reference, referral.returned_at) == ("", None)
    assert not Comment.objects.exists()


def test_every_way_leads_them_to_their_pages(signed_in, supplier, incident, referral):
    client = signed_in(supplier)

    assert client.get("/").url == reverse("supplier")
    assert client.get(reverse("portal")).url == reverse("supplier")
    assert client.get(incident.get_absolute_url()).url == reverse("supplier-ticket", args=[incident.number])
    assert client.get(f"/tickets/{incident.number}/").url == reverse("supplier-ticket", args=[incident.number])


def test_they_write_to_the_desk_once_with_files(
    signed_in, supplier, supplier_organisation, requester, incident, referral
):
    client = signed_in(supplier)

    for _press in range(2):
        client.post(
            reverse("supplier-reply", args=[incident.number]),
            {"body": "We look at it.", "files": SimpleUploadedFile("a.txt", b"one")},
        )

    said = Comment.objects.get(ticket=incident)
    assert (said.audience, said.supplier) == ("supplier", supplier_organisation)
    assert said.attachments.count() == 1
    assert "a.txt" in page(client, incident).content.decode()
    assert (
        "We look at it."
        not in signed_in(requester).get(reverse("portal-ticket", args=[incident.number])).content.decode()
    )


def test_an_empty_word_is_refused(signed_in, supplier, incident, referral):
    assert signed_in(supplier).post(reverse("supplier-reply", args=[incident.number]), {"body": " "}).status_code == 422


def test_they_give_their_reference_and_a_promise_that_lies_ahead(signed_in, supplier, incident, referral):
    client, address = signed_in(supplier), reverse("supplier-details", args=[incident.number])
    ahead, past = (
        timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M") for days in (2, -2)
    )

    refused = client.post(address, {"reference": "NC-1", "promised_at": past})
    taken = client.post(address, {"reference": "NC-1", "contact": "Petra", "promised_at": ahead})

    referral.refresh_from_db()
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert "A promise lies ahead." in refused.content.decode()
    assert (referral.reference, referral.contact) == ("NC-1", "Petra")
    assert referral.promised_at is not None


def test_they_hand_it_back_with_an_answer_once(signed_in, supplier, incident, referral):
    client, address = signed_in(supplier), reverse("supplier-return", args=[incident.number])
    assert client.post(address, {"answer": ""}).status_code == 422

    answers = [client.post(address, {"answer": "New firmware."}).status_code for _press in range(2)]
    late = client.post(address, {"answer": "Something else."})

    referral.refresh_from_db()
    assert answers == [302, 302]
    assert (referral.answer, referral.is_open) == ("New firmware.", False)
    assert late.status_code == 409
    assert "Something else." in late.content.decode()
    assert incident.title in client.get(reverse("supplier"), {"show": "returned"}).content.decode()
    assert incident.title not in client.get(reverse("supplier")).content.decode()


def test_the_queries_of_their_pages_do_not_grow(
    signed_in, supplier, supplier_organisation, agent, opened, referral, incident, django_assert_max_num_queries
):
    client = signed_in(supplier)
    incident.refresh_from_db()
    add_comment(ticket=incident, text="First word", actor=supplier, audience="supplier")
    with django_assert_max_num_queries(15) as few:
        client.get(reverse("supplier"))
    with django_assert_max_num_queries(18) as one:
        page(client, incident)
    for n in range(5):
        refer(ticket=opened(f"Lamp {n}"), supplier=supplier_organisation, actor=agent)
        add_comment(ticket=incident, text=f"Word {n}", actor=supplier, audience="supplier")

    with django_assert_max_num_queries(len(few)):
        client.get(reverse("supplier"))
    with django_assert_max_num_queries(len(one)):
        page(client, incident)
    assert Referral.objects.count() == 6
