"""What a token may be used for. Its owner's own rights bound it as well."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, str | Promise] = {
    "tickets:read": _("Read tickets of every kind"),
    "tickets:write": _("Work tickets of every kind"),
    "incidents:read": _("Read incidents"),
    "incidents:write": _("Open and work incidents"),
    "cis:read": _("Read services and configuration items"),
    "cis:write": _("Change services and configuration items"),
    "people:read": _("Read people, teams and organisations"),
    "people:write": _("Change people, teams and organisations"),
    "metrics:read": _("Read figures"),
    "*": _("Everything that the owner may do"),
}
"""Apps above add theirs with `add_scope` from `AppConfig.ready()`."""


def add_scope(name: str, label: str | Promise) -> None:
    SCOPES[name] = label


def unknown_scopes(names: Iterable[str]) -> list[str]:
    return sorted(set(names) - SCOPES.keys())
