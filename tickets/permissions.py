"""Who sets the rules of the desk: administrators, and incident managers who answer for how it works."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.permissions import for_roles
from accounts.roles import Role

RULERS = Role.INCIDENT_MANAGER | Role.ADMINISTRATOR

for_rulers = for_roles(RULERS)


def rules(request: Any) -> bool:
    """Whether the pages that set the desk's rules are for this person."""
    return bool(access_of(request.user).roles & RULERS)


def require_ruler(actor: Any) -> None:
    """Refuse everybody but administrators, incident managers and the system itself."""
    if actor is not None and not access_of(actor).roles & RULERS:
        raise PermissionDenied(_("Only administrators and incident managers may do this."))
