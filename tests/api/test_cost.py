"""What a request costs in statements: bounded, and the same however much there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.services.opening import open_incident
from tests.factories import CategoryFactory, ConfigurationItemFactory, ServiceFactory, TeamFactory, UserFactory

LISTS = {
    "/incidents/": 5,
    "/incidents/?cursor=": 4,
    "/incidents/?expand=affected_cis,requester,service": 6,
    "/tickets/": 5,
    "/people/": 4,
    "/teams/": 4,
    "/organisations/": 4,
    "/cis/": 4,
    "/services/": 4,
    "/categories/": 4,
}


def statements(caller, address):
    with CaptureQueriesContext(connection) as captured:
        answer = caller.get(address)
    assert answer.status_code == 200, answer.content
    assert len(captured) > 1
    return len(captured)


@pytest.fixture
def more(agent, northgate):
    """Makes five more of everything."""

    def make():
        for _each in range(5):
            person = UserFactory(organisation=northgate)
            open_incident(
                actor=agent,
                requester=person,
                title="One more",
                service=ServiceFactory(),
                category=CategoryFactory(),
                cis=[ConfigurationItemFactory(organisation=northgate)],
            )
            TeamFactory(members=[person], serves=[northgate])

    return make


@pytest.mark.parametrize("address", LISTS)
def test_a_list_costs_the_same_however_long_it_is(api, agent, more, address):
    caller = api(agent)
    more()
    caller.get(address)  # notes when the token was used
    before = statements(caller, address)

    more()
    more()

    assert statements(caller, address) == before
    assert before <= LISTS[address]


def test_a_record_costs_the_same_however_much_hangs_on_it(api, agent, incident):
    caller = api(agent)
    address = f"/incidents/{incident.number}/"
    caller.get(address)
    before = statements(caller, address)

    for n in range(5):
        caller.post(f"{address}comments/", {"text": f"Word {n}"})
        caller.post(f"{address}tasks/", {"title": f"Task {n}"})

    assert statements(caller, address) == before
    assert before <= 12
    assert statements(caller, f"{address}?fields=number,status,assignee") <= 4


def test_authentication_is_one_statement(api, agent):
    caller = api(agent)
    caller.get("/me/")

    with CaptureQueriesContext(connection) as captured:
        caller.get("/incidents/?fields=number&cursor=")

    about_tokens = [each for each in captured.captured_queries if "accounts_apitoken" in each["sql"]]
    assert len(about_tokens) == 1


def test_a_new_incident_is_written_in_few_statements(api, agent, requester, incident):
    caller = api(agent)
    said = {"title": "It does not print", "requester": requester.username, "service": ServiceFactory().key}
    caller.post("/incidents/", said)

    with CaptureQueriesContext(connection) as captured:
        answer = caller.post("/incidents/", said)

    assert answer.status_code == 201, answer.content
    framing = ("SAVEPOINT", "RELEASE")
    assert sum(not each["sql"].startswith(framing) for each in captured.captured_queries) <= 20
