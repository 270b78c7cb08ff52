"""The pages of figures, as people and browsers without a script see them."""

import csv
import io
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident
from incidents.queue import QUEUE
from metrics import rollups
from metrics.definitions import FIGURES
from tests.factories import OrganisationFactory
from tests.metrics.made import START, make, make_random
from tickets.queue.page import QueuePage

PERIOD = "from=2026-02-16&to=2026-04-12"


@pytest.fixture
def incidents(requester, colleague, desk, network) -> list[Incident]:
    made = make_random(120, [requester, colleague], seed=42, team=[desk, desk, network])
    rollups.refresh()
    return made


def rows_links(html: str) -> dict[str, int]:
    """Each link to rows in a page, with the number that it shows."""
    found = re.findall(r'<a href="(/incidents/\?figure=[^"]+)">(?:n )?([\d,]+)</a>', html)
    return {url.replace("&amp;", "&"): int(n.replace(",", "")) for url, n in found}


def rows_behind(url: str, person) -> int:
    """How many rows the queue has at an address."""
    request = RequestFactory().get(url)
    request.user = person
    return QueuePage(QUEUE, request).narrowed().count()


def test_every_figure_can_be_drawn_and_each_number_opens_exactly_its_rows(incidents, agent, signed_in):
    browser = signed_in(agent)
    checked = {}
    for name in FIGURES:
        page = browser.get(f"/metrics/?{PERIOD}&figure={name}").content.decode()

        links = rows_links(page)
        assert len(links) > 40, name
        for url, n in links.items():
            if url not in checked:
                checked[url] = rows_behind(url, agent)
            assert checked[url] == n, url
    assert len(checked) > 150


def test_the_queue_says_by_which_figure_it_is_narrowed(incidents, agent, signed_in):
    page = signed_in(agent).get("/incidents/?figure=resolve,2026-02-16,2026-04-12,team:desk").content.decode()

    assert "Time to resolve, 16 Feb" in page


@pytest.mark.parametrize(
    "value", ["nothing", "resolve", "resolve,2026-02-16,soon", "resolve,2026-02-16,2026-04-12,x:y"]
)
def test_rows_that_mean_nothing_are_an_empty_list_and_no_fault(value, agent, signed_in, requester):
    make(requester)
    rollups.refresh()

    assert rows_behind(f"/incidents/?figure={value}", agent) == 0
    assert rows_behind("/incidents/?figure=inflow,2026-01-01,2026-12-31", agent) == 1
    assert signed_in(agent).get("/incidents/", {"figure": value}).status_code == 200


def test_a_figure_in_a_saved_view_narrows_the_view_wherever_it_is_counted(incidents, agent):
    request = RequestFactory().get("/incidents/")
    request.user = agent
    query = QueryDict("figure=resolve,2026-02-16,2026-04-12&figure=resolve,2026-04-13,2026-04-19")

    found = QueuePage(QUEUE, request, query).narrowed().count()

    assert found == rows_behind("/incidents/?figure=resolve,2026-02-16,2026-04-19", agent) > 10


def test_a_requester_has_no_page_of_figures(incidents, requester, supplier, agent, signed_in):
    for url in ("/metrics/", "/metrics/mine/", "/metrics/definitions/", "/metrics/export/series.csv"):
        assert signed_in(requester).get(url).status_code == 403
        assert signed_in(supplier).get(url).status_code == 403
        assert signed_in(agent).get(url).status_code == 200


def test_whoever_is_not_signed_in_is_asked_to(client):
    assert client.get("/metrics/").status_code == 302


def test_ones_own_page_is_for_oneself_and_the_lead(incidents, agent, manager, second_line, administrator, signed_in):
    assert signed_in(agent).get("/metrics/people/mara/").status_code == 200
    assert signed_in(manager).get("/metrics/people/mara/").status_code == 200
    assert signed_in(second_line).get("/metrics/people/mara/").status_code == 404
    assert signed_in(administrator).get("/metrics/people/mara/").status_code == 404
    assert signed_in(manager).get("/metrics/people/nobody/").status_code == 404


