"""What every ticket's page answers to: moves, presence, watching. The practice draws the page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Team
from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing, MoveRefused
from core.kinds import kind_of
from core.moves import perform
from core.pages import leave_to, render_part, show_missing
from notifications.services import mark_subject_read
from tickets.models import Ticket
from tickets.record.page import say_present
from tickets.search import similar
from tickets.services.watching import unwatch, watch


def ticket_or_404(request: SignedInRequest, number: str) -> Any:
    """The ticket as its own kind, when the person may see it."""
    root = get_object_or_404(Ticket.objects.visible_to(request.user), number=number.upper())
    model = kind_of(root).model
    return root if model is Ticket else model._default_manager.get(pk=root.pk)


@require_GET
@login_required
def by_number(request: SignedInRequest, number: str) -> HttpResponse:
    """Wherever a number leads: to the page of its kind, to the portal for its requester, to the supplier's page."""
    ticket = ticket_or_404(request, number)
    if request.user.access.supplier_id is not None:
        return redirect("supplier-ticket", number=ticket.number)
    if not ticket.reads_internal(request.user):
        return redirect("portal-ticket", number=ticket.number)
    return redirect(ticket.get_absolute_url())


@require_http_methods(["GET", "POST"])
@login_required
def move(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """A move: its questions as a page or dialog, then the move itself. What is refused keeps what was typed."""
    ticket = ticket_or_404(request, number)
    lifecycle = kind_of(ticket).lifecycle
    if name not in lifecycle.moves or not ticket.may(request.user, lifecycle.moves[name]):
        raise Http404 if name not in lifecycle.moves else PermissionDenied
    asked = lifecycle.moves[name]
    form_class = lifecycle.form(ticket, asked, request.user)
    if request.method == "GET":
        initial = {name: request.GET[name] for name in form_class.base_fields if name in request.GET}
        return _ask(request, ticket, asked, form_class(initial=initial), 200)
    form = form_class(request.POST)
    if not form.is_valid():
        return _ask(request, ticket, asked, form, 422)
    answers = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    try:
        moved = perform(ticket, name, actor=request.user, **answers)
    except AnswersMissing as missing:
        show_missing(form, missing)
        return _ask(request, ticket, asked, form, 422)
    except MoveRefused as refusal:
        if _is_done_already(ticket, asked):
            return leave_to(request, ticket.get_absolute_url())
        return _ask(request, ticket, asked, form, 409, refusal=str(refusal))
    if "into" in answers:
        return _merged(request, ticket, answers["into"])
    messages.success(request, _("%(number)s: %(move)s, done.") % {"number": ticket.number, "move": asked.label})
    say_if_restricted(request, ticket, moved)
    return leave_to(request, ticket.get_absolute_url())


def _merged(request: SignedInRequest, source: Any, into: Any) -> HttpResponse:
    """On to where the ticket went, with the way back."""
    words = _("%(source)s is merged into %(into)s.") % {"source": source.number, "into": into.number}
    undo = reverse("ticket-move", args=[source.number, "unmerge"])
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return leave_to(request, into.get_absolute_url())


def say_if_restricted(request: SignedInRequest, before: Any, after: Any) -> None:
    """Say that a ticket has become restricted by the way: its category is."""
    if after.is_restricted and not before.is_restricted:
        teams = Team.objects.filter(pk__in=after.restricted_team_ids).values_list("name", flat=True)
        words = _("%(number)s is restricted now, as its category is: only %(teams)s and those who have it see it.")
        messages.warning(request, words % {"number": after.number, "teams": ", ".join(teams)})


def _is_done_already(ticket: Any, asked: Any) -> bool:
    """A double click: the record is where the move leads, and moved only now."""
    now = type(ticket)._default_manager.get(pk=ticket.pk)
    return asked.target is not None and now.status == asked.target


def _ask(request: SignedInRequest, ticket: Any, asked: Any, form: Any, status: int, refusal: str = "") -> HttpResponse:
    alike = []
    if "into" in form.fields:
        found = similar(request.user, ticket.title, kind=ticket.kind, limit=6)
        alike = [other for other in found if other.pk != ticket.pk][:5]
    context = {"ticket": ticket, "move": asked, "form": form, "refusal": refusal, "similar": alike}
    return render_part(request, "tickets/move.html", "form", context, status=status)


@require_POST
@login_required
def presence(request: SignedInRequest, number: str) -> HttpResponse:
    """Say that I am here, and hear who else is."""
    ticket = ticket_or_404(request, number)
    if not request.user.access.reads_desk:
        raise PermissionDenied
    mark_subject_read(actor=request.user, kind=Ticket.subject_kind, subject_id=ticket.pk)
    others = say_present(ticket, request.user, request.POST.get("doing", "reading"))
    context = {"presence": others, "presence_url": request.path}
    return render(request, "components/presence.html", context)


@require_POST
@login_required
def watch_ticket(request: SignedInRequest, number: str) -> HttpResponse:
    """Watch or stop watching."""
    ticket = ticket_or_404(request, number)
    if request.POST.get("watch") == "no":
        unwatch(ticket=ticket, user=request.user, actor=request.user)
    else:
        watch(ticket=ticket, user=request.user, actor=request.user)
    return leave_to(request, ticket.get_absolute_url())
