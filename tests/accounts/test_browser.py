"""Sign-in, profile and administration in a real Chromium."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import ApiToken, User
from accounts.services import create_token, edit_person, set_move_right
from tests.factories import PASSWORD, LocationFactory, OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "/profile/",
    "/profile/deputy/",
    "/profile/tokens/",
    "/profile/tokens/new/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/password/change/",
    "/people/mara/",
    "/teams/desk/",
    "/administration/",
    "/administration/people/",
    "/administration/people/?q=nobody-fits-this",
    "/administration/people/new/",
    "/administration/people/mara/",
    "/administration/organisations/",
    "/administration/organisations/?kind=supplier",
    "/administration/organisations/northgate/edit/",
    "/administration/locations/",
    "/administration/teams/",
    "/administration/teams/desk/edit/",
    "/administration/roles/",
    "/administration/move-rights/incident/",
    "/administration/integrations/",
    "/administration/audit/",
]
OUTSIDE = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs a loop of its own in this thread
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)


@pytest.fixture
def window(browser, live_server) -> Iterator[BrowserContext]:
    """A window in which nobody is signed in; what its console calls an error fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url)
    context.add_init_script(WATCH)
    context.set_default_timeout(60_000)  # the first page of a run also fills every cache
    errors: list[str] = []
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert [each for each in errors if "422" not in each] == []  # Chromium calls the answer to a mistake an error


@pytest.fixture
def company(
    administrator,
    agent,
    manager,
    requester,
    stranger,
    supplier,
    integration,
    second_line,
    change_manager,
    auditor,
    depot,
):
    """Something on every page."""
    OrganisationFactory(key="northgate-office", name="Northgate office", parent=depot)
    site = LocationFactory(key="rotterdam", name="Rotterdam")
    LocationFactory(key="rotterdam-2", name="Second floor", parent=site)
    edit_person(agent, actor=administrator, manager=manager, job_title="Service desk agent", phone="+31 20 555 0112")
    set_move_right("incident", "close", auditor.roles & ~requester.roles, True, actor=administrator)
    create_token(owner=integration, name="Checks", scopes=["incidents:read", "incidents:write"], actor=administrator)
    create_token(owner=administrator, name="Script", scopes=["*"], actor=administrator)


def enter(window: BrowserContext, live_server, signed_in, person: User) -> Page:
    session = signed_in(person).cookies["evenkeel_session"].value
    window.add_cookies([{"name": "evenkeel_session", "value": session, "url": live_server.url}])
    return window.new_page()


def violations(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    window, live_server, signed_in, administrator, company, settings, theme
):
    settings.DEMO = True
    window.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page = window.new_page()
    wrong = {}

    def look(url: str) -> None:
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = violations(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(("wider than its window", []))
            if found:
                wrong[url, width] = found

    for url in OUTSIDE:
        look(url)
    page.close()
    page = enter(window, live_server, signed_in, administrator)
    for url in PAGES:
        look(url)
    assert wrong == {}


def test_a_person_signs_in_shows_the_password_and_is_told_what_is_wrong(window, agent):
    page = window.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("User name or mail address").fill("mara")
    password = page.get_by_label("Password", exact=True)
    password.fill("wrong one")
    page.get_by_role("button", name="Show the password").click()
    expect(password).to_have_attribute("type", "text")

    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is not right.")
    expect(page.get_by_label("User name or mail address")).to_have_value("mara")

    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


def test_a_passkey_is_added_and_signs_in_alone(window, live_server, signed_in, agent):
    page = window.new_page()
    session = window.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    page.goto("/accounts/login/")
    page.get_by_label("User name or mail address").fill("mara")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("What to call it").fill("Laptop")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("Laptop")).to_be_visible()

    window.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/profile/")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mara Lindqvist")


def test_a_person_is_offered_while_one_types(window, live_server, signed_in, administrator, agent, desk, requester):
    page = enter(window, live_server, signed_in, administrator)
    page.goto("/administration/teams/desk/edit/")
    page.get_by_label("Add a member").press_sequentially("achter")
    expect(page.locator("#id_person_list option")).to_have_attribute("value", "ben")

    page.get_by_label("Add a member").fill("ben")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_text("Ben Achterberg is in Service desk now.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Ben Achterberg is no longer in Service desk.")).to_be_visible()


def test_the_administration_works_without_scripts(browser, live_server, signed_in, administrator, agent, integration):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = enter(context, live_server, signed_in, administrator)

    page.goto("/administration/people/new/")
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("Name", exact=True).fill("New Person")
    page.locator("#id_manager").fill("nobody of that name")
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_role("alert")).to_contain_text("1 field needs another look")
    page.locator("#id_manager").fill("mara")
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_role("heading", name="New Person")).to_be_visible()

    page.goto("/administration/move-rights/incident/")
    box = page.get_by_role("checkbox", name="Resolve: Auditor")
    box.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("checkbox", name="Resolve: Auditor, changed")).to_be_checked()

    page.goto("/administration/integrations/new/")
    page.get_by_label("Account").fill("monitoring")
    page.get_by_label("What it is for").fill("Checks")
    page.get_by_label("Read incidents").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.locator("#token-text")).to_contain_text("itsm_")
    context.close()
    assert User.objects.get(username="newcomer").manager == agent
    assert ApiToken.objects.get().scopes == ["incidents:read"]
