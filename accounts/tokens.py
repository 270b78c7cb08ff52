"""Reading a bearer token: one indexed query, an HMAC, and a comparison in constant time.

`itsm_<key>_<secret>`: the key finds the row, the secret proves the right. The secret has 238 random bits, so a fast
keyed digest is enough where a password would need a slow one.
"""

import re
import secrets
import string
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User

KEY_LENGTH, SECRET_LENGTH = 12, 40
NOTED_EVERY = timedelta(minutes=1)
_BASE62 = string.digits + string.ascii_letters
_BEARER = re.compile(rf"\A(?i:bearer) +itsm_([0-9A-Za-z]{{{KEY_LENGTH}}})_([0-9A-Za-z]{{{SECRET_LENGTH}}})\s*\Z")


class TokenRefused(Exception):
    """A bearer token that opens nothing. The message names the reason only where it helps no thief."""


def new_parts() -> tuple[str, str]:
    """A key and a secret."""

    def made(length: int) -> str:
        return "".join(secrets.choice(_BASE62) for _each in range(length))

    return made(KEY_LENGTH), made(SECRET_LENGTH)


def written(key: str, secret: str) -> str:
    """A token as its owner gets it, once."""
    return f"itsm_{key}_{secret}"


def digest_of(secret: str, *, pepper: str | None = None) -> str:
    """What is stored of a secret: HMAC-SHA256 keyed with the desk's own key, so that a stolen table opens nothing."""
    return salted_hmac("accounts.tokens", secret, secret=pepper or settings.SECRET_KEY, algorithm="sha256").hexdigest()


def authenticate(header: str, address: str) -> tuple[User, ApiToken] | None:
    """Who sends this `Authorization` header from this address, and with which token.

    None when the header is no bearer token at all; `TokenRefused` when it is one that opens nothing.
    """
    if header[:7].lower() != "bearer ":
        return None
    match = _BEARER.match(header)
    if match is None:
        raise TokenRefused(_("This token is not valid."))
    key, secret = match.groups()
    token = _found(key)
    if token is None or not _matches(token, secret) or token.revoked_at or not token.owner.is_active:
        raise TokenRefused(_("This token is not valid."))
    now = timezone.now()
    if token.expires_at and token.expires_at <= now:
        raise TokenRefused(_("This token has expired."))
    if token.allowed_networks and not _is_inside(address, token.allowed_networks):
        raise TokenRefused(_("This token is not valid from this address."))
    _note_use(token, secret, now)
    return token.owner, token


def _found(key: str) -> ApiToken | None:
    """The token with its owner. Written as SQL because composing this query takes longer than answering it."""
    statement, split = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    token = ApiToken.from_db(connection.alias, _columns(ApiToken), row[:split])
    token.owner = User.from_db(connection.alias, _columns(User), row[split:])
    return token


@cache
def _statement() -> tuple[str, int]:
    """The query, and how many of its columns are the token's."""
    shown = [f"t.{_quoted(each)}" for each in ApiToken._meta.concrete_fields]
    split = len(shown)
    shown += [f"u.{_quoted(each)}" for each in User._meta.concrete_fields]
    tables = f"{ApiToken._meta.db_table} t JOIN {User._meta.db_table} u ON u.id = t.owner_id"
    return f"SELECT {', '.join(shown)} FROM {tables} WHERE t.key = %s", split


@cache
def _columns(model: type[Model]) -> list[str]:
    return [each.attname for each in model._meta.concrete_fields]


def _quoted(column: Any) -> str:
    return connection.ops.quote_name(column.column)


def _matches(token: ApiToken, secret: str) -> bool:
    """Whether the secret is the token's, under the desk's key or one that it had before."""
    return any(
        constant_time_compare(token.digest, digest_of(secret, pepper=pepper))
        for pepper in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def _is_inside(address: str, networks: list[str]) -> bool:
    try:
        sender = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(sender, "ipv4_mapped", None)
    return any((mapped or sender) in ip_network(network, strict=False) for network in networks)


def _note_use(token: ApiToken, secret: str, now: datetime) -> None:
    """Keep when it was last used, to the minute, and move its digest to the desk's present key."""
    if token.last_used_at and now - token.last_used_at < NOTED_EVERY:
        return
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, digest=digest_of(secret))
    token.last_used_at = now
