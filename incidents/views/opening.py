"""Writing down a new incident at the desk, with what is suggested while one types."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing
from core.moves import perform
from core.pages import show_missing
from incidents.matrix import priority_of
from incidents.opening_forms import DeskReport, suggestion_for
from incidents.policies import cells_for
from incidents.services import open_incident, opened_just_now
from tickets import scripts
from tickets.models import Category, Ticket
from tickets.search import similar
from tickets.services.files import attach


def _desk_only(request: SignedInRequest) -> None:
    if not request.user.access.is_desk:
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
@login_required
def new(request: SignedInRequest) -> HttpResponse:
    """The desk's form. What was typed is kept on a mistake."""
    _desk_only(request)
    initial = {name: request.GET[name] for name in ("requester", "title", "service", "category") if name in request.GET}
    form = DeskReport(request.user, request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            incident = _open(form, request)
        except AnswersMissing as missing:
            show_missing(form, missing)
        else:
            messages.success(request, _("%(number)s is open.") % {"number": incident.number})
            return redirect(incident.get_absolute_url())
    return render(request, "incidents/new.html", {"form": form}, status=422 if form.is_bound else 200)


@transaction.atomic
def _open(form: DeskReport, request: SignedInRequest) -> Any:
    """Write it down, with its files, and take it when that was asked. Pressed twice, it is one incident."""
    asked = form.cleaned_data
    said = {name: asked[name] for name in ("requester", "title", "description", "channel")}
    if twin := opened_just_now(actor=request.user, **said):
        return twin
    incident = open_incident(
        actor=request.user,
        **said,
        impact=asked["impact"],
        urgency=asked["urgency"],
        impact_answers=form.answers,
        service=asked["service"],
        category=asked["category"],
        location=asked["location"],
        cis=asked["cis"],
        script_answers=scripts.kept(form.questions, asked),
        impact_started_at=asked["impact_started_at"],
        detected_at=asked["detected_at"],
    )
    if asked["files"]:
        attach(ticket=incident, files=asked["files"], actor=request.user, audience="requester")
    return perform(incident, "take", actor=request.user) if asked["take"] else incident


@require_GET
@login_required
def similar_open(request: SignedInRequest) -> HttpResponse:
    """Open incidents that sound like what is being typed."""
    _desk_only(request)
    found = similar(request.user, request.GET.get("title", ""), kind="incident")
    return render(request, "incidents/similar.html", {"found": found})


@require_GET
@login_required
def priority_preview(request: SignedInRequest) -> HttpResponse:
    """The priority that the answers lead to, and why."""
    _desk_only(request)
    suggestion, service = suggestion_for(request.GET, request.user)
    impact = _level(request.GET.get("impact")) or suggestion.impact
    urgency = _level(request.GET.get("urgency")) or suggestion.urgency
    priority = priority_of(impact, urgency, cells_for(request.user.organisation, service))
    context = {
        "priority": priority,
        "label": Ticket.Priority(priority).label,
        "impact": Ticket.Level(impact).label,
        "urgency": Ticket.Level(urgency).label,
        "reasons": suggestion.reasons,
    }
    return render(request, "incidents/priority_preview.html", context)


def _level(word: str | None) -> int | None:
    return int(word) if word in ("1", "2", "3") else None


@require_GET
@login_required
def script(request: SignedInRequest) -> HttpResponse:
    """The questions of a category, for the form that is being filled in."""
    for_requester = not request.user.access.is_desk
    category = Category.objects.filter(is_active=True, key=request.GET.get("category", "")).first()
    form_fields = scripts.fields_for(scripts.questions_of(category, for_requester=for_requester))
    return render(request, "incidents/script.html", {"form": _bare_form(form_fields)})


def _bare_form(form_fields: dict[str, Any]) -> Any:
    return type("ScriptForm", (forms.Form,), form_fields)()
