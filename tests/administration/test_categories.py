"""The tree of categories, first-contact scripts and canned replies, kept by those who set the desk's rules."""

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.test import Client

from core.exceptions import AnswersMissing
from core.models import Activity
from incidents.services import open_incident
from tests.factories import CategoryFactory
from tickets.models import CannedReply, Category, CategoryQuestion
from tickets.scripts import questions_of
from tickets.services.administering import (
    add_question,
    edit_category,
    edit_question,
    move_question,
    remove_question,
    restore_category,
    retire_category,
)
from tickets.services.canned import save_reply

PAGES = [
    "/administration/categories/",
    "/administration/categories/new/",
    "/administration/categories/network/edit/",
]
POSTS = [
    *PAGES[1:],
    "/administration/categories/network/retire/",
    "/administration/categories/network/restore/",
    "/administration/categories/network/questions/",
    "/administration/categories/network/questions/1/",
    "/administration/categories/network/questions/1/up/move/",
    "/administration/categories/network/questions/1/remove/",
]


@pytest.fixture
def tree(db):
    network = CategoryFactory(key="network", name="Network")
    vpn = CategoryFactory(key="vpn", name="VPN", parent=network)
    return network, vpn


@pytest.fixture
def questions(tree, administrator):
    network, _vpn = tree
    return [
        add_question(category=network, actor=administrator, text=text, kind="text", choices="")
        for text in ("Which site?", "Since when?", "Who else?")
    ]


@pytest.mark.parametrize("url", PAGES)
def test_categories_are_for_administrators_and_incident_managers(
    url, tree, administrator, manager, agent, auditor, requester, supplier, integration, signed_in
):
    for person in (administrator, manager):
        assert signed_in(person).get(url).status_code == 200
    for person in (agent, auditor, requester, supplier, integration):
        assert signed_in(person).get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_nobody_else_changes_categories(tree, agent, auditor, requester, signed_in):
    for url in POSTS:
        for person in (agent, auditor, requester):
            assert signed_in(person).post(url, {"name": "X"}).status_code == 403, url
    assert not Activity.objects.exists()


def test_a_category_is_added_renamed_and_moved_and_the_page_tells_it(tree, network, manager, signed_in):
    browser = signed_in(manager)
    given = {
        "name": "Wireless",
        "key": "wifi",
        "parent": tree[0].pk,
        "support_team": network.pk,
        "is_requestable": "on",
    }

    made = browser.post("/administration/categories/new/", given)
    moved = browser.post("/administration/categories/wifi/edit/", given | {"parent": tree[1].pk, "name": "Radio"})

    wifi = Category.objects.get(key="wifi")
    assert (made.status_code, moved.status_code) == (302, 302)
    assert wifi.ancestor_ids() == [tree[0].pk, tree[1].pk, wifi.pk]
    page = browser.get("/administration/categories/wifi/edit/").content.decode()
    for words in ("Sam Whitfield", "<del>Wireless</del>", "<ins>Radio</ins>", "<del>Network</del>", "<ins>VPN</ins>"):
        assert words in page


def test_a_category_inside_itself_is_refused_in_words(tree, manager, signed_in):
    network, vpn = tree

    answer = signed_in(manager).post(
        "/administration/categories/network/edit/", {"name": "Network", "key": "network", "parent": vpn.pk}
    )

    assert answer.status_code == 422
    with pytest.raises(AnswersMissing, match="under itself"):
        edit_category(category=network, actor=manager, parent=vpn)
    network.refresh_from_db()
    assert network.parent is None


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": ""}, "name"), ({"key": "vpn"}, "key"), ({"key": "a b"}, "key"), ({"name": "a\x00"}, "name")],
)
def test_mistakes_are_answered_with_the_form(tree, manager, signed_in, given, field):
    answer = signed_in(manager).post("/administration/categories/new/", {"name": "New", "key": "new-one"} | given)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Category.objects.count() == 2


def test_only_an_administrator_says_who_sees_the_tickets_of_a_category(
    tree, network, administrator, manager, signed_in
):
    given = {"name": "Network", "key": "network", "is_requestable": "on", "restricted_to": [network.pk]}

    signed_in(manager).post("/administration/categories/network/edit/", given)
    assert not tree[0].restricted_to.exists()
    with pytest.raises(PermissionDenied):
        edit_category(category=tree[0], actor=manager, restricted_to=[network])

    signed_in(administrator).post("/administration/categories/network/edit/", given)
    assert list(tree[0].restricted_to.all()) == [network]
    signed_in(manager).post("/administration/categories/network/edit/", given | {"name": "Networks"})
    assert list(tree[0].restricted_to.all()) == [network]


def test_a_retired_category_keeps_its_tickets_and_cannot_be_chosen(tree, requester, agent, manager, signed_in, desk):
    network, vpn = tree
    incident = open_incident(actor=requester, requester=requester, title="VPN drops", category=vpn)
    browser = signed_in(manager)

    answer = browser.post("/administration/categories/network/retire/")

    incident.refresh_from_db()
    assert incident.category == vpn
    assert set(Category.objects.filter(is_active=False)) == {network, vpn}
    assert signed_in(agent).get(f"/incidents/{incident.number}/").status_code == 200
    undo = list(get_messages(answer.wsgi_request))[-1].extra_tags.removeprefix("undo:")
    browser.post(undo)
    assert set(Category.objects.filter(is_active=True)) == {network}
    restore_category(category=vpn, actor=manager)
    assert Category.objects.filter(is_active=False).count() == 0
    assert retire_category(category=network, actor=manager) == 2
    restore_category(category=vpn, actor=manager)
    assert set(Category.objects.filter(is_active=True)) == {network, vpn}, "what is above comes back too"


