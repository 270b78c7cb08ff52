"""API tokens: people make their own; administrators make those of integrations."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User
from accounts.permissions import require_administrator
from accounts.scopes import unknown_scopes
from accounts.tokens import digest_of, new_parts, written
from accounts.validators import known_network
from core.activity import record
from core.exceptions import AnswersMissing


@transaction.atomic
def create_token(
    *,
    owner: User,
    name: str,
    scopes: Collection[str],
    actor: User | None,
    expires_at: datetime | None = None,
    allowed_networks: Collection[str] = (),
) -> tuple[ApiToken, str]:
    """Make a token and give it with its only copy in writing: `itsm_<key>_<secret>`."""
    _require_owner_or_administrator(owner, actor)
    _check(owner, name, scopes, expires_at, allowed_networks)
    key, secret = new_parts()
    token = ApiToken.objects.create(
        owner=owner,
        name=name,
        key=key,
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        allowed_networks=list(allowed_networks),
        expires_at=expires_at,
    )
    record(
        "person.token_created",
        owner,
        actor=actor,
        data={"name": name, "key": key, "scopes": token.scopes, "networks": token.allowed_networks},
    )
    return token, written(key, secret)


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User | None) -> ApiToken:
    """End a token at once and for good."""
    _require_owner_or_administrator(token.owner, actor)
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        return token
    record("person.token_revoked", token.owner, actor=actor, data={"name": token.name, "key": token.key})
    token.refresh_from_db(fields=["revoked_at"])
    return token


def _check(
    owner: User, name: str, scopes: Collection[str], expires_at: datetime | None, allowed_networks: Collection[str]
) -> None:
    errors: dict[str, list[str]] = {}
    if not owner.is_active:
        errors["owner"] = [_("%(person)s is no longer active.") % {"person": owner}]
    if ApiToken.objects.filter(owner=owner, name=name, revoked_at__isnull=True).exists():
        errors["name"] = [_("There is a token called %(name)s already. Revoke it first.") % {"name": name}]
    if not scopes:
        errors["scopes"] = [_("Choose at least one.")]
    if unknown := unknown_scopes(scopes):
        errors["scopes"] = [_("There is no scope called %(names)s.") % {"names": ", ".join(unknown)}]
    if expires_at and expires_at <= timezone.now():
        errors["expires_at"] = [_("This moment has passed.")]
    for network in allowed_networks:
        try:
            known_network(network)
        except ValidationError as error:
            errors["allowed_networks"] = error.messages
    if errors:
        raise AnswersMissing(errors)


def _require_owner_or_administrator(owner: User, actor: User | None) -> None:
    if actor is not None and actor.pk == owner.pk and not owner.is_active:
        raise PermissionDenied
    if actor is None or actor.pk != owner.pk:
        require_administrator(actor)
