"""The pages of services and configuration: who sees what, and that they say it right."""

import csv
import io

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from cmdb.models import RelationshipType
from cmdb.services import edit_ci, relate
from core.moves import perform
from incidents.services import announce, open_incident
from tests.factories import CiClassFactory, ConfigurationItemFactory, ServiceFactory, TeamFactory

READS = ["/cis/", "/cis/find/?q=srv", "/cis/srv-01/", "/services/", "/services/order-desk/"]


@pytest.mark.parametrize("url", READS)
def test_the_desk_reads_and_requesters_and_suppliers_do_not(
    url, estate, agent, auditor, cab_member, integration, requester, colleague, stranger, supplier, signed_in
):
    for person in (agent, auditor, cab_member, integration):
        expected = 404 if url == "/cis/srv-01/" and person is cab_member else 200
        assert signed_in(person).get(url).status_code == expected, person
    for person in (requester, colleague, stranger, supplier):
        assert signed_in(person).get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_an_item_of_a_company_that_nobody_serves_does_not_exist_for_the_desk(foreign, agent, auditor, signed_in):
    assert signed_in(agent).get("/cis/foreign/").status_code == 404
    assert "Foreign server" not in signed_in(agent).get("/cis/").content.decode()
    assert signed_in(agent).get("/cis/find/?q=foreign").json() == []
    assert signed_in(auditor).get("/cis/foreign/").status_code == 200


def names(client, query):
    return [ci.name for ci in client.get(f"/cis/?{query}").context["page_obj"]]


@pytest.fixture
def items(northgate, depot, network, keeper):
    above = CiClassFactory(key="server")
    machine = CiClassFactory(key="virtual-machine")
    ConfigurationItemFactory(key="a", name="Alpha", ci_class=above, organisation=northgate, importance=1)
    ConfigurationItemFactory(
        key="b", name="Beta", ci_class=machine, organisation=depot, environment="test", support_team=network
    )
    ConfigurationItemFactory(
        key="c", name="Gamma", ci_class=CiClassFactory(key="printer"), status="planned", owner=keeper
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Alpha", "Beta", "Gamma"]),
        ("sort=-name", ["Gamma", "Beta", "Alpha"]),
        ("sort=importance", ["Alpha", "Beta", "Gamma"]),
        ("sort=nonsense", ["Alpha", "Beta", "Gamma"]),
        ("q=ALPH", ["Alpha"]),
        ("q=a+b", ["Beta"]),
        ("ci_class=server", ["Alpha", "Beta"]),
        ("ci_class=virtual-machine", ["Beta"]),
        ("ci_class=printer&ci_class=virtual-machine", ["Beta", "Gamma"]),
        ("status=planned", ["Gamma"]),
        ("status=planned&status=in_use", ["Alpha", "Beta", "Gamma"]),
        ("environment=test", ["Beta"]),
        ("importance=1", ["Alpha"]),
        ("team=network", ["Beta"]),
        ("owner=kim", ["Gamma"]),
        ("organisation=northgate", ["Alpha", "Beta"]),
        ("organisation=northgate-depot", ["Beta"]),
        ("q=%00", ["Alpha", "Beta", "Gamma"]),
        ("q=nothing+at+all", []),
    ],
)
def test_the_list_is_narrowed_and_sorted(query, expected, items, agent, signed_in):
    assert names(signed_in(agent), query) == expected


def test_facets_count_what_the_others_leave_and_a_class_all_below_it(items, agent, signed_in):
    context = signed_in(agent).get("/cis/?environment=production").context
    facets = {
        facet["name"]: {choice["value"]: choice["count"] for choice in facet["choices"]} for facet in context["facets"]
    }

    assert facets["ci_class"] == {"server": 1, "workplace": 1, "printer": 1}
    assert facets["environment"] == {"production": 2, "test": 1}
    assert facets["status"] == {"in_use": 1, "planned": 1}
    assert facets["importance"] == {1: 1, 3: 1}


