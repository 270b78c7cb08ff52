"""The desk's pages in a real Chromium: two sessions at once, keyboard only, without scripts, axe, content policy."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from core.moves import perform
from incidents.models import Incident
from incidents.services import edit_incident
from tests.factories import CategoryFactory
from tests.kit.test_browser import RULES
from tickets.models import CannedReply, Comment, SavedView
from tickets.services.handing_over import write_note
from tickets.services.words import add_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def wrong(page) -> list:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(each["id"], [node["html"][:140] for node in each["nodes"]]) for each in found]


@pytest.fixture
def category(db):
    return CategoryFactory(key="printing", name="Printing")


def test_from_report_to_confirmation_in_two_sessions(window, at, requester, agent, desk, category):
    ben, mara = window(requester), window(agent)
    portal = at(ben, "/portal/report/")
    portal.get_by_label("What is wrong?").fill("The label printer prints blank labels")
    portal.get_by_role("button", name="Report a new problem").click()
    portal.wait_for_url(re.compile(r"/portal/tickets/INC\d+/"))
    number = re.search(r"INC\d+", portal.url)[0]

    page = at(mara, "/incidents/?stage=open&stage=waiting")
    page.get_by_role("link", name="The label printer prints blank labels").click()
    page.get_by_role("button", name="Take").click()
    expect(page.locator("#record-state")).to_contain_text("In progress")
    page.locator("#composer label[data-key=r]").click()
    page.fill("#composer-text", "Which printer is it?")
    page.locator("#composer summary").click()
    page.get_by_role("button", name="Send and put on hold for the requester").click()
    expect(page.locator("#record-state")).to_contain_text("On hold")

    portal.reload()
    expect(portal.locator("main")).to_contain_text("Which printer is it?")
    portal.get_by_label("Your words").fill("The one at the gate")
    portal.get_by_role("button", name="Send").click()
    expect(page.locator("#timeline")).to_contain_text("The one at the gate", timeout=20_000)
    page.reload()
    expect(page.locator("#record-state")).to_contain_text("In progress")

    page.get_by_role("link", name="Resolve").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("#id_resolution_code").select_option("fixed")
    dialog.locator("#id_resolution").fill("A new roll is in.")
    dialog.locator("#id_category").select_option("printing")
    dialog.locator("#id_resolved_ci").select_option("none")
    dialog.locator("#id_fix_kind").select_option("permanent")
    dialog.get_by_role("button", name="Resolve").click()
    expect(page.locator("#record-state")).to_contain_text("Resolved")

    portal.goto(f"/portal/tickets/{number}/")
    portal.get_by_role("button", name="It works").click()
    expect(page.locator(".story-news")).to_contain_text("closed it", timeout=20_000)
    assert Incident.objects.get(number=number).status == "closed"


@pytest.mark.smoke
def test_two_agents_edit_at_once_and_neither_loses_text(window, at, opened, agent, manager):
    incident = opened("Scanner dead")
    page = at(window(agent, expects=("409",)), incident.get_absolute_url())
    page.get_by_label("More of this incident").click()
    page.get_by_role("link", name="Title and description").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("#id_title").fill("Scanner in hall 3 is dead")

    edit_incident(incident=incident, actor=manager, title="Hand scanner dead")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog.locator("#conflict")).to_contain_text("Sam Whitfield changed this")
    expect(dialog.locator("#conflict")).to_contain_text("Hand scanner dead")
    expect(dialog.locator("#id_title")).to_have_value("Scanner in hall 3 is dead")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("main h1").first).to_have_text("Scanner in hall 3 is dead")


def test_what_another_writes_arrives_and_moves_nothing_that_one_writes(window, at, opened, agent, manager):
    incident = opened()
    for index in range(12):
        add_comment(ticket=incident, text=f"Word {index}\n\nand more", actor=agent)
    edit_incident(incident=incident, actor=agent, title="Labels come out blank again")
    page = at(window(agent), incident.get_absolute_url())
    page.locator("#composer-text").click()
    page.keyboard.type("I am in the middle of")
    page.locator(".entry-change summary").first.evaluate("each => { each.parentElement.open = true }")
    top = page.locator("#composer-text").bounding_box()["y"]

    add_comment(ticket=incident, text="The fuser is broken", actor=manager)
    perform(incident, "take", actor=manager)

    expect(page.locator("#timeline")).to_contain_text("The fuser is broken", timeout=20_000)
    expect(page.locator(".story-news")).to_contain_text("Sam Whitfield wrote something.")
    expect(page.locator("#composer-text")).to_be_focused()
    expect(page.locator("#composer-text")).to_have_value("I am in the middle of")
    expect(page.locator(".entry-change details[open]")).to_have_count(1)
    assert abs(page.locator("#composer-text").bounding_box()["y"] - top) < 2


def test_new_tickets_announce_themselves_and_move_no_row(window, at, opened, agent):
    opened("First")
    page = at(window(agent), "/incidents/?stage=open")
    page.keyboard.press("j")
    before = page.locator("#rows tr").all_inner_texts()

    for index in range(3):
        opened(f"Later {index}")

    expect(page.locator("[data-live-show]")).to_contain_text("3 new", timeout=20_000)
    assert page.locator("#rows tr").all_inner_texts() == before
    page.keyboard.press(".")
    expect(page.locator("#rows tr")).to_have_count(4)


def test_a_ticket_is_worked_with_the_keyboard_alone(window, at, opened, agent, desk):
    CannedReply.objects.create(title="Ask which", text="Dear {{ requester_first_name }}, which one?")
    opened("First")
    opened("Second")
    page = at(window(agent), "/incidents/?assignee=none&sort=-number")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#record-head")).to_contain_text("1 of 2")
    page.keyboard.press("i")
    expect(page.locator("#record-state")).to_contain_text("In progress")
    page.keyboard.press("r")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.type("Hello. ::ask")
    expect(page.locator("#composer [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("Hello. Dear Ben, which one?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry-public")).to_contain_text("Dear Ben, which one?")
    page.keyboard.press("J")
    expect(page.locator("main h1").first).to_have_text("Second")
    page.keyboard.press("p")
    expect(page.locator("dialog[open] h1")).to_have_text("Impact and urgency")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("dialog[open] h1")).to_have_text("Assign")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator("dialog[open] h1")).to_have_text("Canned replies")
    page.keyboard.type("ask")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("Dear Ben, which one?")


def test_the_desk_works_without_scripts(window, opened, agent, desk):
    CannedReply.objects.create(title="Ask which", text="Which one?")
    incident = opened("Printer dead")
    page = window(agent, java_script_enabled=False).new_page()

    page.goto("/incidents/?stage=open")
    page.get_by_role("link", name="Save this view").click()
    page.fill("#id_name", "Open ones")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main h1").first).to_have_text("Open ones")
    page.get_by_role("link", name="Add filter").click()
    page.select_option("#id_assignee", "none")
    page.get_by_role("button", name="Show these").click()
    page.get_by_role("link", name="Printer dead").click()
    page.get_by_role("button", name="Take").click()
    page.check("#composer input[value=public]", force=True)
    page.fill("#composer-text", "Good morning.")
    page.locator("#composer").get_by_role("button", name="Canned replies").click()
    page.get_by_role("button", name="Ask which").click()
    expect(page.locator("#composer-text")).to_have_value("Good morning.\n\nWhich one?")
    expect(page.get_by_role("button", name="Send reply")).to_be_visible()
    page.get_by_role("button", name="Send reply").click()

    said = Comment.objects.get(ticket=incident)
    assert (said.text, said.audience) == ("Good morning.\n\nWhich one?", "requester")
    assert SavedView.objects.get().query == "stage=open"
    page.goto("/handover/")
    page.get_by_role("link", name=f"Write a note: {incident.number}").first.click()
    page.fill("#id_note", "Waits for Ben")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="I take over the one").click()
    expect(page.locator("main")).to_contain_text("No notes are waiting")


@pytest.fixture
def stage(opened, agent, manager, desk):
    """Something of everything that the desk's pages show."""
    held = perform(opened("Laptop does not charge"), "take", actor=agent)
    add_comment(ticket=held, text="We look into it", actor=agent, audience="requester")
    add_comment(ticket=held, text="Old firmware", actor=agent, kind="action_taken")
    perform(held, "hold", actor=agent, hold_reason="requester", hold_awaits="Which one?")
    write_note(ticket=held, team=desk, note="Waits for **Ben**", next_action="Ring him", actor=manager)
    opened("Laptop does not charge at all")
    twin = opened("Laptop does not charge here")
    perform(twin, "merge", actor=agent, into=held)
    CannedReply.objects.create(title="Ask which", text="Dear {{ requester }}, which {{ service }}?")
    SavedView.objects.create(page="incidents", name="Mine", query="assignee=me", owner=agent, is_default=False)
    return {"held": held, "twin": twin}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_desks_pages(window, at, live_server, agent, stage, theme, width):
    context = window(agent, viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    held, twin = stage["held"], stage["twin"]
    pages = [
        "/incidents/?assignee=me",
        "/incidents/views/",
        "/incidents/filter/?stage=open",
        "/incidents/views/new/?stage=open",
        f"{held.get_absolute_url()}?list=all%3D1",
        twin.get_absolute_url(),
        f"/tickets/{held.number}/canned/",
        f"/tickets/{held.number}/moves/merge/",
        "/handover/desk/",
        f"/handover/desk/{held.number}/",
    ]
    found = {}
    for address in pages:
        page = at(context, address)
        if violations := wrong(page):
            found[address] = violations
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        page.close()

    assert found == {}