def test_the_lead_finds_their_people_and_an_agent_finds_nobody(incidents, agent, manager, signed_in):
    assert "/metrics/people/mara/" in signed_in(manager).get("/metrics/mine/").content.decode()
    assert "/metrics/people/" not in signed_in(agent).get("/metrics/mine/").content.decode()


def test_the_rows_of_ones_own_figures_are_as_many_as_they_say(incidents, requester, agent, manager, signed_in):
    Incident.objects.filter(pk__in=[each.pk for each in incidents[:60]]).update(resolved_by=agent)
    rollups.rebuild()

    page = signed_in(manager).get(f"/metrics/people/mara/?{PERIOD}").content.decode()

    links = rows_links(page)
    assert max(links.values()) > 5
    for url, n in links.items():
        assert "person:mara" in url
        assert rows_behind(url, manager) == n


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from=yesterday", "is not a day"),
        ("from=2026-04-12&to=2026-02-16", "ends before it begins"),
        ("from=0001-01-01", "between 1990 and 2200"),
        ("step=hour", "Choose one of: day, week, month"),
        ("step=day&from=2010-01-01&to=2026-01-01", "too many days"),
        ("figure=assignee", "Choose one of"),
        ("by=assignee", "Choose one of"),
        ("team=nowhere", "There is no “nowhere” here"),
        ("priority=9", "There is no “9” here"),
        ("clock=working", "Choose one of: elapsed"),
        ("assumed=perhaps", "Choose one of: with, without"),
        ("team=%EF%BF%BD", "here"),
    ],
)
def test_what_means_nothing_is_said_and_the_page_is_still_there(query, says, agent, signed_in):
    answer = signed_in(agent).get(f"/metrics/?{query}")

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Time to restore" in answer.content.decode()
    assert signed_in(agent).get(f"/metrics/export/series.csv?{query}").status_code == 422


def test_a_page_takes_as_many_queries_for_many_incidents_as_for_few(requester, desk, network, agent, signed_in):
    browser = signed_in(agent)

    def queries():
        rollups.refresh()
        with CaptureQueriesContext(connection) as found:
            browser.get(f"/metrics/?{PERIOD}")
        return len(found)

    make_random(40, [requester], seed=1, team=[desk, network])
    queries()
    make_random(10, [requester], seed=2, team=[desk, network])
    few = queries()
    make_random(80, [requester], seed=3, team=[desk, network])
    many = queries()
    kept = queries()

    assert many == few <= 32
    assert kept <= many - 8


def test_figures_that_are_kept_are_those_of_the_same_sight_and_the_same_time(
    requester, agent, second_line, network, signed_in
):
    def opened(person):
        stats = signed_in(person).get("/metrics/?from=2026-01-01&to=2026-12-31").context["rows_of_stats"]
        return next(stat["n"] for row in stats for stat in row if stat["label"] == "Opened")

    make(requester)
    make(requester, is_restricted=True, restricted_team_ids=[network.pk])
    rollups.refresh()
    assert (opened(agent), opened(second_line)) == (1, 2)
    assert (opened(agent), opened(second_line)) == (1, 2)

    make(requester)
    rollups.refresh()

    assert (opened(agent), opened(second_line)) == (2, 3)


def test_the_table_holds_what_the_chart_draws(incidents, auditor, signed_in):
    context = signed_in(auditor).get(f"/metrics/?{PERIOD}&figure=resolve").context

    series = context["series"]
    assert len(series["table"]["rows"]) == len(series["chart"]["labels"]) == 8
    assert series["chart"]["labels"][0] in str(series["table"]["rows"][-1][0])
    assert len(series["chart"]["series"][0]["values"]) == 8


def test_this_week_is_drawn_as_unfinished(requester, agent, signed_in):
    with time_machine.travel(START + timedelta(days=3), tick=False):
        make(requester, opened_at=START)
        rollups.refresh()
        context = signed_in(agent).get("/metrics/?figure=inflow").context

    assert context["series"]["chart"]["unfinished"]
    assert "so far" in str(context["series"]["table"]["rows"][0][0])


