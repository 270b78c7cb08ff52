"""Lists: paging, counting, ordering, filters, fields."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.api import paging
from incidents.services.opening import open_incident

START = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def several(requester, agent):
    """Seven incidents, an hour apart, the last one opened last."""
    return [
        open_incident(actor=agent, requester=requester, title=f"Case {n}", at=START + timedelta(hours=n))
        for n in range(7)
    ]


def numbers(answer):
    assert answer.status_code == 200, answer.content
    return [each["number"] for each in answer.json()["results"]]


def test_a_page_says_where_the_next_and_the_previous_are(api, agent, several):
    caller = api(agent)

    first = caller.get("/incidents/?limit=3").json()
    second = caller.client.get(first["next"], headers={"Authorization": caller.header}).json()

    assert first["count"] == second["count"] == 7
    assert first["previous"] is None
    assert "offset=3" in first["next"]
    assert "offset=0" in second["previous"]
    assert [each["title"] for each in first["results"]] == ["Case 6", "Case 5", "Case 4"]
    assert [each["title"] for each in second["results"]] == ["Case 3", "Case 2", "Case 1"]


def test_a_cursor_reads_on_while_new_ones_arrive(api, agent, requester, several):
    caller = api(agent)
    page = caller.get("/incidents/?cursor=&limit=3").json()
    seen = [each["title"] for each in page["results"]]
    open_incident(actor=agent, requester=requester, title="Later", at=START + timedelta(days=1))

    while page["next"]:
        page = caller.client.get(page["next"], headers={"Authorization": caller.header}).json()
        assert page["count"] is None
        seen += [each["title"] for each in page["results"]]

    assert seen == [f"Case {n}" for n in range(6, -1, -1)]


@pytest.mark.parametrize("ordering", ["opened_at", "-opened_at", "priority,-opened_at", "-priority,number"])
def test_a_cursor_gives_the_same_rows_as_an_offset(api, agent, several, ordering):
    several[2].priority = several[5].priority = 1
    for each in several:
        each.save(update_fields=["priority"])
    caller = api(agent)
    expected = numbers(caller.get(f"/incidents/?ordering={ordering}"))

    page = caller.get(f"/incidents/?ordering={ordering}&cursor=&limit=2").json()
    seen = [each["number"] for each in page["results"]]
    while page["next"]:
        page = caller.client.get(page["next"], headers={"Authorization": caller.header}).json()
        seen += [each["number"] for each in page["results"]]

    assert seen == expected


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "WyItb3BlbmVkX2F0Iiwid2hlbiIsMV0", "%00", "WyJhIiwxXQ=="])
def test_a_cursor_that_was_not_given_is_refused(api, agent, several, cursor):
    answer = api(agent).get(f"/incidents/?cursor={cursor}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "cursor"


def test_a_cursor_needs_an_ordering_that_is_never_empty(api, agent, several):
    assert api(agent).get("/incidents/?cursor=&ordering=-resolved_at").status_code == 400
    assert api(agent).get("/incidents/?ordering=-resolved_at").status_code == 200


def test_counting_stops_at_its_bound_unless_asked_for_exactly(api, agent, several, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 5)
    caller = api(agent)

    bounded = caller.get("/incidents/?limit=2").json()

    assert bounded["count"] is None
    assert bounded["count_at_least"] == 6
    exact = caller.get("/incidents/?limit=2&count=exact").json()
    assert exact["count"] == 7
    assert "count_at_least" not in exact
    assert caller.get("/incidents/").json()["count"] == 7


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=ten", "limit"),
        ("limit=٣", "limit"),
        ("offset=-1", "offset"),
        ("offset=10001", "offset"),
        ("count=all", "count"),
        ("ordering=secret", "ordering"),
        ("ordering=--opened_at", "ordering"),
        ("ordering=", "ordering"),
        ("fields=number,secret", "fields"),
        ("expand=title", "expand"),
        ("colour=red", "colour"),
        ("status__like=new", "status__like"),
        ("status=sleeping", "status"),
        ("priority=high", "priority"),
        ("priority=99999999999999999999999", "priority"),
        ("opened_at__gte=yesterday", "opened_at__gte"),
        ("opened_at__gte=2026-11-20T09:30:00", "opened_at__gte"),
        ("is_major=maybe", "is_major"),
        ("assignee__isnull=perhaps", "assignee__isnull"),
        ("reader_ids=1", "reader_ids"),
        ("requester__password=x", "requester__password"),
        ("title=%00", "title"),
        ("search=" + "x" * 101, "search"),
    ],
)
def test_a_parameter_that_is_wrong_or_unknown_is_named(api, agent, several, query, parameter):
    answer = api(agent).get(f"/incidents/?{query}")

    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_filters_narrow_and_a_repeated_one_means_or(api, agent, second_line, several):
    caller = api(agent)
    several[0].assignee = agent
    several[0].priority = 1
    several[1].priority = 2
    for each in several[:2]:
        each.save(update_fields=["assignee", "priority"])
    mine, second = several[0].number, several[1].number

    assert numbers(caller.get("/incidents/?assignee=mara")) == [mine]
    assert numbers(caller.get("/incidents/?priority=1&priority=2")) == [second, mine]
    assert numbers(caller.get("/incidents/?priority__in=1,2")) == [second, mine]
    assert numbers(caller.get("/incidents/?priority__lte=2&priority__gte=2")) == [second]
    assert len(numbers(caller.get("/incidents/?assignee__isnull=true"))) == 6
    assert numbers(caller.get("/incidents/?title__contains=case%200")) == [mine]
    assert numbers(caller.get("/incidents/?opened_at__lte=2026-11-02T10:00:00%2B02:00")) == [mine]
    assert numbers(caller.get("/incidents/?team=network")) == []
    assert len(numbers(caller.get("/incidents/?team=desk&status=new&status=closed"))) == 7


def test_a_list_is_ordered_as_asked(api, agent, several):
    titles = [each["title"] for each in api(agent).get("/incidents/?ordering=opened_at&fields=title").json()["results"]]

    assert titles == [f"Case {n}" for n in range(7)]


def test_fields_and_expand_shape_the_answer(api, agent, requester, several):
    row = api(agent).get("/incidents/?limit=1&fields=number,requester&expand=requester").json()["results"][0]

    assert row == {"number": several[-1].number, "requester": {"username": "ben", "name": requester.name}}
    plain = api(agent).get("/incidents/?limit=1&fields=requester").json()["results"][0]
    assert plain == {"requester": "ben"}


def test_what_stands_on_the_detail_alone_comes_into_a_list_by_expand(api, agent, several):
    plain = api(agent).get("/incidents/?limit=2").json()["results"][0]
    expanded = api(agent).get("/incidents/?limit=2&expand=moves,affected_cis").json()["results"]

    assert "moves" not in plain
    assert all({move["name"] for move in each["moves"]} >= {"take"} for each in expanded)
    assert all(each["affected_cis"] == [] for each in expanded)


def test_search_finds_a_number_and_words(api, agent, several):
    caller = api(agent)

    assert numbers(caller.get(f"/incidents/?search={several[3].number}")) == [several[3].number]
    assert len(numbers(caller.get("/incidents/?search=case"))) == 7
    assert numbers(caller.get("/tickets/?search=case%204")) == [several[4].number]
    assert numbers(caller.get("/incidents/?search=zebra")) == []


def test_moments_are_in_utc(api, agent, several):
    row = api(agent).get("/incidents/?limit=1").json()["results"][0]

    assert row["opened_at"] == "2026-11-02T14:00:00Z"
    assert timezone.is_aware(datetime.fromisoformat(row["updated_at"]))
