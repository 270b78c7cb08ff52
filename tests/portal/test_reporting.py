"""Reporting in the portal: for oneself, for somebody of the organisation, with questions, files and mistakes."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from incidents.models import Incident
from incidents.services import announce
from tests.factories import CategoryFactory, ServiceFactory
from tickets.models import Attachment, CategoryQuestion

pytestmark = pytest.mark.django_db

SAID = {"title": "Labels come out blank", "work": "hindered", "people": "one"}


@pytest.fixture
def printers(db):
    category = CategoryFactory(key="printers", name="Printers")
    CategoryQuestion.objects.create(category=category, text="Which printer?", is_required=True)
    CategoryQuestion.objects.create(category=category, text="For the desk alone", is_for_requester=False)
    return category


def report(client, **data):
    return client.post(reverse("portal-report"), {**SAID, **data})


def test_a_report_becomes_an_incident_with_its_files_and_leads_to_its_page(signed_in, requester, desk):
    answer = report(
        signed_in(requester),
        description="Since this morning.",
        service=ServiceFactory(key="labels").key,
        files=[SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")],
    )

    incident = Incident.objects.get()
    assert answer.url == reverse("portal-ticket", args=[incident.number])
    assert (incident.requester, incident.opened_by, incident.channel) == (requester, requester, "portal")
    assert incident.service.key == "labels"
    assert {file.audience for file in Attachment.objects.filter(ticket=incident)} == {"requester"}
    assert Attachment.objects.filter(ticket=incident).count() == 2


def test_nobody_picks_a_priority(signed_in, requester, desk):
    page = signed_in(requester).get(reverse("portal-report")).content.decode().casefold()
    report(signed_in(requester), work="stopped", people="many", priority="5", impact="3", urgency="3")

    incident = Incident.objects.get()
    assert "priority" not in page
    assert (incident.impact, incident.urgency, incident.priority) == (1, 1, 1)
    assert incident.impact_answers["work"] == "stopped"


@pytest.mark.parametrize("words", ["carla", "CARLA@example.org", "Carla  Novak"])
def test_one_reports_for_somebody_of_the_organisation(signed_in, requester, colleague, desk, words):
    report(signed_in(requester), for_whom=words)

    incident = Incident.objects.get()
    assert (incident.requester, incident.opened_by) == (colleague, requester)


@pytest.mark.parametrize("words", ["otto", "otto@example.org", "Otto Lang", "nobody", "%"])
def test_one_reports_for_nobody_outside_and_the_words_are_kept(signed_in, requester, stranger, desk, words):
    answer = report(signed_in(requester), for_whom=words, description="Long story")

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Nobody of your organisation is known as" in shown
    assert "Long story" in shown
    assert not Incident.objects.exists()


def test_a_report_pressed_twice_is_one_incident(signed_in, requester, desk):
    client = signed_in(requester)

    answers = [report(client, files=SimpleUploadedFile("a.txt", b"one")).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert Incident.objects.count() == 1
    assert Attachment.objects.count() == 1


def test_the_questions_of_a_category_are_asked_and_kept(signed_in, requester, desk, printers):
    question = printers.questions.get(is_for_requester=True)
    client = signed_in(requester)
    refused = report(client, category="printers")
    assert refused.status_code == 422

    report(client, category="printers", **{f"script_{question.pk}": "RTM-4"})

    assert Incident.objects.get().script_answers == {"Which printer?": "RTM-4"}


def test_next_brings_the_questions_without_scripts_and_keeps_everything(signed_in, requester, desk, printers):
    answer = report(
        signed_in(requester),
        title="Blank",
        category="printers",
        description="Long story",
        work="stopped",
        harm="on",
        step="questions",
    )

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Which printer?" in shown
    assert "For the desk alone" not in shown
    assert 'value="Blank"' in shown
    assert "Long story" in shown
    assert re.search(r'<input[^>]*value="stopped"[^>]*checked', shown)
    assert re.search(r'<input[^>]*name="harm"[^>]*checked', shown)
    assert "field-error" not in shown
    assert not Incident.objects.exists()


def test_the_questions_are_a_fragment_for_scripts(signed_in, requester, printers):
    shown = signed_in(requester).get(reverse("portal-questions"), {"category": "printers"}).content.decode()

    assert "Which printer?" in shown
    assert "For the desk alone" not in shown
    assert "<html" not in shown


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"title": "x" * 201}, {"title": "a\x00b"}, {"work": "maybe"}, {"category": "none"}]
)
def test_a_mistake_is_said_and_everything_is_kept(signed_in, requester, desk, wrong):
    answer = report(signed_in(requester), description="Long story", **wrong)

    assert answer.status_code == 422
    assert "Everything you typed is kept" in answer.content.decode()
    assert "Long story" in answer.content.decode()
    assert not Incident.objects.exists()


def test_a_drawing_with_a_program_keeps_the_report_from_being_half_made(signed_in, requester, desk):
    bad = SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>")

    answer = report(signed_in(requester), description="Long story", files=bad)

    assert answer.status_code == 422
    assert "Long story" in answer.content.decode()
    assert not Incident.objects.exists()


def test_the_question_of_the_home_page_goes_along(signed_in, requester):
    shown = signed_in(requester).get(reverse("portal-report"), {"title": "labels \x00empty"}).content.decode()

    assert 'value="labels empty"' in shown


def test_while_one_types_own_tickets_and_announcements_answer(signed_in, requester, colleague, agent, incident, opened):
    theirs = opened("Blank labels at Carla's", requester=colleague)
    announce(actor=agent, title="Label printing is slow", service=ServiceFactory(name="Label printing"))
    client = signed_in(requester)

    shown = client.get(reverse("portal-suggestions"), {"title": "labels come out empty"}).content.decode()

    assert incident.title in shown
    assert "Label printing is slow since" in shown
    assert theirs.title not in shown
    assert client.get(reverse("portal-suggestions"), {"title": "coffee machine"}).status_code == 204
    assert client.get(reverse("portal-suggestions"), {"title": "\x00"}).status_code == 204