def test_a_figure_of_few_cases_is_grey_and_not_compared(requester, desk, agent, signed_in):
    for hour in range(9):
        make(requester, team=desk, stage="resolved", status="resolved", resolved_at=START + timedelta(hours=hour))
    rollups.refresh()

    def resolve():
        context = signed_in(agent).get("/metrics/?from=2026-02-01&to=2026-02-28&figure=resolve").context
        return next(stat for row in context["rows_of_stats"] for stat in row if stat["chosen"]), context["divided"]

    stat, divided = resolve()
    assert stat["too_few"]
    assert divided["rows"][0]["is_few"]
    assert divided["rows"][0]["change"] == "n below 10"
    make(requester, team=desk, stage="resolved", status="resolved", resolved_at=START + timedelta(hours=9))
    rollups.refresh()
    stat, divided = resolve()
    assert not stat["too_few"]
    assert not divided["rows"][0]["is_few"]


def test_days_without_incidents_say_what_would_be_here(agent, signed_in):
    page = signed_in(agent).get("/metrics/?from=2001-01-01&to=2001-02-01").content.decode()

    assert "No incident in these days" in page


def test_each_panel_comes_as_csv_with_the_same_figures(incidents, auditor, signed_in):
    browser = signed_in(auditor)
    page = browser.get(f"/metrics/?{PERIOD}&figure=resolve").context

    def table(panel):
        answer = browser.get(f"/metrics/export/{panel}.csv?{PERIOD}&figure=resolve")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    figures, series, groups, backlog = (table(name) for name in ("figures", "series", "groups", "backlog"))
    shown = {stat["label"]: stat["n"] for row in page["rows_of_stats"] for stat in row}
    assert {row["Figure"]: int(row["n"]) for row in figures} == shown
    assert sum(int(row["n"]) for row in series) == shown["Time to resolve"]
    assert sum(int(row["n"]) for row in groups) == shown["Time to resolve"]
    assert int(backlog[-1]["All"]) == shown["Backlog"]
    assert all(row["Definition"].startswith("Definition 1: ") for row in figures)
    assert browser.get(f"/metrics/export/people.csv?{PERIOD}").status_code == 404


def test_a_name_that_a_spreadsheet_would_run_is_made_plain(requester, auditor, signed_in):
    danger = OrganisationFactory(key="danger", name="=cmd()|'/C calc'!A0")
    make(requester, organisation=danger)
    rollups.refresh()

    answer = signed_in(auditor).get(
        "/metrics/export/groups.csv?from=2026-01-01&to=2026-12-31&figure=inflow&by=organisation"
    )

    text = answer.getvalue().decode()
    assert "'=cmd()" in text
    assert not re.search(r'(^|,)"?=cmd', text, re.M)


def test_every_figure_links_to_its_definition(incidents, agent, signed_in):
    browser = signed_in(agent)
    page = browser.get(f"/metrics/?{PERIOD}").content.decode()
    definitions = browser.get("/metrics/definitions/").content.decode()

    for name in FIGURES:
        assert f"/metrics/definitions/#{name}" in page
        assert f'id="{name}"' in definitions


def test_the_page_survives_narrowing_by_what_it_offers(incidents, agent, signed_in):
    browser = signed_in(agent)
    context = browser.get(f"/metrics/?{PERIOD}").context
    urls = [menu["choices"][-1]["url"] for menu in context["toolbar"]["menus"]]
    urls += [choice["url"] for choice in context["divided"]["choices"]]
    urls += [preset["url"] for preset in context["toolbar"]["presets"][-2:]]
    urls += [context["divided"]["rows"][0]["url"]]

    for url in urls:
        assert browser.get(f"/metrics/{url}").status_code == 200, url
    narrowed = browser.get(f"/metrics/?{PERIOD}&team=network")
    assert parse_qs(urlsplit(narrowed.context["rows_of_stats"][0][0]["n_url"]).query)["figure"][0].endswith(
        "team:network"
    )


def test_the_navigation_leads_here_for_the_desk_alone(agent, signed_in):
    assert 'href="/metrics/"' in signed_in(agent).get("/metrics/").content.decode()


def test_the_home_page_of_those_who_manage_shows_figures_and_an_agents_does_not(incidents, manager, agent, signed_in):
    card = 'id="figures-card"'

    assert card in signed_in(manager).get("/").content.decode()
    assert card not in signed_in(agent).get("/").content.decode()