def test_an_export_holds_exactly_the_rows_of_the_list_and_no_formula(items, agent, signed_in):
    ConfigurationItemFactory(key="evil", name="=cmd()", ci_class=CiClassFactory(key="server"))
    browser = signed_in(agent)

    text = browser.get("/cis/?ci_class=server&sort=-name&export=csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    book = load_workbook(io.BytesIO(browser.get("/cis/?ci_class=server&export=xlsx").content))

    assert [row["Name"] for row in rows] == ["Beta", "Alpha", "'=cmd()"]
    assert rows[0]["Support team"] == "Network"
    assert {row[0].value for row in book.active.iter_rows(min_row=2)} == {"Alpha", "Beta", "'=cmd()"}


def test_an_empty_list_says_what_would_be_here_and_a_narrow_one_how_to_widen_it(agent, keeper, signed_in):
    assert "No items yet" in signed_in(agent).get("/cis/").content.decode()
    assert "/cis/new/" in signed_in(keeper).get("/cis/").content.decode()
    assert "/cis/new/" not in signed_in(agent).get("/cis/").content.decode()
    assert "Nothing matches" in signed_in(agent).get("/cis/?q=ghost").content.decode()
    assert "No services yet" in signed_in(agent).get("/services/").content.decode()


def sections(client, url):
    return {
        section["title"]: [(tie.reads, tie.other.key) for tie in section["ties"]]
        for section in client.get(url).context["sections"]
    }


def test_a_page_says_what_an_item_stands_on_and_what_stands_on_it(estate, agent, signed_in):
    browser = signed_in(agent)

    assert sections(browser, "/cis/order-app/") == {
        "Stands on": [("runs on", "srv-01")],
        "Carries": [("is needed by", "order-desk")],
    }
    assert sections(browser, "/services/order-desk/")["Stands on"] == [("depends on", "order-app")]
    assert sections(browser, "/cis/srv-01/")["Carries"] == [("hosts", "order-app")]


def test_failure_of_a_part_travels_to_the_whole_and_a_neighbour_does_not_suffer(server, application, agent, signed_in):
    part_of = RelationshipType.objects.get(key="part-of")
    beside = RelationshipType.objects.get(key="connected-to")
    relate(source=server, target=application, type=part_of, actor=None)
    relate(source=server, target=application, type=beside, actor=None)

    assert sections(signed_in(agent), "/cis/order-app/") == {
        "Stands on": [("consists of", "srv-01")],
        "Carries": [],
        "Beside it": [("is connected to", "srv-01")],
    }


def test_a_neighbour_that_one_may_not_see_is_not_there(server, foreign, runs_on, agent, auditor, signed_in):
    relate(source=foreign, target=server, type=runs_on, actor=None)

    assert sections(signed_in(agent), "/cis/srv-01/")["Carries"] == []
    assert sections(signed_in(auditor), "/cis/srv-01/")["Carries"] == [("hosts", "foreign")]


def test_the_key_of_a_service_leads_to_its_page(estate, agent, signed_in):
    answer = signed_in(agent).get("/cis/order-desk/")

    assert (answer.status_code, answer["Location"]) == (302, "/services/order-desk/")


def test_the_history_tells_moves_edits_and_relationships_in_words(estate, server, keeper, network, agent, signed_in):
    edit_ci(ci=server, actor=keeper, importance=1, support_team=network)
    perform(server, "retire", actor=keeper, reason="Too old.")

    entries = signed_in(agent).get("/cis/srv-01/").context["entries"]

    assert entries[0].text == "Kim Okafor retired it “Too old.”"
    assert entries[1].text == "Kim Okafor changed importance, support team"
    changes = {change["label"]: (change["old"], change["new"]) for change in entries[1].changes}
    assert changes == {"importance": ("High", "Vital"), "support team": ("", "Network")}
    assert entries[2].text == "Evenkeel related it: order-app runs on srv-01"


def test_open_tickets_stand_on_the_page_as_far_as_one_sees_them(
    estate, order_desk, server, requester, desk, agent, auditor, signed_in
):
    open_incident(actor=requester, requester=requester, title="Orders hang", service=order_desk)
    secret = open_incident(actor=requester, requester=requester, title="Somebody got in", service=order_desk)
    type(secret).objects.filter(pk=secret.pk).update(is_restricted=True, restricted_team_ids=[desk.pk], team=desk)

    mine = signed_in(agent).get("/services/order-desk/").content.decode()
    theirs = signed_in(auditor).get("/services/order-desk/").content.decode()

    assert "Orders hang" in mine
    assert "Somebody got in" in mine
    assert "Orders hang" in theirs
    assert "Somebody got in" not in theirs
    listed = {person: signed_in(person).get("/services/").context["rows"][0]["cells"] for person in (agent, auditor)}
    assert listed[agent][1][1]["count"] == 2
    assert listed[auditor][1][1]["count"] == 1


def test_what_is_announced_stands_on_the_service(estate, order_desk, agent, signed_in):
    announce(actor=agent, title="Orders are slow", service=order_desk, state="slow", started_at=timezone.now())
    browser = signed_in(agent)

    assert "Orders are slow" in browser.get("/services/order-desk/").content.decode()
    assert browser.get("/services/").context["rows"][0]["cells"][0][1]["state"] == "slow"


def test_the_palette_finds_items_and_services_for_the_desk_alone(estate, agent, requester, signed_in):
    found = signed_in(agent).get("/palette/?q=ord").content.decode()

    assert "/services/order-desk/" in found
    assert "/cis/order-app/" in found
    assert "/cis/order-app/" not in signed_in(requester).get("/palette/?q=ord").content.decode()


def test_pages_ask_as_much_of_the_database_for_many_as_for_few(
    estate, server, runs_on, northgate, agent, signed_in, django_assert_max_num_queries
):
    for index in range(30):
        other = ConfigurationItemFactory(organisation=northgate, support_team=TeamFactory(), importance=1 + index % 4)
        relate(source=other, target=server, type=runs_on, actor=None)
        ServiceFactory(used_by=[northgate], support_team=TeamFactory())
    browser = signed_in(agent)

    with django_assert_max_num_queries(26):
        browser.get("/cis/?status=in_use")
    with django_assert_max_num_queries(24):
        browser.get("/services/")
    with django_assert_max_num_queries(24):
        browser.get("/cis/srv-01/")


def test_the_navigation_leads_to_services_and_configuration(estate, agent, signed_in):
    page = signed_in(agent).get("/services/").content.decode()

    assert 'href="/services/" aria-current="page"' in page
    assert 'href="/cis/"' in page
