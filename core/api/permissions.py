"""What a token may do: its scopes, by resource. A view that names no scope is closed to every token."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

ANY_TOKEN = ("any",)
"""The scope of what every token may read, such as who it is."""


class Token(Protocol):
    """What the API needs to know of the token that a request came with."""

    key: str
    scopes: list[str]


def allows(scopes: Iterable[str], families: Iterable[str], *, writes: bool) -> bool:
    """Whether scopes open what belongs to these families. Whoever may write may read what they wrote."""
    wanted = {"*"}
    for family in families:
        wanted.add(f"{family}:write")
        if not writes:
            wanted.add(f"{family}:read")
    return not wanted.isdisjoint(scopes)


class HasScope(BasePermission):
    """Signed in, and within the token's scopes. A browser session has its person's whole rights."""

    message = _("This token's scopes do not allow it.")

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        token: Any = request.auth
        if token is None:
            return True
        families = view.scopes if view.scopes is not None else getattr(view.resource, "scopes", ())
        if not families:
            return False
        reads = request.method in SAFE_METHODS
        if families == ANY_TOKEN:
            return reads
        return allows(token.scopes, families, writes=not reads)
