"""What every page for signed-in people shows around its content: navigation, the New button, the portal's face."""

from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.navigation import GROUP as ADMINISTRATION
from accounts.permissions import SignedInRequest
from core import registries

PHONE_TABS = ("home", "incidents", "my-work", "metrics")


def shell(request: SignedInRequest) -> dict[str, Any]:
    """A context processor. Read only when a page draws the shell."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    access = user.access
    if not access.reads_desk:
        return portal_shell(request, "portal" if access.supplier_id is None else "supplier")
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "new_entries": SimpleLazyObject(lambda: new_entries(request)),
    }


def portal_shell(request: SignedInRequest, area: str = "portal") -> dict[str, Any]:
    """What the portal shows around its content, also to somebody of the desk who looks at it."""
    face = SimpleLazyObject(lambda: portal_face(request.user))
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request, area)),
        "portal_name": SimpleLazyObject(lambda: face["name"]),
        "desk_phone": SimpleLazyObject(lambda: face["phone"]),
    }


def portal_face(user: Any) -> dict[str, str]:
    """The portal's name and the desk's telephone: of the person's organisation, or the nearest above that has them."""
    if user.organisation_id is None:
        return {"name": "Evenkeel", "phone": ""}
    above = Organisation.objects.filter(pk__in=user.organisation.ancestor_ids())
    nearest_first = sorted(above, key=lambda each: -each.depth)
    if user.organisation.kind == Organisation.Kind.SUPPLIER:
        return {"name": user.organisation.name, "phone": ""}
    name = next((each.portal_name for each in nearest_first if each.portal_name), "")
    phone = next((each.phone for each in nearest_first if each.phone), "")
    return {"name": name or _("%(name)s help") % {"name": nearest_first[-1].name}, "phone": phone}


def navigation(request: SignedInRequest, area: str = "desk") -> list[dict[str, Any]]:
    """The entries that are for this person, in groups, the present one marked: the longest address that leads here."""
    groups: dict[str, dict[str, Any]] = {}
    offered = [entry for entry in registries.entries(request, area) if not _stands_behind_its_door(request, entry)]
    entries = [(entry, reverse(entry.url_name)) for entry in offered]
    leading_here = [url for _entry, url in entries if _leads_here(request.path, url)]
    here = max(leading_here, key=len, default="")
    for entry, url in entries:
        group = groups.setdefault(str(entry.group), {"label": entry.group, "entries": []})
        group["entries"].append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "count": entry.count(request) if entry.count else None,
                "active": url == here,
                "phone": entry.url_name in PHONE_TABS,
            }
        )
    return list(groups.values())


def _stands_behind_its_door(request: SignedInRequest, entry: registries.Entry) -> bool:
    """Administrators find the administration's pages behind one door, and unfolded only inside."""
    is_inside = request.path.startswith(reverse("administration"))
    return entry.group == ADMINISTRATION and request.user.is_administrator and not is_inside


def _leads_here(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def new_entries(request: SignedInRequest) -> list[dict[str, Any]]:
    """What the New button offers."""
    if not request.user.access.is_desk:
        return []
    return [
        {"label": entry.label or _("New"), "url": reverse(entry.url_name), "icon": entry.icon, "key": "c"}
        for entry in registries.entries(request, area="new")
    ]
