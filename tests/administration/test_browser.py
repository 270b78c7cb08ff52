"""Configuration and the desk's rules in a real Chromium: axe, the content policy, a phone, and work without scripts."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.roles import Role
from cmdb.models import ConfigurationItem, RelationshipType
from cmdb.services import create_class, create_relationship_type, edit_ci, edit_class, relate
from core.moves import perform
from incidents.matrix import DEFAULT
from incidents.services import announce, open_incident
from incidents.services.administering import save_policy, save_scheme
from tests.factories import CategoryFactory, CiClassFactory, ConfigurationItemFactory, ServiceFactory, UserFactory
from tests.kit.test_browser import RULES, WATCH, browser  # noqa: F401  # a fixture
from tickets.services.administering import add_question, edit_category
from tickets.services.canned import retire_reply, save_reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/cis/",
    "/cis/?q=nothing-fits-this",
    "/cis/?ci_class=server&status=in_use",
    "/cis/order-app/",
    "/cis/old-01/",
    "/cis/new/",
    "/cis/order-app/edit/",
    "/cis/srv-01/moves/retire/",
    "/cis/srv-01/relationships/new/",
    "/services/",
    "/services/order-desk/",
    "/services/new/",
    "/administration/",
    "/administration/ci-classes/",
    "/administration/ci-classes/server/edit/",
    "/administration/relationship-types/",
    "/administration/relationship-types/new/",
    "/administration/priorities/",
    "/administration/priorities/new/",
    "/administration/incident-rules/",
    "/administration/propagation/",
    "/administration/categories/",
    "/administration/categories/printing/edit/",
    "/administration/replies/",
    "/administration/replies/new/",
]
LEVELS = {
    priority: {"code": f"P{priority}", "name": name, "description": about, "target": target}
    for priority, name, about, target in (
        (1, "Critical", "Many people cannot work, or people may come to harm", "Somebody at once, back within 4 hours"),
        (2, "High", "Many are hindered, or some cannot work", "Within the working day"),
        (3, "Medium", "Some are hindered", "Within two working days"),
        (4, "Low", "Work goes on with some trouble", ""),
        (5, "Planning", "Nothing hurries", ""),
    )
}


@pytest.fixture
def opened_window(browser, live_server, signed_in) -> Iterator:  # noqa: F811  # the fixture of that name
    """`opened_window(person)`: a window in which they are signed in; an error on its console fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_window(person, **given) -> BrowserContext:
        context = browser.new_context(base_url=live_server.url, **{"viewport": {"width": 1440, "height": 900}, **given})
        session = signed_in(person).cookies["evenkeel_session"].value
        context.add_cookies([{"name": "evenkeel_session", "value": session, "url": live_server.url}])
        context.add_init_script(WATCH)
        context.set_default_timeout(60_000)
        context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        contexts.append(context)
        return context

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def keeper(northgate, network):
    roles = Role.ADMINISTRATOR | Role.CONFIGURATION_MANAGER
    return UserFactory(username="kim", name="Kim Okafor", organisation=northgate, roles=roles, teams=[network])


