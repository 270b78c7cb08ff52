"""Adding, changing, moving and relating items: by those who keep the configuration, and by nobody else."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from cmdb.models import CiClass, ConfigurationItem, Relationship, RelationshipType, Service
from cmdb.services import create_ci, edit_ci, edit_class, edit_relationship_type, relate
from core.exceptions import AnswersMissing, EditConflict, Refused
from core.models import Activity

GETS = [
    "/cis/new/",
    "/cis/srv-01/edit/",
    "/cis/srv-01/moves/retire/",
    "/cis/srv-01/relationships/new/",
    "/services/new/",
    "/cis/order-desk/edit/",
    "/administration/ci-classes/",
    "/administration/ci-classes/new/",
    "/administration/ci-classes/server/edit/",
    "/administration/relationship-types/",
    "/administration/relationship-types/new/",
    "/administration/relationship-types/runs-on/edit/",
]
POSTS = [
    *(url for url in GETS if url.count("/") > 3),
    "/cis/srv-01/moves/rebuild/",
    "/cis/srv-01/relationships/1/remove/",
    "/cis/srv-01/relationships/restore/order-app/runs-on/srv-01/",
]


@pytest.mark.parametrize("url", GETS)
def test_these_pages_are_for_those_who_keep_the_configuration(
    url, estate, keeper, administrator, agent, manager, auditor, requester, supplier, integration, signed_in
):
    for person in (keeper, administrator):
        assert signed_in(person).get(url).status_code == 200
    for person in (agent, manager, auditor, requester, supplier, integration):
        assert signed_in(person).get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_nobody_else_changes_anything(estate, agent, auditor, requester, signed_in):
    before = Activity.objects.count()

    for url in POSTS:
        for person in (agent, auditor, requester):
            assert signed_in(person).post(url, {"name": "X"}).status_code == 403, url
    assert Activity.objects.count() == before


def form(**given):
    server = CiClass.objects.get(key="server")
    return {
        "name": "srv-02", "key": "srv-02", "ci_class": server.pk, "status": "planned", "environment": "production",
        "importance": 3,
    } | given  # fmt: skip


def test_an_item_is_added_in_the_status_that_it_has(keeper, signed_in, server):
    answer = signed_in(keeper).post("/cis/new/", form(owner="Kim Okafor"))

    made = ConfigurationItem.objects.get(key="srv-02")
    assert (answer.status_code, answer["Location"]) == (302, "/cis/srv-02/")
    assert (made.status, made.owner) == ("planned", keeper)
    assert Activity.objects.get(verb="ci.created", subject_id=made.pk).actor == keeper


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"key": "srv-01"}, "key"),
        ({"key": "new"}, "key"),
        ({"key": "find"}, "key"),
        ({"key": "no spaces"}, "key"),
        ({"ci_class": ""}, "ci_class"),
        ({"status": "lost"}, "status"),
        ({"importance": "9"}, "importance"),
        ({"owner": "nobody at all"}, "owner"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_mistakes_are_answered_with_the_form_and_nothing_is_made(keeper, signed_in, server, given, field):
    answer = signed_in(keeper).post("/cis/new/", form(**given))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Everything you typed is kept." in answer.content.decode()
    assert ConfigurationItem.objects.count() == 1


def test_a_keeper_puts_no_item_where_they_would_not_see_it(keeper, elsewhere, administrator, signed_in, server):
    given = form(organisation=elsewhere.pk)

    assert signed_in(keeper).post("/cis/new/", given).status_code in (403, 422)
    assert not ConfigurationItem.objects.filter(key="srv-02").exists()
    assert signed_in(administrator).post("/cis/new/", given).status_code == 302


def test_a_service_is_added_and_changed_with_its_users(keeper, northgate, depot, signed_in):
    service_class = CiClass.objects.get(key="service")
    given = form(name="Payroll", key="payroll", ci_class=service_class.pk, status="in_use", used_by=[northgate.pk],
                 user_count=12, is_requestable="on")  # fmt: skip
    browser = signed_in(keeper)

    assert browser.post("/services/new/", given)["Location"] == "/services/payroll/"
    made = Service.objects.get(key="payroll")
    assert (list(made.used_by.all()), made.user_count, made.is_requestable) == ([northgate], 12, True)

    answer = browser.post("/cis/payroll/edit/", given | {"used_by": [depot.pk], "version": made.version})
    assert answer["Location"] == "/services/payroll/"
    assert list(made.used_by.all()) == [depot]
    changes = Activity.objects.filter(verb="ci.edited").latest("id").changes
    assert changes == {"used_by": [["Northgate Logistics"], ["Northgate depot"]]}


def test_an_edit_leaves_key_and_status_alone(keeper, server, signed_in):
    given = form(name="srv-01 new", key="other", status="retired", version=server.version)

    signed_in(keeper).post("/cis/srv-01/edit/", given)

    server.refresh_from_db()
    assert (server.key, server.name, server.status) == ("srv-01", "srv-01 new", "in_use")


def test_two_who_edit_different_fields_both_keep_what_they_wrote(keeper, administrator, server, signed_in):
    seen = server.version
    edit_ci(ci=server, actor=administrator, description="In rack 4")

    answer = signed_in(keeper).post("/cis/srv-01/edit/", form(name="srv-01b", version=seen, importance=2))

    server.refresh_from_db()
    assert answer.status_code == 302
    assert (server.name, server.description) == ("srv-01b", "In rack 4")


def test_the_slower_of_two_who_edit_one_field_keeps_their_text_and_sees_the_other(
    keeper, administrator, server, signed_in
):
    seen = server.version
    edit_ci(ci=server, actor=administrator, name="srv-one")
    browser = signed_in(keeper)

    answer = browser.post("/cis/srv-01/edit/", form(name="srv-uno", version=seen))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Noor Haddad changed this" in page
    assert 'value="srv-uno"' in page
    server.refresh_from_db()
    assert server.name == "srv-one"
    with pytest.raises(EditConflict):
        edit_ci(ci=server, actor=keeper, base_version=seen, name="srv-uno")

    again = browser.post("/cis/srv-01/edit/", form(name="srv-uno", version=answer.context["form"].data["version"]))
    server.refresh_from_db()
    assert (again.status_code, server.name) == (302, "srv-uno")


def test_retiring_asks_why_and_tells_what_still_stands_on_it(estate, keeper, server, signed_in):
    browser = signed_in(keeper)

    asked = browser.get("/cis/srv-01/moves/retire/")
    moved = browser.post("/cis/srv-01/moves/retire/", {"reason": "Too old."})
    twice = browser.post("/cis/srv-01/moves/retire/", {})

    assert [tie.other.key for tie in asked.context["missed"]] == ["order-app"]
    assert moved.status_code == twice.status_code == 302
    assert Activity.objects.filter(verb="ci.retired").count() == 1
    assert "still stands on it" in browser.get("/cis/srv-01/").content.decode()
    assert browser.post("/cis/srv-01/moves/build/").status_code == 409
    assert browser.post("/cis/srv-01/moves/explode/").status_code == 404


def undo_of(answer):
    tags = list(get_messages(answer.wsgi_request))[-1].extra_tags
    return tags.removeprefix("undo:")


def test_a_relationship_is_added_from_either_side_and_taken_away_and_back(keeper, server, application, signed_in):
    browser = signed_in(keeper)

    added = browser.post("/cis/srv-01/relationships/new/", {"reading": "runs-on:reverse", "other": "Order application"})
    made = Relationship.objects.get()
    assert (made.source.key, made.type.key, made.target.key) == ("order-app", "runs-on", "srv-01")
    assert added["Location"] == "/cis/srv-01/"
    taken = browser.post(f"/cis/srv-01/relationships/{made.pk}/remove/")
    assert not Relationship.objects.exists()
    browser.post(undo_of(taken))
    assert Relationship.objects.get().source == application


@pytest.mark.parametrize(
    "given",
    [
        {"reading": "runs-on", "other": "srv-01"},
        {"reading": "runs-on", "other": "ghost"},
        {"reading": "runs-on", "other": "foreign"},
        {"reading": "eats", "other": "order-app"},
        {"reading": "runs-on", "other": ""},
        {"reading": "runs-on", "other": "a\x00"},
    ],
)
def test_a_relationship_that_makes_no_sense_is_refused_in_words(keeper, server, application, foreign, signed_in, given):
    answer = signed_in(keeper).post("/cis/srv-01/relationships/new/", given)

    assert answer.status_code == 422
    assert not Relationship.objects.exists()


def test_the_same_relationship_twice_is_refused(estate, keeper, server, application, runs_on):
    with pytest.raises(Refused, match="is known already"):
        relate(source=application, target=server, type=runs_on, actor=keeper)


def test_a_stranger_to_an_item_gets_no_answer_about_it(foreign, keeper, signed_in):
    browser = signed_in(keeper)

    for url in ("/cis/foreign/edit/", "/cis/foreign/moves/retire/", "/cis/foreign/relationships/new/"):
        assert browser.get(url).status_code == 404
        assert browser.post(url, {}).status_code == 404


# ---------------------------------------------------------------- classes and types


def test_a_class_is_added_renamed_and_moved_with_all_inside_it(keeper, signed_in):
    browser = signed_in(keeper)
    above = CiClass.objects.get(key="application")

    browser.post("/administration/ci-classes/new/", {"name": "Blade", "key": "blade", "icon": "server"})
    browser.post(
        "/administration/ci-classes/server/edit/",
        {"name": "Servers", "key": "server", "icon": "server-2", "parent": above.pk},
    )

    assert CiClass.objects.get(key="blade").path.count("/") == 2
    machine = CiClass.objects.get(key="virtual-machine")
    assert machine.path.startswith(above.path)
    page = browser.get("/administration/ci-classes/").content.decode()
    assert "Kim Okafor" in page
    assert "<del>Server</del>" in page


def test_a_class_inside_itself_is_refused_in_words(keeper, signed_in):
    server, machine = CiClass.objects.get(key="server"), CiClass.objects.get(key="virtual-machine")
    given = {"name": "Server", "key": "server", "icon": "server", "parent": machine.pk}

    answer = signed_in(keeper).post("/administration/ci-classes/server/edit/", given)

    assert answer.status_code == 422
    with pytest.raises(AnswersMissing, match="under itself"):
        edit_class(ci_class=server, actor=keeper, parent=machine)
    assert CiClass.objects.get(key="server").parent is None


def test_a_type_in_use_does_not_turn_round(estate, keeper, runs_on, signed_in):
    given = {"name": "stands on", "reverse_name": "carries", "key": "runs-on", "impact": "forward"}

    refused = signed_in(keeper).post("/administration/relationship-types/runs-on/edit/", given)
    renamed = signed_in(keeper).post("/administration/relationship-types/runs-on/edit/", given | {"impact": "backward"})

    assert (refused.status_code, renamed.status_code) == (422, 302)
    assert RelationshipType.objects.get(key="runs-on").name == "stands on"
    with pytest.raises(Refused):
        edit_relationship_type(type=runs_on, actor=keeper, impact="none")


def test_a_key_that_is_an_address_is_no_key_for_an_item(keeper, server):
    with pytest.raises(AnswersMissing) as missing:
        create_ci(actor=keeper, key="new", name="New", ci_class=server.ci_class)

    assert list(missing.value.errors) == ["key"]
