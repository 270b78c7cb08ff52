"""The administration's entries in the left navigation: for administrators alone, but for the audit."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.roles import Role
from core.registries import Entry, add_entry

GROUP = _("Administration")


def administers(request: HttpRequest) -> bool:
    return bool(access_of(request.user).roles & Role.ADMINISTRATOR)


def audits(request: HttpRequest) -> bool:
    return bool(access_of(request.user).roles & (Role.ADMINISTRATOR | Role.AUDITOR))


for rank, (label, url_name, icon) in enumerate(
    [
        (_("People"), "administration-people", "users"),
        (_("Teams"), "administration-teams", "users-group"),
        (_("Organisations"), "administration-organisations", "building"),
        (_("Locations"), "administration-locations", "map-pin"),
        (_("Roles"), "administration-roles", "shield-check"),
        (_("Moves and roles"), "administration-move-rights-first", "table"),
        (_("Integrations"), "administration-integrations", "plug"),
    ],
    start=900,
):
    add_entry(Entry(GROUP, label, url_name, icon, administers, rank=rank))

add_entry(Entry(GROUP, _("Operations"), "administration-operations", "activity", administers, rank=970))
add_entry(Entry(GROUP, _("Audit"), "administration-audit", "history", audits, rank=990))