@pytest.fixture
def estate(northgate, network, desk, keeper, agent, requester):
    """Something on every page."""
    server = CiClassFactory(key="server", icon="server")
    if not server.children.exists():
        create_class(actor=keeper, key="blade", name="Blade", parent=server, icon="server-2")
    edit_class(ci_class=server, actor=keeper, name="Servers")
    kept = RelationshipType.objects.filter(key="runs-on").first()
    runs_on = kept or create_relationship_type(actor=keeper, key="runs-on", name="runs on", reverse_name="hosts")
    shop = ServiceFactory(
        key="order-desk", name="Order desk", importance=1, support_team=network, owner=keeper, user_count=1212,
        used_by=[northgate], description="Where orders come in, by telephone and by mail.",
    )  # fmt: skip
    ServiceFactory(name="Payroll", importance=2, is_requestable=False)
    application = ConfigurationItemFactory(
        key="order-app", name="Order application", ci_class=CiClassFactory(key="application"), organisation=northgate
    )
    machine = ConfigurationItemFactory(key="srv-01", name="srv-01", ci_class=server, importance=2, support_team=network)
    old = ConfigurationItemFactory(key="old-01", name="old-01", ci_class=server, environment="test")
    for source, target in ((shop, application), (application, machine), (application, old)):
        relate(source=source, target=target, type=runs_on, actor=keeper)
    edit_ci(ci=machine, actor=keeper, importance=1, description="In **rack 4**")
    perform(old, "retire", actor=keeper, reason="Replaced by srv-01.")
    open_incident(actor=requester, requester=requester, title="Saving an order takes 40 s", service=shop, impact=1)
    announce(actor=agent, title="The order desk is slow", service=shop, started_at=timezone.now())
    save_scheme(actor=keeper, name="Northgate", organisation=northgate, service=None, cells=DEFAULT, levels=LEVELS)
    save_policy(actor=keeper, reminder_days=[3])
    printing = CategoryFactory(key="printing", name="Printing")
    labels = CategoryFactory(key="labels", name="Labels", parent=printing)
    edit_category(category=labels, actor=keeper, restricted_to=[network], support_team=network)
    for text, kind, choices in (
        ("Which printer?", "text", ""),
        ("Which side?", "choice", "Left\nRight"),
        ("All of them?", "yes_no", ""),
    ):
        add_question(category=printing, actor=keeper, text=text, kind=kind, choices=choices)
    save_reply(title="We look into it", text="Dear {{ requester }}, we look into {{ number }}.", actor=keeper)
    retire_reply(reply=save_reply(title="Old", text="Hello", actor=keeper, team=desk), actor=keeper)
    return keeper


def opened(window: BrowserContext, address: str) -> Page:
    page = window.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(opened_window, live_server, estate, theme):
    window = opened_window(estate)
    window.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page = window.new_page()
    wrong = {}

    for url in PAGES:
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            found = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in violations]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(("wider than its window", []))
            if found:
                wrong[url, width] = found
    assert wrong == {}, wrong


def test_an_item_is_added_related_and_retired_without_scripts(opened_window, estate):
    page = opened_window(estate, java_script_enabled=False).new_page()
    page.goto("/cis/new/")

    page.get_by_label("Name", exact=True).fill("srv-09")
    page.get_by_label("Key", exact=True).fill("srv-09")
    page.get_by_label("Class").select_option(label="Servers")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Relate").click()
    page.get_by_label("This item").select_option(label="hosts")
    page.get_by_label("the other item").fill("Order application")
    page.get_by_role("button", name="Relate").click()
    expect(page.get_by_role("listitem").filter(has_text="hosts").filter(has_text="Order application")).to_be_visible()
    page.goto("/cis/srv-09/moves/retire/")
    expect(page.get_by_text("1 item in use stands on it")).to_be_visible()
    page.get_by_role("button", name="Retire").click()

    expect(page.locator("#record-state")).to_contain_text("Retired")
    assert ConfigurationItem.objects.get(key="srv-09").status == "retired"


def test_suggestions_of_items_come_while_one_types_and_an_undo_brings_a_relationship_back(opened_window, estate):
    window = opened_window(estate)
    page = opened(window, "/cis/srv-01/relationships/new/")

    page.get_by_label("the other item").press_sequentially("old")
    expect(page.locator("datalist option[value='old-01']")).to_have_count(1)
    page.goto("/cis/srv-01/")
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name="Take away: hosts Order application").click()
    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.get_by_role("listitem").filter(has_text="hosts").filter(has_text="Order application")).to_be_visible()


def test_a_matrix_is_rehearsed_and_saved_by_keyboard_alone(opened_window, estate):
    page = opened(opened_window(estate), "/administration/priorities/")
    page.get_by_role("link", name="Northgate").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready]")

    cell = page.get_by_label("Impact high, urgency low")
    cell.focus()
    cell.press("End")
    page.get_by_role("button", name="What would change?").press("Enter")
    expect(page.locator("#rehearsal")).to_contain_text("1 of 1 open incidents")
    page.get_by_role("button", name="Save").press("Enter")

    expect(page.locator(".toast")).to_contain_text("Open incidents keep the priority")
