"""What every page for signed-in people shows around its content: navigation, the New button."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core import registries

PHONE_TABS = ("home", "incidents", "my-work", "metrics")


def shell(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Read only when a page draws the shell."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "new_entries": SimpleLazyObject(lambda: new_entries(request)),
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries that are for this person, in groups, the present one marked."""
    groups: dict[str, dict[str, Any]] = {}
    for entry in registries.entries(request):
        url = reverse(entry.url_name)
        here = request.path == url or (url != "/" and request.path.startswith(url))
        group = groups.setdefault(str(entry.group), {"label": entry.group, "entries": []})
        group["entries"].append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "count": entry.count(request) if entry.count else None,
                "active": here,
                "phone": entry.url_name in PHONE_TABS,
            }
        )
    return list(groups.values())


def new_entries(request: HttpRequest) -> list[dict[str, Any]]:
    """What the New button offers."""
    if not request.user.access.is_desk:
        return []
    return [
        {"label": entry.label or _("New"), "url": reverse(entry.url_name), "icon": entry.icon, "key": "c"}
        for entry in registries.entries(request, area="new")
    ]
