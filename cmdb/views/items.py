"""The list of items, and one item with what hangs on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import access_of
from accounts.permissions import SignedInRequest
from cmdb import graph
from cmdb.facts import chips_of, facts_of
from cmdb.history import history_of
from cmdb.lifecycle import KEEPERS
from cmdb.listing import ABOVE, COLUMNS, FACETS, CiList
from cmdb.models import ConfigurationItem, Service
from cmdb.permissions import for_the_desk
from core import registries
from core.exporting import FORMS
from core.moves import offers

FOUND_AT_MOST = 20


def keeps(request: HttpRequest) -> bool:
    """Whether the person keeps the configuration right."""
    return bool(access_of(request.user).roles & KEEPERS)


def ci_or_404(request: HttpRequest, key: str) -> Any:
    """The item, as a service where it is one, when the person may see it."""
    seen = ConfigurationItem.objects.visible_to(request.user).filter(key=key)
    related = ("ci_class", "owner", "support_team", "organisation", "location")
    service = Service.objects.visible_to(request.user).filter(key=key).select_related(*related).first()
    return service or get_object_or_404(seen.select_related(*related))


@require_GET
@for_the_desk
def cis(request: SignedInRequest) -> HttpResponseBase:
    listed = CiList(request)
    form = FORMS.get(request.GET.get("export", ""))
    if form:
        return form(listed.lines(), "cis")
    context = {
        "listed": listed,
        "page_obj": listed.page,
        "columns": COLUMNS,
        "facets": listed.facets(),
        "filters": listed.filters(),
        "kept_by_facets": listed.kept(ABOVE),
        "kept_by_search": listed.kept(FACETS),
        "keeps": keeps(request),
        "export_csv": listed.link(export="csv"),
        "export_xlsx": listed.link(export="xlsx"),
    }
    return render(request, "cmdb/cis.html", context)


@require_GET
@for_the_desk
def find(request: SignedInRequest) -> HttpResponse:
    """The items that fit what somebody types: `[{"value": "srv-03", "text": "srv-03, Server"}]`."""
    words = request.GET.get("q", "")
    items = ConfigurationItem.objects.visible_to(request.user).called(words).select_related("ci_class")
    found = [
        {"value": each.key, "text": f"{each.name}, {each.ci_class}"}
        for each in items.order_by("name", "pk")[:FOUND_AT_MOST]
    ]
    return JsonResponse(found, safe=False)


@require_GET
@for_the_desk
def ci(request: SignedInRequest, key: str) -> HttpResponse:
    """An item. A service has a page of its own, to which its key leads."""
    found = ci_or_404(request, key)
    if isinstance(found, Service):
        return redirect("service", key=found.key)
    return item_page(request, found)


def item_page(request: SignedInRequest, found: Any) -> HttpResponse:
    """The page of an item or service: facts, what it stands on, what stands on it, and what happened."""
    relationships = list(graph.relationships_of(found, request.user))
    around = graph.around(found, relationships)
    sections = [
        {
            "title": _("Stands on"),
            "note": _("When one of these fails, it suffers."),
            "ties": around.stands_on[: graph.SHOWN],
            "count": len(around.stands_on),
            "icon": "arrow-down",
            "empty": _("It stands on nothing that is known here."),
        },
        {
            "title": _("Carries"),
            "note": _("When it fails, these suffer."),
            "ties": around.carries[: graph.SHOWN],
            "count": len(around.carries),
            "icon": "arrow-up",
            "empty": _("Nothing that is known here stands on it."),
        },
    ]
    if around.beside:
        sections.append(
            {
                "title": _("Beside it"),
                "note": _("Failure does not travel over these."),
                "ties": around.beside[: graph.SHOWN],
                "count": len(around.beside),
                "icon": "minus",
            }
        )
    acts = keeps(request) and bool(found.roles_of(request.user) & KEEPERS)
    context = {
        "ci": found,
        "is_service": isinstance(found, Service),
        "breadcrumb": _breadcrumb(found),
        "chips": chips_of(found),
        "facts": facts_of(found),
        "sections": sections,
        "acts": acts,
        "missed": around.in_use_above if acts else [],
        "moves": _moves(found, request.user) if acts else [],
        "entries": history_of(found),
        "panels": registries.panels("cmdb.ci", request, found),
    }
    return render(request, "cmdb/ci.html", context)


def _breadcrumb(found: Any) -> list[dict[str, str]]:
    if isinstance(found, Service):
        first = {"label": _("Services"), "url": "/services/"}
    else:
        first = {"label": _("Configuration"), "url": "/cis/"}
    return [first, {"label": found.key, "url": ""}]


def _moves(found: ConfigurationItem, user: Any) -> list[dict[str, Any]]:
    """The moves that are open, as the kit's buttons: the next one stands out only while the item is not in use."""
    allowed = [offer.move for offer in offers(found, user) if offer.allowed]
    is_waiting = found.status != ConfigurationItem.Status.IN_USE
    return [
        {
            "name": move.name,
            "label": move.label,
            "url": f"/cis/{found.key}/moves/{move.name}/",
            "icon": move.icon,
            "primary": is_waiting and index == 0,
            "refused": None,
            "asks": bool(move.needs or move.takes),
            "menu": index > 0 or not is_waiting,
            "danger": False,
            "key": "",
        }
        for index, move in enumerate(allowed)
    ]
