"""The portal's home: what is announced, one question, my tickets, how my services are."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import SignedInRequest
from core import registries
from core.exceptions import Refused
from incidents import following
from incidents.models import Announcement
from incidents.portal import sounds_like
from incidents.services import say_affected
from tickets.models import Ticket
from tickets.shell import portal_shell

SERVICES_SHOWN = 5
LONGEST_QUESTION = 200
ALIKE = 1 / 3
SUGGESTED_AMONG = 50
SUGGESTED = 3

View = Callable[..., HttpResponse]


def for_requesters(view: View) -> View:
    """For everybody who is signed in but a supplier's people, who have pages of their own."""

    @wraps(view)
    def led(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.access.supplier_id is not None:
            return redirect("supplier")
        return view(request, *args, **kwargs)

    return login_required(led)


def portal_page(
    request: SignedInRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page in the portal's shell, also for somebody of the desk."""
    return render(request, template, {**portal_shell(request), **(context or {})}, status=status)


@require_GET
@for_requesters
def home(request: SignedInRequest) -> HttpResponse:
    """What a requester comes for, the most urgent of it first."""
    user = request.user
    announcements = list(following.current_announcements(user))
    states = following.service_states(user, announcements)
    found = following.board(user)
    context = {
        "banners": banners(announcements),
        "rows": found,
        "first_to_answer": next((row.incident.pk for row in found if row.waits_for_me), None),
        "states": states[:SERVICES_SHOWN],
        "service_count": len(states),
    }
    return portal_page(request, "portal/home.html", context)


def banners(announcements: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "title": following.since(each),
            "text": following.what_to_expect(each),
            "token": "critical" if each.state == "down" else "warning",
            "url": reverse("portal-affected", args=[each.pk]),
            "count": each.affected_count,
            "is_joined": each.is_joined,
        }
        for each in announcements
    ]


@require_GET
@for_requesters
def suggestions(request: SignedInRequest) -> HttpResponse:
    """A fragment: what may help at once, while somebody types."""
    text = " ".join(request.GET.get("title", "").replace("\x00", "").split())[:LONGEST_QUESTION]
    found = registries.portal_suggestions(request, text) if len(text) > 2 else []
    return render(request, "portal/suggestions.html", {"suggestions": found}) if found else HttpResponse(status=204)


@registries.portal_suggestion(rank=10)
def announcements_alike(request: SignedInRequest, text: str) -> list[registries.Suggestion]:
    """Announced disturbances that sound like it."""
    return [
        registries.Suggestion(
            following.since(each),
            following.what_to_expect(each),
            f"{reverse('portal')}#announced",
            "broadcast",
            _("See"),
        )
        for each in following.current_announcements(request.user)
        if sounds_like(text, each.title, each.text, each.service.name if each.service else "") >= ALIKE
    ][:SUGGESTED]


@registries.portal_suggestion(rank=30)
def own_tickets_alike(request: SignedInRequest, text: str) -> list[registries.Suggestion]:
    """One's own open tickets that sound like it."""
    under_way = following.own_incidents(request.user).exclude(stage=Ticket.Stage.CLOSED)
    newest = under_way.select_related(*following.RELATED).order_by("-updated_at", "-pk")[:SUGGESTED_AMONG]
    scored = [(sounds_like(text, each.title, each.description), each) for each in newest]
    alike = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])[:SUGGESTED]
    return [
        registries.Suggestion(
            f"“{row.incident.title}”",
            f"{row.plain.headline}. {row.plain.text}",
            reverse("portal-ticket", args=[row.incident.number]),
            "lifebuoy",
            _("Open"),
        )
        for row in following.rows(request.user, [incident for _score, incident in alike])
    ]


@require_http_methods(["POST"])
@for_requesters
def affected(request: SignedInRequest, pk: int) -> HttpResponse:
    """This affects me too. Twice is the same as once."""
    announcement = get_object_or_404(Announcement.objects.visible_to(request.user), pk=pk)
    try:
        say_affected(announcement=announcement, actor=request.user)
    except Refused:
        messages.info(request, _("This is over already. If it isn't for you, report it as a new problem."))
    else:
        messages.success(request, _("You are counted in. You need not report it as well."))
    return redirect("portal")


@require_GET
@for_requesters
def services(request: SignedInRequest) -> HttpResponse:
    """Every service that is for the person, and how it is."""
    announcements = list(following.current_announcements(request.user))
    context = {"states": following.service_states(request.user, announcements), "banners": banners(announcements)}
    return portal_page(request, "portal/services.html", context)
