import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.services import set_deputy


def profile_form(**given):
    return {
        "name": "Ben Achterberg", "time_zone": "America/New_York", "language": "en-gb", "theme": "dark",
        "density": "compact", "phone": "12",
    } | given  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "/profile/", "/profile/deputy/", "/profile/tokens/", "/profile/tokens/new/", "/accounts/2fa/",
        "/accounts/password/change/", "/people/find/",
    ],
)  # fmt: skip
def test_everybody_has_a_profile_in_the_shell_that_is_theirs(url, requester, agent, supplier, signed_in):
    for person in (requester, agent, supplier):
        assert signed_in(person).get(url).status_code == 200
    assert Client().get(url).status_code == 302


def test_what_one_changes_holds_for_the_next_page(requester, signed_in):
    browser = signed_in(requester)
    answer = browser.post("/profile/", profile_form())

    requester.refresh_from_db()
    assert answer.status_code == 302
    assert (requester.time_zone, requester.theme, requester.has_shortcuts) == ("America/New_York", "dark", False)
    assert 'data-bs-theme="dark"' in browser.get("/profile/").content.decode()


def test_a_profile_with_mistakes_is_kept_and_not_saved(requester, signed_in):
    answer = signed_in(requester).post("/profile/", profile_form(name="", time_zone="Nowhere"))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "time_zone"}
    assert 'value="12"' in answer.content.decode()
    requester.refresh_from_db()
    assert requester.phone == ""


def test_roles_and_mail_are_not_ones_own_to_change(requester, signed_in):
    signed_in(requester).post(
        "/profile/", profile_form(email="x@example.org", is_superuser="on", roles=["administrator"])
    )

    requester = User.objects.get(pk=requester.pk)
    assert requester.email == "ben@example.org"
    assert not requester.is_administrator


def test_pages_are_in_the_readers_time_zone(agent, signed_in, settings):
    seen = []
    User.objects.filter(pk=agent.pk).update(time_zone="Asia/Tokyo")
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.zone_noted"]

    response = signed_in(agent).get("/profile/")
    seen.append(response.headers["X-Zone"])
    seen.append(Client().get("/accounts/login/").headers["X-Zone"])
    assert seen == ["Asia/Tokyo", "UTC"]


def zone_noted(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers["X-Zone"] = timezone.get_current_timezone_name()
        return response

    return middleware


def test_a_deputy_is_named_and_a_loop_is_answered_with_the_form(agent, manager, signed_in):
    browser = signed_in(agent)
    assert browser.post("/profile/deputy/", {"deputy": "Sam Whitfield"}).status_code == 302
    assert User.objects.get(pk=agent.pk).deputy == manager

    loop = signed_in(manager).post("/profile/deputy/", {"deputy": "mara"})
    assert loop.status_code == 422
    assert "stand in for themselves" in loop.content.decode()
    browser.post("/profile/deputy/", {"deputy": ""})
    assert User.objects.get(pk=agent.pk).deputy is None


def test_a_token_is_shown_once_and_revoked(agent, colleague, signed_in):
    browser = signed_in(agent)
    made = browser.post("/profile/tokens/new/", {"name": "Script", "scopes": ["incidents:read", "metrics:read"]})
    text = re.search(r"itsm_\w{12}_\w{40}", made.content.decode())[0]
    token = ApiToken.objects.get()

    assert token.owner == agent
    assert text not in browser.get("/profile/tokens/").content.decode()
    assert Client().get("/api/v1/incidents/", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    assert signed_in(colleague).post(f"/profile/tokens/{token.key}/revoke/").status_code == 404
    browser.post(f"/profile/tokens/{token.key}/revoke/")
    assert Client().get("/api/v1/incidents/", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_a_token_without_scopes_or_with_a_wrong_network_is_a_mistake(agent, signed_in):
    answer = signed_in(agent).post(
        "/profile/tokens/new/", {"name": "X", "allowed_networks": "10.0.0.0/99", "expires_on": "2001-01-01"}
    )

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"scopes", "allowed_networks", "expires_on"}


def test_signing_out_elsewhere_keeps_this_browser(agent, signed_in):
    here, elsewhere = signed_in(agent), signed_in(User.objects.get(pk=agent.pk))

    here.post("/profile/sign-out-elsewhere/")

    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


# ---------------------------------------------------------------- the directory


def test_cards_are_for_those_who_may_see_the_person(
    requester, colleague, stranger, agent, auditor, supplier, signed_in
):
    assert signed_in(agent).get("/people/ben/").status_code == 200
    assert signed_in(agent).get("/people/otto/").status_code == 404  # no team serves their company
    assert signed_in(auditor).get("/people/otto/").status_code == 200
    assert signed_in(requester).get("/people/ben/").status_code == 200
    assert signed_in(requester).get("/people/carla/").status_code == 404
    assert signed_in(supplier).get("/people/mara/").status_code == 404


def test_where_people_see_all_tickets_they_see_each_other(requester, colleague, northgate, signed_in):
    northgate.people_see_all = True
    northgate.save(update_fields=["people_see_all"])

    assert signed_in(requester).get("/people/carla/").status_code == 200


def test_a_card_says_whom_to_ask_meanwhile(agent, manager, signed_in):
    set_deputy(agent, manager, actor=agent)

    page = signed_in(manager).get("/people/MARA/").content.decode()
    assert "Away, ask" in page
    assert "/people/sam/" in page


def test_teams_have_cards_for_the_desk(agent, desk, network, requester, signed_in):
    page = signed_in(agent).get("/teams/desk/").content.decode()

    assert "Mara Lindqvist" in page
    assert "Northgate Logistics" in page
    assert signed_in(requester).get("/teams/desk/").status_code == 404


def test_finding_people_honours_who_sees_whom(agent, requester, stranger, administrator, signed_in):
    def found(person, words):
        return [each["value"] for each in signed_in(person).get("/people/find/", {"q": words}).json()]

    assert found(agent, "achter") == ["ben"]
    assert found(agent, "otto") == []
    assert found(administrator, "otto") == ["otto"]
    assert found(requester, "mara") == []
    assert found(agent, "\x00' OR 1=1 --") == []
