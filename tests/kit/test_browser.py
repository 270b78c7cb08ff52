"""The kit in a real Chromium: the content policy holds, axe finds nothing, the keyboard reaches everything."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs a loop of its own in this thread
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)


@pytest.fixture
def window(browser, live_server, signed_in, agent) -> Iterator[BrowserContext]:
    """A window in which the agent is signed in; anything on its console that is an error fails the test."""
    session = signed_in(agent).cookies["evenkeel_session"].value
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url, bypass_csp=False)
    context.add_cookies([{"name": "evenkeel_session", "value": session, "url": live_server.url}])
    context.add_init_script(WATCH)
    context.set_default_timeout(60_000)  # the first page of a run also fills every cache
    errors: list[str] = []
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


def opened(window: BrowserContext) -> Page:
    page = window.new_page()
    page.goto("/ui/")
    page.wait_for_selector("html[data-ready]")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_component_page(window, live_server, theme, width):
    window.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page = opened(window)
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_selector(".chart svg")

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]

    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_rows_are_walked_and_chosen_by_keyboard(window):
    page = opened(window)
    page.locator(".new-menu, .bell, .menu summary").last.focus()

    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")

    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_the_palette_opens_moves_and_gives_the_focus_back(window):
    page = opened(window)
    page.evaluate("document.getElementById('palette').dataset.palette = '/ui/palette/'")
    trigger = page.locator("[data-palette-open]")
    trigger.focus()

    page.keyboard.press("Control+k")
    first = page.locator("#palette [role=option]").first
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()
    expect(trigger).to_be_focused()


def test_single_keys_can_be_switched_off(window, agent):
    page = opened(window)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts-help")).to_be_visible()

    agent.has_shortcuts = False
    agent.save(update_fields=["has_shortcuts"])
    page = opened(window)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts-help")).to_be_hidden()


def test_a_note_that_became_a_reply_is_asked_about(window):
    page = opened(window)
    page.fill("#composer-text", "Only for us")
    page.locator("#composer label[data-key=r]").click()
    page.focus("#composer-text")

    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Keep as note").click()

    expect(page.locator("#composer")).to_have_attribute("data-mode", "internal")
    expect(page.locator("#composer-text")).to_have_value("Only for us")


def test_a_refused_move_says_why_and_does_nothing(window):
    page = opened(window)
    refused = page.locator("#moves .btn-refused")

    expect(refused).to_have_accessible_description(
        "Close opens after Resolve; the requester confirms, or 5 working days pass."
    )


def test_the_focus_is_never_under_a_sticky_bar(window):
    page = opened(window)
    hidden = page.evaluate(
        """() => {
          const bad = [];
          for (const element of document.querySelectorAll("main :is(a, button, input, select, textarea)")) {
            if (!element.offsetParent) continue;
            element.focus();
            const box = element.getBoundingClientRect();
            if (!box.width || document.activeElement !== element) continue;
            const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            if (top?.closest(".topbar, .page-foot")) bad.push(element.outerHTML.slice(0, 100));
          }
          return bad;
        }"""
    )

    assert hidden == []


def test_the_page_works_without_scripts(browser, live_server, signed_in, agent):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    session = signed_in(agent).cookies["evenkeel_session"].value
    context.add_cookies([{"name": "evenkeel_session", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto("/ui/")

    page.locator(".topbar .menu summary").last.click()
    page.get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("cell", name="16 Nov so far")).to_be_visible()
    context.close()