# ---------------------------------------------------------------- scripts


def asked(category):
    return [question.text for question in questions_of(category)]


def test_questions_are_added_changed_ordered_and_removed(tree, questions, manager, signed_in):
    browser, vpn = signed_in(manager), tree[1]
    first, second, third = questions
    at = "/administration/categories/network/questions/"

    browser.post(f"{at}{third.pk}/up/move/")
    assert asked(vpn) == ["Which site?", "Who else?", "Since when?"]
    browser.post(f"{at}{first.pk}/down/move/")
    assert asked(vpn) == ["Who else?", "Which site?", "Since when?"]
    browser.post(f"{at}{second.pk}/remove/")
    assert asked(vpn) == ["Who else?", "Which site?"]
    browser.post(f"{at}{first.pk}/", {"text": "Where?", "kind": "choice", "choices": "Utrecht\nRotterdam"})
    browser.post(at, {"text": "Urgent?", "kind": "yes_no", "is_required": "on", "is_for_requester": "on"})

    assert asked(vpn) == ["Who else?", "Where?", "Urgent?"]
    assert [question.text for question in questions_of(vpn, for_requester=True)] == ["Who else?", "Urgent?"]
    page = browser.get("/administration/categories/network/edit/").content.decode()
    assert "<del>Which site?</del>" in page


def test_the_first_question_does_not_go_up_nor_the_last_down(tree, questions, manager):
    move_question(question=questions[0], up=True, actor=manager)
    move_question(question=questions[2], up=False, actor=manager)

    assert asked(tree[0]) == ["Which site?", "Since when?", "Who else?"]


@pytest.mark.parametrize(
    "given",
    [
        {"text": "", "kind": "text"},
        {"text": "Which?", "kind": "choice", "choices": "only one"},
        {"text": "Which?", "kind": "choice", "choices": "twice\ntwice"},
        {"text": "Which?", "kind": "essay"},
        {"text": "W\x00", "kind": "text"},
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_the_form(tree, manager, signed_in, given):
    answer = signed_in(manager).post("/administration/categories/network/questions/", given)

    assert answer.status_code == 422
    assert "Everything you typed is kept." in answer.content.decode()
    assert not CategoryQuestion.objects.exists()


def test_an_agent_changes_no_script(tree, questions, agent):
    for verb in (
        lambda: add_question(category=tree[0], actor=agent, text="Why?", kind="text", choices=""),
        lambda: edit_question(question=questions[0], actor=agent, text="Why?"),
        lambda: move_question(question=questions[0], up=False, actor=agent),
        lambda: remove_question(question=questions[0], actor=agent),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert asked(tree[0]) == ["Which site?", "Since when?", "Who else?"]


def test_a_question_is_reached_through_its_own_category_alone(tree, questions, manager, signed_in):
    url = f"/administration/categories/vpn/questions/{questions[0].pk}/"

    assert signed_in(manager).get(url).status_code == 404
    assert signed_in(manager).post(f"{url}remove/").status_code == 404


# ---------------------------------------------------------------- canned replies


def test_a_team_writes_its_own_replies_and_an_incident_manager_all(agent, manager, requester, desk, network, signed_in):
    theirs = save_reply(title="Of the network", text="Hello", actor=manager, team=network)
    mine, boss = signed_in(agent), signed_in(manager)

    mine.post("/administration/replies/new/", {"title": "Ours", "text": "Dear {{ requester }}", "team": desk.pk})
    everybody = mine.post("/administration/replies/new/", {"title": "All", "text": "Hello"})
    boss.post("/administration/replies/new/", {"title": "Whole desk", "text": "Hello"})

    assert everybody.status_code == 422
    assert {reply.title: reply.team for reply in CannedReply.objects.all()} == {
        "Of the network": network, "Ours": desk, "Whole desk": None,
    }  # fmt: skip
    assert mine.get(f"/administration/replies/{theirs.pk}/").status_code == 404
    whole = CannedReply.objects.get(team=None)
    assert mine.get(f"/administration/replies/{whole.pk}/").status_code == 403
    assert mine.post(f"/administration/replies/{whole.pk}/retire/").status_code == 403
    assert boss.get(f"/administration/replies/{theirs.pk}/").status_code == 200
    assert signed_in(requester).get("/administration/replies/").status_code == 403


def test_a_reply_is_retired_and_back_and_an_unknown_variable_is_refused(manager, signed_in):
    reply = save_reply(title="Thanks", text="Thank you", actor=manager)
    browser, url = signed_in(manager), f"/administration/replies/{reply.pk}/"

    assert browser.post(url, {"title": "Thanks", "text": "Dear {{ requestor }}"}).status_code == 422
    answer = browser.post(f"{url}retire/")
    reply.refresh_from_db()
    assert not reply.is_active
    browser.post(list(get_messages(answer.wsgi_request))[-1].extra_tags.removeprefix("undo:"))
    reply.refresh_from_db()
    assert reply.is_active


def test_the_lists_ask_as_much_of_the_database_for_many_as_for_few(
    tree, network, manager, signed_in, django_assert_max_num_queries
):
    browser = signed_in(manager)
    for index in range(20):
        each = CategoryFactory(parent=tree[index % 2], support_team=network)
        each.restricted_to.add(network)
        save_reply(title=f"Reply {index}", text="Hello", actor=manager, team=network)

    with django_assert_max_num_queries(16):
        browser.get("/administration/categories/")
    with django_assert_max_num_queries(16):
        browser.get("/administration/replies/")
