"""The pages of figures in a real Chromium: axe finds nothing, and tables stand without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from metrics import rollups
from tests.kit.test_browser import RULES, browser, window  # noqa: F401 - fixtures
from tests.metrics.made import make_random

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAYS = "from=2026-02-02&to=2026-04-19"
PAGES = (
    f"/metrics/?{DAYS}",
    f"/metrics/?{DAYS}&figure=reopened&by=priority",
    "/metrics/definitions/",
    "/metrics/mine/",
)


@pytest.fixture
def incidents(requester, colleague, desk, network):
    made = make_random(300, [requester, colleague], seed=12, team=[desk, desk, network])
    rollups.refresh()
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_pages_of_figures(incidents, window, live_server, theme, width):  # noqa: F811 - the fixtures of those names
    window.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page = window.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        if "figure" in address or address == PAGES[0]:
            page.wait_for_selector(".chart svg")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]

        assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_chart_gives_way_to_its_table_and_a_number_to_its_rows(incidents, window):  # noqa: F811 - the fixtures of those names
    page = window.new_page()
    page.goto(f"/metrics/?{DAYS}&figure=resolve")
    panel = page.locator("section:has(#series-title)")
    expect(panel.locator("table")).to_be_hidden()

    panel.get_by_role("button", name="Table").click()
    link = panel.locator("tbody a").nth(3)
    n = link.inner_text()
    link.click()

    expect(page.locator(".page-head-count")).to_have_text(n)


def test_everything_is_there_without_a_script(incidents, browser, live_server, signed_in, agent):  # noqa: F811 - the fixtures of those names
    session = signed_in(agent).cookies["evenkeel_session"].value
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies([{"name": "evenkeel_session", "value": session, "url": live_server.url}])
    page = context.new_page()

    page.goto(f"/metrics/?{DAYS}")
    expect(page.locator("section:has(#series-title) table")).to_be_visible()
    page.get_by_text("Team: all").click()
    page.get_by_role("link", name="Network", exact=True).first.click()

    expect(page.get_by_text("Team: Network")).to_be_visible()
    context.close()
