import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken
from accounts.services import create_token, deactivate_person, revoke_token
from accounts.tokens import TokenRefused
from core.exceptions import AnswersMissing
from core.models import Activity

HERE = "192.0.2.7"


@pytest.fixture
def made(integration):
    return create_token(owner=integration, name="Monitoring", scopes=["incidents:read"], actor=integration)


def bearer(text: str) -> str:
    return f"Bearer {text}"


def test_a_token_opens_as_its_owner_with_one_query_and_a_note_of_use(made, integration, django_assert_num_queries):
    token, text = made

    with django_assert_num_queries(2):  # the token with its owner, and the note of its first use
        owner, found = tokens.authenticate(bearer(text), HERE)
        assert owner.is_active

    assert (owner, found) == (integration, token)
    assert found.allows("incidents:read")
    assert not found.allows("incidents:write")


def test_use_is_noted_at_most_once_a_minute(made, django_assert_num_queries):
    token, text = made
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as clock:
        tokens.authenticate(bearer(text), HERE)
        clock.shift(59)
        with django_assert_num_queries(1):
            tokens.authenticate(bearer(text), HERE)
        clock.shift(2)
        tokens.authenticate(bearer(text), HERE)

    token.refresh_from_db()
    assert token.last_used_at == dt.datetime(2026, 11, 20, 9, 1, 1, tzinfo=dt.UTC)


def test_the_secret_is_stored_nowhere(made):
    token, text = made
    secret = text.split("_")[2]

    kept = [str(value) for value in ApiToken.objects.filter(pk=token.pk).values_list().get()]
    told = [str(activity.data) for activity in Activity.objects.all()]

    assert not any(secret in each for each in [*kept, *told])


def test_a_tampered_secret_or_key_opens_nothing(made):
    _token, text = made
    other = "x" if text[-1] != "x" else "y"

    for wrong in (text[:-1] + other, text[:-1], text + "x", text.replace("itsm_", "itsm_0", 1), "itsm__", ""):
        with pytest.raises(TokenRefused):
            tokens.authenticate(bearer(wrong), HERE)
    assert tokens.authenticate(bearer(text), HERE)


def test_what_is_no_bearer_header_is_somebody_elses_matter(db):
    assert tokens.authenticate("Basic bWFyYTp4", HERE) is None
    assert tokens.authenticate("", HERE) is None


def test_a_star_allows_every_scope(integration):
    token, _text = create_token(owner=integration, name="All", scopes=["*"], actor=integration)

    assert token.allows("metrics:read")


def test_an_expired_token_opens_nothing_from_its_moment_on(integration):
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as clock:
        _token, text = create_token(
            owner=integration,
            name="Short",
            scopes=["*"],
            actor=integration,
            expires_at=timezone.now() + dt.timedelta(hours=1),
        )
        clock.shift(3599)
        assert tokens.authenticate(bearer(text), HERE)
        clock.shift(1)
        with pytest.raises(TokenRefused, match="expired"):
            tokens.authenticate(bearer(text), HERE)


def test_a_token_works_from_its_networks_alone(integration):
    _token, text = create_token(
        owner=integration,
        name="Inside",
        scopes=["*"],
        actor=integration,
        allowed_networks=["192.0.2.0/24", "2001:db8::/32"],
    )

    for inside in ("192.0.2.7", "::ffff:192.0.2.7", "2001:db8::5"):
        assert tokens.authenticate(bearer(text), inside)
    for outside in ("198.51.100.7", "2001:db9::5", "", "unknown"):
        with pytest.raises(TokenRefused, match="address"):
            tokens.authenticate(bearer(text), outside)


def test_a_revoked_token_opens_nothing_and_its_name_is_free_again(made, integration):
    token, text = made
    assert tokens.authenticate(bearer(text), HERE)

    revoke_token(token, actor=integration)

    with pytest.raises(TokenRefused):
        tokens.authenticate(bearer(text), HERE)
    again, _text = create_token(owner=integration, name="Monitoring", scopes=["*"], actor=integration)
    assert again.pk != token.pk
    assert Activity.objects.filter(verb="person.token_revoked", subject_id=integration.pk).count() == 1


def test_a_token_of_somebody_deactivated_opens_nothing(made, integration, administrator):
    _token, text = made
    assert tokens.authenticate(bearer(text), HERE)

    deactivate_person(integration, actor=administrator)

    with pytest.raises(TokenRefused):
        tokens.authenticate(bearer(text), HERE)


def test_a_new_key_of_the_desk_keeps_tokens_while_the_old_one_is_named(made, settings):
    _token, text = made
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-" + "9" * 40

    with pytest.raises(TokenRefused):
        tokens.authenticate(bearer(text), HERE)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert tokens.authenticate(bearer(text), HERE)

    settings.SECRET_KEY_FALLBACKS = []  # the digest has moved to the new key
    assert tokens.authenticate(bearer(text), HERE)


def test_only_the_owner_or_an_administrator_makes_and_revokes(made, integration, agent, administrator):
    token, _text = made
    with pytest.raises(PermissionDenied):
        create_token(owner=integration, name="Theirs", scopes=["*"], actor=agent)
    with pytest.raises(PermissionDenied):
        revoke_token(token, actor=agent)

    create_token(owner=integration, name="Theirs", scopes=["*"], actor=administrator)
    revoke_token(token, actor=administrator)


def test_mistakes_are_named_by_field(made, integration):
    with pytest.raises(AnswersMissing) as error:
        create_token(
            owner=integration,
            name="Monitoring",
            scopes=["nonsense:read"],
            actor=integration,
            expires_at=timezone.now() - dt.timedelta(days=1),
            allowed_networks=["not-a-network"],
        )

    assert set(error.value.errors) == {"name", "scopes", "expires_at", "allowed_networks"}


def test_the_command_prints_a_token_that_works(integration, capsys):
    call_command("create_token", "MONITORING", "--name", "By command", "--scopes", "incidents:read incidents:write")

    owner, token = tokens.authenticate(bearer(capsys.readouterr().out.strip()), HERE)
    assert owner == integration
    assert token.scopes == ["incidents:read", "incidents:write"]


def test_the_command_refuses_an_unknown_person_or_scope(integration):
    with pytest.raises(CommandError, match="nobody"):
        call_command("create_token", "ghost", "--name", "x", "--scopes", "*")
    with pytest.raises(CommandError, match="no scope called"):
        call_command("create_token", "monitoring", "--name", "x", "--scopes", "everything")
