"""The incident's own page."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.permissions import SignedInRequest
from core import registries
from incidents import record as parts
from incidents.models import Incident
from incidents.queue import QUEUE
from tickets.queue.walking import place_of
from tickets.record.meanwhile import meanwhile, newest_mark
from tickets.record.page import moves_for
from tickets.record.timeline import timeline
from tickets.services.drafting import draft_of

RELATED = (
    "requester__organisation",
    "requester__location",
    "opened_by",
    "organisation",
    "service",
    "category__parent",
    "team__lead",
    "owning_team",
    "assignee__manager",
    "parent",
    "resolved_ci",
)


def incident_or_404(request: SignedInRequest, number: str) -> Incident:
    seen = Incident.objects.visible_to(request.user).select_related(*RELATED).prefetch_related("tasks")
    return get_object_or_404(seen, number=number.upper())


@require_GET
@login_required
def incident(request: SignedInRequest, number: str) -> HttpResponse:
    """The desk's page of an incident. Its requester is led to the portal."""
    found = incident_or_404(request, number)
    access = request.user.access
    if access.supplier_id is not None:
        return redirect("supplier-ticket", number=found.number)
    if not found.reads_internal(request.user):
        return redirect("portal-ticket", number=found.number)
    if request.path != found.get_absolute_url():
        return redirect(found.get_absolute_url())
    base = f"/tickets/{found.number}/"
    acts = found.acts_for_desk(request.user) and access.is_desk
    moves = moves_for(found, request.user, base)
    watchers = list(found.watchers.values_list("user_id", flat=True))
    place = place_of(QUEUE, request, found)
    context = {
        "incident": found,
        "ticket": found,
        "palette_on": found.number,
        "breadcrumb": [*place.way, {"number": found.number, "url": ""}],
        "place": place,
        "chips": parts.chips(found),
        "moves": moves,
        "then": parts.ways_to_send(moves),
        "facts": parts.facts(found, acts),
        "merged": parts.merged(found, request.user, moves),
        "permalink_base": request.build_absolute_uri(found.get_absolute_url()),
        **_story(request, found),
        "moments": parts.moments(found),
        "draft": draft_of(found, request.user) if acts else None,
        "base": base,
        "acts": acts,
        "composes": acts,
        "update_kinds": [{"value": value, "label": label} for value, label in parts.UPDATE_KINDS],
        "panels": registries.panels("tickets.ticket", request, found),
        "hold": parts.hold(found),
        "watching": request.user.pk in watchers,
        "watcher_count": len(watchers),
        "referred_to": parts.referred_to(found),
    }
    return render(request, "incidents/incident.html", context)


def _story(request: SignedInRequest, found: Incident, mark: int | None = None) -> dict[str, Any]:
    """The timeline, and where it goes on being read. `mark` is the newest activity of the page when it was drawn."""
    only = request.GET.get("show", "")
    told = timeline(found, request.user, only=only)
    query = urlencode({"show": only, "mark": told.mark if mark is None else mark})
    return {
        "entries": told.entries,
        "shows": parts.shows(only, told.counts),
        "story_url": f"/incidents/{found.number}/story/?{query}",
        "story_etag": f'"{told.mark}"',
    }


@require_GET
@login_required
def story(request: SignedInRequest, number: str) -> HttpResponse:
    """The timeline as it is now, for a page that is being looked at; 304 while nothing happened."""
    found = incident_or_404(request, number)
    if not found.reads_internal(request.user):
        raise PermissionDenied
    word = request.GET.get("mark", "")
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        raise Http404
    etag = f'"{newest_mark(found)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    context = {
        "incident": found,
        "permalink_base": request.build_absolute_uri(found.get_absolute_url()),
        "meanwhile": meanwhile(found, request.user, int(word)),
        **_story(request, found, int(word)),
    }
    answer = render(request, "incidents/story.html", context)
    answer["ETag"], answer["Cache-Control"] = context["story_etag"], "no-store"
    return answer
