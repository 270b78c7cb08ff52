"""Figures over the API are those of the page, and their rows are exactly the rows."""

from datetime import date

import pytest

from metrics import rollups
from metrics.counting import counts
from metrics.definitions import FIGURES
from metrics.periods import Period
from metrics.selection import Narrowing
from metrics.sight import Sight
from tests.api.conftest import Caller
from tests.metrics.made import ORACLE, expected, make, make_random

DAYS = "from=2026-02-16&to=2026-04-12"
PERIOD = Period(date(2026, 2, 16), date(2026, 4, 12))


@pytest.fixture
def incidents(requester, colleague, desk, network):
    made = make_random(120, [requester, colleague], seed=9, team=[desk, network])
    rollups.refresh()
    return made


def rows_of(caller, url):
    answer = caller.get(url.removeprefix("http://testserver/api/v1"))
    assert answer.status_code == 200, answer.content
    return answer.json()["count"]


def test_each_figure_says_its_value_and_links_to_exactly_its_rows(incidents, agent):
    caller = Caller(agent, "metrics:read", "incidents:read")
    for name, figure in FIGURES.items():
        body = caller.get(f"/metrics/{name}/?{DAYS}&group_by=team").json()

        assert body["definition"].startswith("Definition 1: ")
        assert body["unit"] == figure.unit
        assert rows_of(caller, body["rows"]) == body["n"], name
        assert len(body["groups"]) == 2
        for group in body["groups"]:
            assert rows_of(caller, group["rows"]) == group["n"], (name, group)
        assert sum(group["n"] for group in body["groups"]) == body["n"]


def test_a_length_of_time_is_the_oracles_in_whole_seconds(incidents, agent):
    for name in ORACLE:
        body = Caller(agent).get(f"/metrics/{name}/?{DAYS}").json()

        wanted = expected(name, incidents, PERIOD.first, PERIOD.last)
        assert body["n"] == wanted["n"]
        assert body["left_out"] == wanted["population"] - wanted["n"]
        for part in ("median", "mean", "p90"):
            assert body[part] == pytest.approx(wanted[part], abs=0.51)
        assert body["value"] == body["median"]


def test_steps_are_groups_too(incidents, agent):
    body = Caller(agent).get(f"/metrics/inflow/?{DAYS}&group_by=week").json()

    assert [group["key"] for group in body["groups"]][:2] == ["2026-02-16", "2026-02-23"]
    assert sum(group["n"] for group in body["groups"]) == body["n"] > 0


def test_there_is_no_table_by_person(incidents, agent):
    answer = Caller(agent).get("/metrics/resolve/?group_by=assignee")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "group_by"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=soon", "from"),
        ("from=2026-03-01&to=2026-02-01", "to"),
        ("team=nowhere", "team"),
        ("clock=working", "clock"),
        ("colour=red", "colour"),
        ("person=nobody", "person"),
        ("assumed=no", "assumed"),
    ],
)
def test_a_parameter_that_means_nothing_is_named(query, parameter, agent):
    answer = Caller(agent).get(f"/metrics/resolve/?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_rows_that_mean_nothing_are_a_mistake_of_the_caller(agent):
    answer = Caller(agent).get("/incidents/?figure=resolve,soon,later")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "figure"


def test_an_unknown_figure_is_not_there(agent):
    assert Caller(agent).get("/metrics/happiness/").status_code == 404


def test_figures_need_their_scope_and_the_desk(agent, requester, supplier):
    assert Caller(agent, "metrics:read").get("/metrics/").status_code == 200
    assert Caller(agent, "incidents:read").get("/metrics/").status_code == 403
    assert Caller(requester).get("/metrics/").status_code == 403
    assert Caller(requester).get("/metrics/resolve/").status_code == 403
    assert Caller(supplier).get("/metrics/resolve/").status_code == 403


def test_a_person_is_for_oneself_and_the_lead(requester, agent, manager, second_line):
    make(requester, resolved_by=agent, status="resolved", stage="resolved", resolved_at=make(requester).opened_at)
    rollups.refresh()
    address = "/metrics/resolve/?from=2026-01-01&to=2026-12-31&person=mara"

    assert Caller(agent).get(address).json()["n"] == 1
    assert Caller(manager).get(address).json()["n"] == 1
    assert Caller(second_line).get(address).status_code == 400


def test_the_list_names_every_figure_with_its_definition(agent):
    found = Caller(agent).get("/metrics/").json()["results"]

    assert [each["name"] for each in found] == list(FIGURES)
    assert all(each["definition"] for each in found)


def test_a_stranger_to_the_organisation_counts_nothing(incidents, administrator, network, elsewhere, cab_member):
    everything = counts(["opened"], Sight.of(administrator), PERIOD, Narrowing())[0, True]["opened"]

    assert Caller(administrator).get(f"/metrics/inflow/?{DAYS}").json()["n"] == everything > 0
    assert Caller(cab_member).get(f"/metrics/inflow/?{DAYS}").json()["n"] == 0
