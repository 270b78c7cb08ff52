"""Where people arrive: the desk's home, their own work, search and the palette."""

from itertools import groupby
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.permissions import SignedInRequest
from core import registries
from tickets.models import Task, Ticket
from tickets.query import QueryError
from tickets.search import search as find

WORK_SHOWN = 100


@require_GET
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """The desk sees its cards; others go to the portal, a supplier's people to what was referred to them."""
    access = request.user.access
    if access.supplier_id is not None:
        return redirect("supplier")
    if not access.reads_desk:
        return redirect("portal")
    return render(request, "tickets/home.html", {"cards": registries.home_cards(request)})


@require_GET
@login_required
def my_work(request: SignedInRequest) -> HttpResponse:
    """Tickets and tasks that are with me, the most urgent first; then what waits to be taken by my teams."""
    user = request.user
    if not user.access.reads_desk or user.access.supplier_id is not None:
        return redirect("home")
    mine = Ticket.objects.visible_to(user).unresolved().filter(assignee=user).for_lists()
    tasks = (
        Task.objects.visible_to(user)
        .filter(stage="open")
        .filter(Q(assignee=user) | Q(assignee=None, team_id__in=user.access.team_ids))
        .select_related("ticket", "team", "assignee")
        .order_by("planned_end_at", "pk")
    )
    to_take = (
        Ticket.objects.visible_to(user)
        .unresolved()
        .filter(assignee=None, team_id__in=user.access.team_ids)
        .for_lists()
        .order_by("priority", "opened_at")
    )
    context = {
        "mine": mine.order_by("stage", "priority", "opened_at")[:WORK_SHOWN],
        "tasks": tasks[:WORK_SHOWN],
        "to_take": to_take[:20],
    }
    return render(request, "tickets/my_work.html", context)


@require_GET
@login_required
def search(request: SignedInRequest) -> HttpResponse:
    """A number leads straight to its ticket; words give a list over what the person may see. The portal has its own."""
    query = request.GET.get("q", "").replace("\x00", "").strip()
    access = request.user.access
    if access.supplier_id is not None:
        return redirect("supplier")
    if not access.reads_desk:
        return redirect(f"{reverse('portal-tickets')}?{urlencode({'q': query})}")
    found, error = None, ""
    if query:
        try:
            found = find(request.user, query, limit=50)
        except QueryError as refusal:
            error = str(refusal)
    if found is not None and len(found.hits) == 1 and found.hits[0].by == "number":
        return redirect(found.hits[0].ticket.get_absolute_url())
    context = {"query": query, "found": found, "error": error}
    return render(request, "tickets/search.html", context, status=422 if error else 200)


@require_GET
@login_required
def palette(request: SignedInRequest) -> HttpResponse:
    """Verbs on the record in sight, then records, people, items and views."""
    query = request.GET.get("q", "").strip()[:100]
    hits = registries.palette(request, query)
    groups = [{"label": label, "entries": list(entries)} for label, entries in groupby(hits, key=lambda hit: hit.group)]
    return render(request, "components/palette_results.html", {"query": query, "groups": groups})


@registries.palette_source
def tickets_in_palette(request: SignedInRequest, query: str) -> list[registries.Hit]:
    """Tickets by number, words or typo."""
    if not request.user.access.reads_desk:
        query = query.replace(":", " ")  # an operator asks after what the portal does not tell
    if len(query) < 2:
        return []
    try:
        found = find(request.user, query, limit=8)
    except QueryError:
        return []
    return [
        registries.Hit(
            label=hit.ticket.title,
            url=hit.ticket.get_absolute_url(),
            icon="lifebuoy",
            detail=hit.ticket.get_status_display(),
            number=hit.ticket.number,
            group=_("Tickets"),
        )
        for hit in found.hits
    ]


@registries.palette_source
def places_in_palette(request: SignedInRequest, query: str) -> list[registries.Hit]:
    """The pages of the navigation whose name holds the words."""
    words = query.casefold()
    return [
        registries.Hit(label=entry.label, url=reverse(entry.url_name), icon=entry.icon, group=_("Go to"))
        for entry in registries.entries(request)
        if not words or words in str(entry.label).casefold()
    ][:8]
