"""The portal in a real Chromium: axe, the content policy, a phone, and the whole way without scripts."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from core.moves import perform
from incidents.models import Incident
from incidents.services import announce
from tests.factories import CategoryFactory, ServiceFactory
from tests.kit.test_browser import RULES, WATCH, browser  # noqa: F401  # a fixture
from tests.portal.conftest import resolution
from tickets.models import CategoryQuestion, Comment
from tickets.services.referring import refer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def stage(opened, waiting, agent, requester, supplier_organisation):
    """Something in every state that a requester sees, announced and not."""
    done = perform(opened("Badge reader beeps"), "resolve", actor=agent, **resolution())
    announcement = announce(actor=agent, title="Order desk is slow", service=ServiceFactory(name="Order desk"))
    printers = CategoryFactory(key="printers", name="Printers")
    CategoryQuestion.objects.create(category=printers, text="Which printer?", is_required=True)
    return {"waiting": waiting, "done": done, "announcement": announcement}


def at(window: BrowserContext, address: str) -> Page:
    page = window.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page


def wrong(page: Page) -> list:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_the_portal(opened_window, live_server, requester, agent, stage, theme, width):
    mine = opened_window(requester, viewport={"width": width, "height": 844})
    desk = opened_window(agent, viewport={"width": width, "height": 844})
    for window in (mine, desk):
        window.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    number = stage["waiting"].number
    places = [
        *((mine, reverse(name)) for name in ("portal", "portal-tickets", "portal-report", "portal-services")),
        (mine, reverse("portal-tickets") + "?show=done"),
        (mine, reverse("portal-ticket", args=[number])),
        (mine, reverse("portal-ticket", args=[stage["done"].number])),
        (mine, reverse("portal-reopen", args=[stage["done"].number])),
        (desk, reverse("announcements")),
        (desk, reverse("announcement-new")),
        (desk, reverse("announcement", args=[stage["announcement"].pk])),
    ]

    for window, address in places:
        page = at(window, address)
        assert (address, wrong(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        page.close()


def test_axe_finds_nothing_on_the_suppliers_pages(opened_window, supplier, supplier_organisation, agent, incident):
    refer(ticket=incident, supplier=supplier_organisation, actor=agent, question="Is it known?")
    window = opened_window(supplier)

    for address in (reverse("supplier"), reverse("supplier-ticket", args=[incident.number])):
        assert wrong(at(window, address)) == []


def test_typing_answers_and_the_answer_is_read_out(opened_window, requester, stage):
    page = at(opened_window(requester), reverse("portal"))

    page.locator("#ask").press_sequentially("labels come out empty")

    expect(page.get_by_role("heading", name="This may help at once")).to_be_visible()
    expect(page.locator("#may-help")).to_have_attribute("aria-live", "polite")
    page.get_by_role("button", name="Report a new problem").click()
    expect(page.get_by_label("What is wrong?")).to_have_value("labels come out empty")


def test_choosing_what_it_is_about_asks_its_questions_and_keeps_the_rest(opened_window, requester, desk, stage):
    page = at(opened_window(requester), reverse("portal-report"))
    page.get_by_label("What is wrong?").fill("Blank again")

    page.get_by_label("What is it about").select_option("printers")
    page.get_by_label("Which printer?").fill("RTM-4")
    page.get_by_text("I cannot work").click()
    page.get_by_role("button", name="Report a new problem").click()

    expect(page.get_by_role("heading", name="Blank again")).to_be_visible()
    expect(page.get_by_text("We have it as")).to_be_visible()
    assert Incident.objects.get(title="Blank again").script_answers == {"Which printer?": "RTM-4"}


def test_not_yet_is_asked_in_a_dialog(opened_window, requester, stage):
    page = at(opened_window(requester), reverse("portal"))

    page.get_by_role("link", name="Not yet").click()
    page.get_by_role("dialog").get_by_label("What doesn't work yet?").fill("It beeps again.")
    page.get_by_role("button", name="Not yet, go on").click()

    expect(page.get_by_text("It beeps again.")).to_be_visible()
    assert Incident.objects.get(pk=stage["done"].pk).status == "in_progress"


def test_the_whole_way_without_scripts(opened_window, requester, agent, desk, stage):
    window = opened_window(requester, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = window.new_page()
    page.goto(reverse("portal-report"))
    page.get_by_label("What is wrong?").fill("Scanner stays dark")
    page.get_by_label("What is it about").select_option("printers")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("What is wrong?")).to_have_value("Scanner stays dark")
    page.get_by_label("Which printer?").fill("RTM-4")
    page.get_by_role("button", name="Report a new problem").click()

    reported = Incident.objects.get(title="Scanner stays dark")
    page.get_by_label("Your words").fill("At gate 4.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("At gate 4.")).to_be_visible()
    perform(perform(reported, "take", actor=agent), "resolve", actor=agent, **resolution())
    page.goto(reverse("portal-ticket", args=[reported.number]))
    page.get_by_role("link", name="Not yet").click()
    page.get_by_label("What doesn't work yet?").fill("Still dark.")
    page.get_by_role("button", name="Not yet, go on").click()
    perform(Incident.objects.get(pk=reported.pk), "resolve", actor=agent, **resolution())
    page.goto(reverse("portal-ticket", args=[reported.number]))
    page.get_by_role("button", name="It works").click()

    expect(page.get_by_text("Done", exact=True).first).to_be_visible()
    assert Incident.objects.get(pk=reported.pk).status == "closed"
    assert Comment.objects.filter(ticket=reported, author=requester).count() == 2


def test_two_presses_of_send_say_it_once(opened_window, requester, waiting):
    page = at(opened_window(requester), reverse("portal-ticket", args=[waiting.number]))
    page.get_by_label("Your words").fill("The small roll.")

    page.get_by_role("button", name="Send").dblclick()

    expect(page.get_by_text("The small roll.")).to_be_visible()
    assert Comment.objects.filter(ticket=waiting, author=requester).count() == 1
