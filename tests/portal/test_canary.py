"""What is not a requester's to read stands in no answer of the portal, whatever is asked for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from core.moves import perform
from incidents.services import announce, edit_incident, override_priority
from tests.factories import CategoryFactory
from tickets.models import Attachment
from tickets.services.files import attach
from tickets.services.referring import refer
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db

CANARY = "canaryzq"


@pytest.fixture
def guarded(opened, requester, agent, manager, network, supplier_organisation):
    """An incident full of words that its requester must not read, and others that are none of their business."""
    incident = perform(opened("Labels come out blank"), "take", actor=agent)
    add_comment(ticket=incident, text=f"{CANARY} note", actor=agent)
    attach(ticket=incident, files=[SimpleUploadedFile(f"{CANARY}.txt", b"x")], actor=agent)
    refer(ticket=incident, supplier=supplier_organisation, actor=agent, question=f"{CANARY} asked", reference=CANARY)
    incident.refresh_from_db()
    add_comment(
        ticket=incident, text=f"{CANARY} to Netcore", actor=agent, audience="supplier", supplier=supplier_organisation
    )
    override_priority(incident=incident, priority=2, reason=f"{CANARY} reason", actor=manager)
    edit_incident(incident=incident, actor=agent, impact=2)
    perform(incident, "escalate", actor=agent, team=network, reason=f"{CANARY} escalated")
    perform(incident, "return", actor=manager, reason=f"{CANARY} bounced")
    incident = perform(incident, "hold", actor=agent, hold_reason="supplier", hold_awaits=f"{CANARY} awaited")
    incident.routed_by = f"{CANARY} rule"
    incident.save(update_fields=["routed_by"])

    restricted = CategoryFactory()
    restricted.restricted_to.add(network)
    opened(f"{CANARY} labels restricted", requester=manager, category=restricted)
    opened(f"{CANARY} labels of somebody else", requester=manager)
    announce(actor=agent, title="Labels are slow", incident=incident)
    return incident


def answers(client, incident):
    """Every GET address of the portal, on this incident where it names one, and searches."""
    names = (
        "portal",
        "portal-services",
        "portal-report",
        "portal-tickets",
        "portal-questions",
        "portal-suggestions",
    )
    for name in names:
        yield client.get(reverse(name), {"title": f"labels {CANARY}"})
    for name in ("portal-ticket", "portal-withdraw", "portal-reopen"):
        yield client.get(reverse(name, args=[incident.number]))
    for query in ({"q": CANARY}, {"q": "labels"}, {"of": "organisation"}, {"show": "done"}, {"show": "waiting"}):
        yield client.get(reverse("portal-tickets"), query)
    yield client.get(reverse("search"), {"q": CANARY}, follow=True)
    yield client.get(reverse("palette"), {"q": CANARY})


def test_no_word_of_the_desk_reaches_the_requester(signed_in, requester, guarded):
    bodies = [answer.content.decode() for answer in answers(signed_in(requester), guarded)]

    assert any(guarded.title in body for body in bodies)
    for body in bodies:
        assert f"{CANARY} " not in body.replace(f"labels {CANARY}", "").replace(f"“{CANARY}”", "")
        assert "Netcore" not in body
        assert "supplier" not in body.casefold()
        assert "priority" not in body.casefold()


def test_nor_a_colleague_who_sees_all_of_the_organisation(signed_in, colleague, northgate, guarded):
    northgate.people_see_all = True
    northgate.save(update_fields=["people_see_all"])

    bodies = [answer.content.decode() for answer in answers(signed_in(colleague), guarded)]

    assert any(guarded.title in body for body in bodies)
    for body in bodies:
        body = body.replace(f"{CANARY} labels of somebody else", "")  # of the organisation, so theirs to see
        assert f"{CANARY} " not in body.replace(f"labels {CANARY}", "").replace(f"“{CANARY}”", "")


def test_the_desk_finds_what_the_requester_does_not(signed_in, agent, guarded):
    """The canary sings where it should: else the tests above would pass for nothing."""
    shown = signed_in(agent).get(guarded.get_absolute_url()).content.decode()

    assert f"{CANARY} note" in shown
    assert f"{CANARY} to Netcore" in shown


def test_internal_files_are_not_given_to_the_requester(signed_in, requester, agent, guarded):
    address = reverse("file", args=[Attachment.objects.get(name=f"{CANARY}.txt").key])

    assert signed_in(requester).get(address).status_code == 404
    assert signed_in(User.objects.get(pk=agent.pk)).get(address).status_code == 200
