import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.db import connection
from django.test import Client

from accounts import throttling
from accounts.models import SignInAttempt, User
from accounts.roles import Role
from accounts.throttling import Action, TooManyTries, reserve
from tests.factories import PASSWORD, UserFactory

SIGN_IN = "/accounts/login/"


def sign_in(client: Client, login: str, password: str = PASSWORD, **extra):
    return client.post(SIGN_IN, {"login": login, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def words_of(response) -> str:
    """What the page says, but for what differs each time."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r'name="login" value="[^"]*"', "", text)


def test_people_sign_in_by_user_name_or_mail_in_any_case(client, agent):
    for login in ("mara", "MARA", "Mara@Example.org"):
        assert sign_in(client, login).status_code == 302
        assert is_signed_in(client)
        client.post("/accounts/logout/")
        assert not is_signed_in(client)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, agent):
    wrong = sign_in(client, "mara", "not this one")
    unknown = sign_in(client, "nobody", "not this one")

    assert wrong.status_code == unknown.status_code == 422
    assert words_of(wrong) == words_of(unknown)
    assert "The name or the password is not right." in wrong.content.decode()
    assert not is_signed_in(client)


def test_the_session_gets_a_new_key_at_sign_in(client, agent):
    session = client.session
    session["kept"] = "before"
    session.save()
    before = client.cookies["evenkeel_session"].value

    sign_in(client, "mara")

    assert client.cookies["evenkeel_session"].value != before


def test_signing_in_goes_on_to_the_page_asked_for_but_never_to_another_site(client, agent):
    inside = client.post(
        SIGN_IN + "?next=/profile/tokens/", {"login": "mara", "password": PASSWORD, "next": "/profile/tokens/"}
    )
    client.post("/accounts/logout/")
    outside = client.post(SIGN_IN, {"login": "mara", "password": PASSWORD, "next": "https://evil.example/"})

    assert inside.headers["Location"] == "/profile/tokens/"
    assert outside.headers["Location"] == "/"


def test_after_five_failures_a_name_waits_even_with_the_right_password(client, agent, manager):
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as clock:
        for _each in range(5):
            assert "not right" in sign_in(client, "mara", "wrong").content.decode()

        waiting = sign_in(client, "Mara ")
        assert waiting.status_code == 422
        assert "Please wait 15 minutes" in waiting.content.decode()
        assert sign_in(client, "sam").status_code == 302  # another name from the same address
        elsewhere = Client(REMOTE_ADDR="198.51.100.7")
        assert sign_in(elsewhere, "mara").status_code == 302  # the same name from another address
        client.post("/accounts/logout/")

        clock.shift(15 * 60 - 1)
        assert "Please wait 1 minute," in sign_in(client, "mara").content.decode()
        clock.shift(2)
        assert sign_in(client, "mara").status_code == 302


def test_an_unknown_name_waits_just_the_same(client, agent):
    answers = []
    for name in ("mara", "nobody"):
        for _each in range(5):
            sign_in(client, name, "wrong")
        answers.append(words_of(sign_in(client, name, "wrong")))

    assert answers[0] == answers[1]
    assert "Too many tries." in answers[0]


def test_success_does_not_wipe_the_failures_before_it(client, agent):
    for _each in range(4):
        sign_in(client, "mara", "wrong")
    assert sign_in(client, "mara").status_code == 302
    client.post("/accounts/logout/")

    assert SignInAttempt.objects.filter(name="mara").count() == 4
    sign_in(client, "mara", "wrong")
    assert "Too many tries." in sign_in(client, "mara").content.decode()


def test_fifty_failures_from_one_address_close_it_for_every_name(client, agent):
    for number in range(50):
        reserve(Action.PASSWORD, f"name-{number}", "127.0.0.1")

    assert "Too many tries." in sign_in(client, "mara").content.decode()
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), "mara").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_time_are_counted_one_by_one():
    def attempt(_number: int) -> bool:
        try:
            reserve(Action.PASSWORD, "mara", "192.0.2.1")
        except TooManyTries:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(attempt, range(24)))

    assert sum(allowed) == throttling.PER_NAME


def test_old_tries_are_forgotten(db):
    with time_machine.travel("2026-11-18T09:00:00Z", tick=False):
        reserve(Action.PASSWORD, "mara", "192.0.2.1")
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False):
        reserve(Action.PASSWORD, "sam", "192.0.2.1")

    assert list(SignInAttempt.objects.values_list("name", flat=True)) == ["sam"]


def test_somebody_deactivated_does_not_get_in(client, agent):
    User.objects.filter(pk=agent.pk).update(is_active=False)

    sign_in(client, "mara")

    assert not is_signed_in(client)


def test_a_nul_byte_or_an_endless_password_is_a_mistake_and_no_fault(client, agent):
    assert sign_in(client, "ma\x00ra").status_code == 422
    assert sign_in(client, "mara", "x" * 5000).status_code == 422


def test_nobody_signs_up(client, db):
    page = client.get("/accounts/signup/")
    sent = client.post(
        "/accounts/signup/", {"username": "new", "email": "n@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert page.status_code == sent.status_code == 302
    assert not User.objects.filter(username="new").exists()


def test_a_forgotten_password_is_set_by_mail_and_ends_other_sessions(client, agent, signed_in):
    elsewhere = signed_in(agent)
    known = client.post("/accounts/password/reset/", {"email": "mara@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", letters["mara@example.org"])[1]
    assert "reset/key" not in letters["nobody@example.org"]

    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    assert client.post(address, {"password1": "short", "password2": "short"}).status_code == 422
    new = "an entirely new keel"
    client.post(address, {"password1": new, "password2": new})

    assert not is_signed_in(elsewhere)
    assert sign_in(client, "mara", new).status_code == 302
    again = Client().get(link, follow=True)
    assert "This link no longer works" in again.content.decode()


def test_links_for_forgotten_passwords_are_counted_too(client, agent):
    for _each in range(5):
        assert client.post("/accounts/password/reset/", {"email": "mara@example.org"}).status_code == 302

    refused = client.post("/accounts/password/reset/", {"email": "mara@example.org"})

    assert refused.status_code == 422
    assert "Too many tries." in refused.content.decode()
    assert len(mail.outbox) == 5


# ---------------------------------------------------------------- second step


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def with_app(agent):
    """The agent with an authenticator app; gives the code of the moment."""
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(agent, secret)
    RecoveryCodes.activate(agent)

    return lambda: code_of(secret)


def test_with_an_app_the_password_alone_does_not_open(client, agent, with_app):
    first = sign_in(client, "mara")

    assert first.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_signed_in(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 422
    client.post("/accounts/2fa/authenticate/", {"code": with_app()})
    assert is_signed_in(client)


def test_a_recovery_code_works_once(client, agent, with_app):
    code = Authenticator.objects.get(user=agent, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (True, False):
        sign_in(client, "mara")
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_signed_in(client) is expected
        client.post("/accounts/logout/")


def test_codes_cannot_be_guessed(client, agent, with_app):
    sign_in(client, "mara")
    for _each in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    refused = client.post("/accounts/2fa/authenticate/", {"code": with_app()})

    assert refused.status_code == 422
    assert "Too many tries." in refused.content.decode()
    assert not is_signed_in(client)


def test_the_password_is_asked_for_again_before_sign_in_methods_change(client, agent):
    sign_in(client, "mara")
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")

    url = asked.headers["Location"]
    assert client.post(url, {"password": "wrong"}).status_code == 422
    assert client.get("/accounts/2fa/totp/activate/").status_code == 302
    assert client.post(url, {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"}).status_code == 302
    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r'<code class="mono">(\w+)</code>', page.content.decode())[1]
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 422
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert get_mfa_adapter().is_mfa_enabled(agent)


# ---------------------------------------------------------------- the demo's panel


def test_in_a_demo_one_click_signs_in_as_a_role(client, agent, administrator, settings):
    settings.DEMO = True
    page = client.get(SIGN_IN).content.decode()

    assert "Look around as somebody" in page
    assert "Mara Lindqvist" in page
    assert "Grace" not in page  # who does not exist is not offered
    answer = client.post("/sign-in/as/", {"username": "mara"})
    assert answer.status_code == 302
    assert is_signed_in(client)


def test_outside_a_demo_there_is_no_panel_and_no_such_address(client, agent, settings):
    settings.DEMO = False

    assert "Look around as somebody" not in client.get(SIGN_IN).content.decode()
    assert client.post("/sign-in/as/", {"username": "mara"}).status_code == 404
    assert not is_signed_in(client)


def test_the_demo_opens_for_its_own_people_alone(client, agent, settings):
    settings.DEMO = True
    UserFactory(username="real", roles=Role.ADMINISTRATOR)

    assert client.post("/sign-in/as/", {"username": "real"}).status_code == 404
    assert client.post("/sign-in/as/", {"username": ""}).status_code == 404
    assert client.get("/sign-in/as/").status_code == 405
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert client.post("/sign-in/as/", {"username": "mara"}).status_code == 404
    assert not is_signed_in(client)


def test_the_demo_asks_for_the_csrf_token(agent, settings):
    settings.DEMO = True
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/sign-in/as/", {"username": "mara"}).status_code == 403
    assert strict.post(SIGN_IN, {"login": "mara", "password": PASSWORD}).status_code == 403
