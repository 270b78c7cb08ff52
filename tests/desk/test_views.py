"""Saved views and the dialog "Add filter", as people use them."""

import re

import pytest

from tests.factories import CategoryFactory
from tickets.models import SavedView
from tickets.services.viewing import save_view

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "javascript:alert(1)", "https:evil.example", "/\\\\evil.example"]
)
def test_the_way_back_from_the_columns_leads_to_the_desk_alone(mara, elsewhere):
    assert elsewhere not in mara.get("/incidents/columns/", {"next": elsewhere}).content.decode()
    assert mara.post("/incidents/columns/", {"next": elsewhere}).url == "/incidents/"

    assert "/incidents/?q=labels" in mara.get("/incidents/columns/", {"next": "/incidents/?q=labels"}).content.decode()


URGENT = "priority=1&stage=open"


@pytest.fixture
def save(agent):
    def one(name="Urgent", query=URGENT, **fields):
        return save_view(
            **{"page": "incidents", "name": name, "query": query, "actor": agent, "check": lambda query: [], **fields}
        )

    return one


def urls(html: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r'href="([^"]+)"', html)]


def test_what_the_queue_shows_is_saved_and_stands_among_the_views(mara, agent):
    answer = mara.get(f"/incidents/views/new/?{URGENT}&page=3")
    assert "Priority" in answer.content.decode()

    answer = mara.post("/incidents/views/new/", {"name": "Urgent", "whose": "me", "query": URGENT})

    view = SavedView.objects.get()
    assert (view.owner, view.page, view.query) == (agent, "incidents", URGENT)
    assert answer.url == f"/incidents/?{URGENT}"
    page = mara.get(answer.url).content.decode()
    assert answer.url in urls(page)
    assert "Your view" in page


def test_a_view_with_a_parameter_that_the_queue_does_not_know_is_refused(mara):
    answer = mara.post("/incidents/views/new/", {"name": "Odd", "whose": "me", "query": f"{URGENT}&colour=red"})

    assert answer.status_code == 422
    assert "colour" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_only_those_who_may_are_offered_a_view_for_everybody(mara, sam):
    data = {"name": "All urgent", "whose": "everybody", "query": URGENT}

    refused = mara.post("/incidents/views/new/", data)
    kept = sam.post("/incidents/views/new/", data)

    assert refused.status_code == 422
    assert kept.status_code == 302
    view = SavedView.objects.get()
    assert (view.owner, view.team) == (None, None)
    assert kept.url in urls(mara.get("/incidents/?all=1").content.decode())


def test_a_teams_view_is_for_its_people(mara, desk, signed_in, second_line):
    mara.post("/incidents/views/new/", {"name": "Ours", "whose": "team:desk", "query": URGENT})

    view = SavedView.objects.get(team=desk)
    assert signed_in(second_line).post(f"/incidents/views/{view.pk}/delete/").status_code == 404
    assert "Ours" not in signed_in(second_line).get("/incidents/views/").content.decode()
    assert "Ours" in mara.get("/incidents/views/").content.decode()


def test_the_queue_opens_with_the_default_view(mara, save):
    view = save()
    assert mara.get("/incidents/").status_code == 200

    mara.post(f"/incidents/views/{view.pk}/default/")

    assert mara.get("/incidents/").url == f"/incidents/?{URGENT}"
    assert mara.get("/incidents/?all=1").status_code == 200
    mara.post(f"/incidents/views/{view.pk}/not-default/")
    assert mara.get("/incidents/").status_code == 200


def test_a_deleted_view_comes_back_by_undo_and_only_once(mara, save):
    view = save(columns=["number", "title"])
    mara.post(f"/incidents/views/{view.pk}/default/")

    answer = mara.post(f"/incidents/views/{view.pk}/delete/", follow=True)
    assert not SavedView.objects.exists()
    assert f"/incidents/views/{view.pk}/restore/" in answer.content.decode()
    mara.post(f"/incidents/views/{view.pk}/restore/")

    back = SavedView.objects.get()
    assert (back.name, back.query, back.columns, back.is_default) == ("Urgent", URGENT, ["number", "title"], True)
    assert mara.post(f"/incidents/views/{view.pk}/restore/").status_code == 404


def test_nobody_brings_back_what_another_deleted(mara, sam, save):
    view = save()

    mara.post(f"/incidents/views/{view.pk}/delete/")

    assert sam.post(f"/incidents/views/{view.pk}/restore/").status_code == 404


def test_views_are_renamed_and_ordered(mara, save):
    first, second, third = save("Alpha"), save("Beta"), save("Gamma")

    mara.post(f"/incidents/views/{third.pk}/up/")
    mara.post(f"/incidents/views/{first.pk}/down/")
    mara.post(f"/incidents/views/{second.pk}/name/", {"name": "Betas"})

    assert list(SavedView.objects.values_list("name", flat=True)) == ["Gamma", "Alpha", "Betas"]
    assert mara.post(f"/incidents/views/{second.pk}/name/", {"name": "gamma"}).status_code == 422


def test_another_persons_view_is_not_there(sam, save):
    view = save()

    for verb in ("up", "default", "delete"):
        assert sam.post(f"/incidents/views/{view.pk}/{verb}/").status_code == 404


def test_a_requester_has_no_views(signed_in, requester):
    browser = signed_in(requester)

    for url in ("/incidents/views/", "/incidents/views/new/", "/incidents/filter/"):
        assert browser.get(url).status_code == 403


def test_a_filter_is_added_to_those_in_force(mara, agent, desk):
    CategoryFactory(key="printing", name="Printing")

    answer = mara.get(
        "/incidents/filter/",
        {"narrow": "1", "query": f"{URGENT}&page=2", "assignee": "me", "category": "printing", "vip": ""},
    )

    assert answer.url == "/incidents/?priority=1&stage=open&assignee=me&category=printing"


def test_several_values_in_force_are_kept_by_the_dialog(mara, desk, network):
    page = mara.get("/incidents/filter/?team=desk&team=network").content.decode()
    assert "Service desk, Network" in page

    answer = mara.get(
        "/incidents/filter/", {"narrow": "1", "query": "team=desk&team=network", "team": "desk,network", "vip": "true"}
    )

    assert answer.url == "/incidents/?team=desk&team=network&vip=true"


def test_days_the_wrong_way_round_are_told(mara):
    answer = mara.get(
        "/incidents/filter/", {"narrow": "1", "query": "", "opened_from": "2026-03-02", "opened_to": "2026-03-01"}
    )

    assert answer.status_code == 422
    assert "before the first day" in answer.content.decode()


def test_taking_every_filter_off_shows_everything(mara):
    assert mara.get("/incidents/filter/", {"narrow": "1", "query": "assignee=me"}).url == "/incidents/?all=1"


def test_the_queue_asks_no_more_queries_for_more_rows(mara, opened, save, django_assert_max_num_queries):
    save()
    for index in range(3):
        opened(f"Scanner {index}")
    mara.get("/incidents/?all=1")

    with django_assert_max_num_queries(15) as few:
        mara.get("/incidents/?all=1")
    asked = len(few)
    for index in range(12):
        opened(f"Printer {index}")
    with django_assert_max_num_queries(asked):
        mara.get("/incidents/?all=1")
