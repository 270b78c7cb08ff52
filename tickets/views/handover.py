"""From one shift to the next: what a team leaves, and who takes it over."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Team
from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing
from core.pages import leave_to, render_part, show_missing
from tickets.handover import Shift, last_taken_over_at, open_notes, sections
from tickets.services.handing_over import take_over, teams_of, write_note
from tickets.views.record import ticket_or_404

HOURS = (8, 12, 24)
SHIFT = timedelta(hours=10)
"""How far the shift that begins looks ahead."""


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Where it stands"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    next_action = forms.CharField(label=gettext_lazy("Next action"), max_length=200, required=False)


def _team_or_404(request: SignedInRequest, key: str) -> Team:
    return get_object_or_404(teams_of(request.user), key=key)


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """To one's team."""
    if not request.user.access.is_desk:
        raise PermissionDenied
    team = teams_of(request.user).first()
    if team is None:
        return render(request, "tickets/handover_none.html")
    return redirect("handover-team", key=team.key)


@require_GET
@login_required
def shift(request: SignedInRequest, key: str) -> HttpResponse:
    """What the shift that begins has to know: the notes that were left, what changed, what nobody has, what wakes."""
    team = _team_or_404(request, key)
    now = timezone.now()
    taken_at = last_taken_over_at(team)
    began_at, chosen = _began_at(request.GET.get("since", ""), now, taken_at)
    notes = list(open_notes(team, request.user))
    by_ticket = {note.ticket_id: note for note in notes}
    found = sections(Shift(team, request.user, began_at, now + SHIFT))
    for section in found:
        for ticket in section["tickets"]:
            ticket.note = by_ticket.get(ticket.pk)
    context = {
        "team": team,
        "tabs": [
            {"label": each.name, "url": reverse("handover-team", args=[each.key]), "active": each.pk == team.pk}
            for each in teams_of(request.user)
        ],
        "notes": notes,
        "sections": found,
        "began_at": began_at,
        "now": now,
        "spans": _spans(chosen, taken_at is not None and now - taken_at < timedelta(days=1)),
    }
    return render(request, "tickets/handover.html", context)


def _began_at(word: str, now: datetime, taken_at: datetime | None) -> tuple[datetime, str]:
    """Since when changes are listed: the last handover when it was today or yesterday, else half a day."""
    if word.isascii() and word.isdigit() and len(word) <= 3 and int(word) in HOURS:
        return now - timedelta(hours=int(word)), word
    if taken_at is not None and now - taken_at < timedelta(days=1):
        return taken_at, ""
    return now - timedelta(hours=12), "12"


def _spans(chosen: str, was_taken: bool) -> list[dict[str, Any]]:
    spans = [{"label": _("Since the last handover"), "url": "?", "active": not chosen}] if was_taken else []
    hours = [
        {"label": _("%(n)d hours") % {"n": each}, "url": f"?since={each}", "active": chosen == str(each)}
        for each in HOURS
    ]
    return [*spans, *hours]


@require_POST
@login_required
def take(request: SignedInRequest, key: str) -> HttpResponse:
    """Take over the notes that were read, in one move."""
    team = _team_or_404(request, key)
    read = [int(word) for word in request.POST.getlist("note") if word.isascii() and word.isdigit() and len(word) <= 18]
    taken = take_over(team=team, actor=request.user, only=read)
    if taken:
        words = ngettext("You took over %(n)d note.", "You took over %(n)d notes.", len(taken)) % {"n": len(taken)}
        messages.success(request, words)
    else:
        messages.info(request, _("Somebody was quicker: nothing was left to take over."))
    return redirect("handover-team", key=team.key)


@require_http_methods(["GET", "POST"])
@login_required
def note(request: SignedInRequest, key: str, number: str) -> HttpResponse:
    """Where a ticket stands and what to do next, for the shift that comes."""
    team = _team_or_404(request, key)
    ticket = ticket_or_404(request, number)
    kept = open_notes(team, request.user).filter(ticket_id=ticket.pk).first()
    initial = {"note": kept.note, "next_action": kept.next_action} if kept else {}
    form = NoteForm(request.POST or None, initial=initial)
    back = reverse("handover-team", args=[team.key])
    if request.method == "POST" and form.is_valid():
        try:
            write_note(ticket=ticket, team=team, actor=request.user, **form.cleaned_data)
            return leave_to(request, back)
        except AnswersMissing as missing:
            show_missing(form, missing)
    context = {"team": team, "ticket": ticket, "form": form, "back": back}
    return render_part(request, "tickets/handover_note.html", "form", context, status=422 if form.is_bound else 200)
