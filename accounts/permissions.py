"""Who may do what in the administration, asked in one way by services and pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import User
from accounts.roles import Role

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """A request behind `login_required`: its user is a person."""

    user: User


def require_administrator(actor: Any) -> None:
    """Refuse everybody but administrators and the system itself (`actor=None`: commands, demo data, imports)."""
    if actor is not None and not access_of(actor).roles & Role.ADMINISTRATOR:
        raise PermissionDenied(_("Only administrators may do this."))


def for_roles(roles: Role) -> Callable[[View], View]:
    """A page for signed-in people who hold any of the roles; 403 for others."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not access_of(request.user).roles & roles:
                raise PermissionDenied(_("This page is not for you."))
            return view(request, *args, **kwargs)

        return checked

    return decorate


for_administrators = for_roles(Role.ADMINISTRATOR)
