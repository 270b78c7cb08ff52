"""A requester follows their own tickets: who sees which page, and what stands there."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from core.moves import perform
from incidents.services import announce, open_incident
from tests.factories import ServiceFactory, TeamFactory, UserFactory
from tests.portal.conftest import resolution
from tickets.services.watching import watch
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db

OF_A_TICKET = ("portal-ticket", "portal-reopen", "portal-withdraw")
POSTED = ("portal-reply", "portal-confirm", "portal-reopen", "portal-withdraw")


def page(client, name="portal", *arguments, **query):
    return client.get(reverse(name, args=arguments), query)


def text_of(response):
    return response.content.decode()


def test_home_shows_ones_own_tickets_in_the_order_of_what_waits(signed_in, requester, agent, opened, waiting):
    worked_on = perform(opened("Badge reader beeps"), "take", actor=agent)
    done = perform(opened("Scanner dark"), "resolve", actor=agent, **resolution())

    shown = text_of(page(signed_in(requester)))

    assert shown.index(waiting.title) < shown.index(worked_on.title) < shown.index(done.title)
    assert "Waiting for you" in shown
    assert "Mara asks: Which roll is in it?" in shown
    assert "We are working on it" in shown
    assert "Solved, please check" in shown
    assert shown.count("btn-primary") == 1


def test_an_empty_home_says_what_would_be_here(signed_in, requester):
    shown = text_of(page(signed_in(requester)))

    assert "Nothing is under way" in shown


def test_a_colleague_does_not_see_it_unless_the_organisation_shows_all(signed_in, incident, colleague, northgate):
    client = signed_in(colleague)
    assert page(client, "portal-ticket", incident.number).status_code == 404
    assert incident.title not in text_of(page(client, "portal-tickets", of="organisation"))

    northgate.people_see_all = True
    northgate.save(update_fields=["people_see_all"])

    assert page(client, "portal-ticket", incident.number).status_code == 200
    assert incident.title in text_of(page(client, "portal-tickets", of="organisation"))
    assert incident.title not in text_of(page(client, "portal-tickets"))


@pytest.mark.parametrize("name", OF_A_TICKET)
def test_to_a_stranger_no_address_of_a_ticket_exists(signed_in, incident, requester, stranger, name):
    address = reverse(name, args=[incident.number])

    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(requester).get(address).status_code == 200


@pytest.mark.parametrize("name", POSTED)
def test_a_stranger_does_nothing_with_a_ticket(signed_in, resolved, stranger, name):
    answer = signed_in(stranger).post(reverse(name, args=[resolved.number]), {"body": "Hello", "reason": "No"})

    resolved.refresh_from_db()
    assert answer.status_code == 404
    assert resolved.status == "resolved"
    assert resolved.comments.filter(text="Hello").count() == 0


@pytest.mark.parametrize("name", ["portal", "portal-tickets", "portal-report", "portal-services"])
def test_nobody_sees_the_portal_without_signing_in(client, db, name):
    assert client.get(reverse(name)).status_code == 302


def test_a_watcher_follows_it_too(signed_in, incident, colleague, agent):
    watch(ticket=incident, user=colleague, actor=agent)

    assert incident.title in text_of(page(signed_in(colleague), "portal-tickets"))
    assert page(signed_in(colleague), "portal-ticket", incident.number).status_code == 200


def test_somebody_of_the_desk_sees_their_own_tickets_in_the_portal_and_not_their_queue(
    signed_in, incident, agent, opened
):
    own = opened("My own screen flickers", requester=agent)

    shown = text_of(page(signed_in(agent), "portal-tickets"))

    assert own.title in shown
    assert incident.title not in shown


def test_the_desk_sees_a_ticket_as_its_requester_does_and_does_nothing_there(signed_in, incident, agent):
    client = signed_in(agent)
    add_comment(ticket=incident, text="Only for us", actor=agent)

    shown = text_of(page(client, "portal-ticket", incident.number))
    answer = client.post(reverse("portal-reply", args=[incident.number]), {"body": "As if I were Ben"})

    assert "This is what Ben Achterberg sees" in shown
    assert "Only for us" not in shown
    assert answer.status_code == 403


def test_the_ticket_says_state_who_has_it_and_what_happens_next(signed_in, requester, waiting):
    shown = text_of(page(signed_in(requester), "portal-ticket", waiting.number))

    assert "Waiting for you" in shown
    assert "Mara Lindqvist" in shown
    assert "Answer below, and we go on." in shown
    assert "Mara took it" in shown
    assert "We wait for an answer" in shown


def test_what_was_answered_at_the_report_stands_beside_it(signed_in, requester, opened):
    incident = opened(script_answers={"Which gate?": "Four"})

    shown = text_of(page(signed_in(requester), "portal-ticket", incident.number))

    assert "Which gate?" in shown
    assert "Four" in shown


def test_numbers_lead_requesters_to_the_portal(signed_in, requester, incident):
    client = signed_in(requester)

    for address in (f"/tickets/{incident.number}/", f"/incidents/{incident.number}/"):
        assert client.get(address).url == reverse("portal-ticket", args=[incident.number])
    assert client.get("/").url == reverse("portal")
    assert client.get("/search/?q=blank").url == f"{reverse('portal-tickets')}?q=blank"


def test_the_list_divides_open_waiting_and_done(signed_in, requester, agent, opened, waiting):
    done = perform(opened("Scanner dark"), "resolve", actor=agent, **resolution())
    perform(done, "close", actor=requester)
    client = signed_in(requester)

    assert waiting.title in text_of(page(client, "portal-tickets"))
    assert done.title not in text_of(page(client, "portal-tickets"))
    assert done.title in text_of(page(client, "portal-tickets", show="done"))
    assert waiting.title in text_of(page(client, "portal-tickets", show="waiting"))
    assert done.title not in text_of(page(client, "portal-tickets", show="waiting"))


def test_a_search_finds_public_words_and_numbers(signed_in, requester, agent, incident):
    add_comment(ticket=incident, text="The platen is worn", actor=agent, audience="requester")
    add_comment(ticket=incident, text="He always breaks the hinge", actor=agent)
    client = signed_in(requester)

    assert incident.title in text_of(page(client, "portal-tickets", q="platen"))
    assert incident.title in text_of(page(client, "portal-tickets", q=incident.number))
    assert incident.title not in text_of(page(client, "portal-tickets", q="hinge"))
    assert "Nothing found" in text_of(page(client, "portal-tickets", q="hinge"))


def test_a_long_list_is_paged(signed_in, requester, opened):
    for n in range(27):
        opened(f"Lamp {n}")
    client = signed_in(requester)

    first, second = (text_of(page(client, "portal-tickets", page=n)) for n in (1, 2))

    assert first.count('class="ticket-line"') == 25
    assert second.count('class="ticket-line"') == 2


@pytest.mark.parametrize("name", ["portal", "portal-tickets"])
def test_the_queries_of_a_list_do_not_grow(signed_in, requester, agent, opened, django_assert_max_num_queries, name):
    client = signed_in(requester)
    for n in range(2):
        _worked_on(opened(f"Lamp {n}"), agent)
    with django_assert_max_num_queries(15) as few:
        page(client, name)
    for n in range(12):
        _worked_on(opened(f"Bulb {n}"), agent)

    with django_assert_max_num_queries(len(few)):
        page(client, name)


def test_the_queries_of_a_ticket_do_not_grow(signed_in, requester, agent, incident, django_assert_max_num_queries):
    client = signed_in(requester)
    _worked_on(incident, agent)
    with django_assert_max_num_queries(20) as few:
        page(client, "portal-ticket", incident.number)
    for n in range(10):
        add_comment(ticket=incident, text=f"Word {n}", actor=agent, audience="requester")

    with django_assert_max_num_queries(len(few)):
        page(client, "portal-ticket", incident.number)


def _worked_on(incident, agent):
    perform(incident, "take", actor=agent)
    add_comment(ticket=incident, text="We look", actor=agent, audience="requester")


def test_services_stand_with_those_that_do_not_work_first(signed_in, requester, agent, northgate, elsewhere):
    slow = ServiceFactory(name="Zebra labels")
    ServiceFactory(name="Mail")
    ServiceFactory(name="Not ours", used_by=[elsewhere])
    announce(actor=agent, title="Labels are slow", service=slow)

    shown = text_of(page(signed_in(requester), "portal-services"))

    assert shown.index("Zebra labels") < shown.index("Mail")
    assert "Slow" in shown
    assert "Not ours" not in shown


def test_another_companys_desk_is_a_stranger_too(signed_in, incident, elsewhere):
    team = TeamFactory(serves=[elsewhere])
    other = UserFactory(organisation=elsewhere, roles=Role.AGENT, teams=[team])

    assert page(signed_in(other), "portal-ticket", incident.number).status_code == 404


def test_the_portal_has_the_name_and_telephone_of_the_nearest_organisation(signed_in, northgate, depot):
    northgate.portal_name, northgate.phone = "Northgate help", "4400"
    northgate.save()
    person = UserFactory(organisation=depot)

    shown = text_of(page(signed_in(person)))

    assert "Northgate help" in shown
    assert "4400" in shown


def test_a_number_with_a_nul_byte_leads_nowhere(signed_in, requester, incident):
    assert signed_in(requester).get(f"/portal/tickets/{incident.number}%00/").status_code in (200, 404)
    assert signed_in(requester).get("/portal/tickets/?q=a%00b").status_code == 200


def test_opened_by_the_desk_it_says_who_wrote_it_down(signed_in, requester, agent, desk):
    incident = open_incident(actor=agent, requester=requester, title="Told by telephone", channel="phone")

    assert "Mara Lindqvist" in text_of(page(signed_in(requester), "portal-ticket", incident.number))
