"""What belongs to a ticket, added and taken away on its page: tasks, ties, items, referrals, restriction, merging."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from cmdb.models import ConfigurationItem
from core.exceptions import AnswersMissing, MoveRefused, Refused
from core.moves import perform
from core.pages import leave_to, render_part, show_missing
from tickets.lifecycle import LIFECYCLE
from tickets.models import Link, Referral, Task
from tickets.part_forms import FORMS
from tickets.services import linking, referring
from tickets.views.record import ticket_or_404


def _for_desk(request: SignedInRequest, number: str) -> Any:
    ticket = ticket_or_404(request, number)
    if not ticket.acts_for_desk(request.user) or not request.user.access.is_desk:
        raise PermissionDenied
    return ticket


@require_http_methods(["GET", "POST"])
@login_required
def add(request: SignedInRequest, number: str, part: str) -> HttpResponse:
    """A part's form as a page or dialog, then the verb. A mistake keeps what was typed."""
    ticket = _for_desk(request, number)
    if part not in FORMS:
        raise Http404
    form = FORMS[part](ticket, request.user, request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            form.carry_out()
            return leave_to(request, ticket.get_absolute_url())
        except AnswersMissing as missing:
            show_missing(form, missing)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
    return render_part(
        request, "tickets/part.html", "form", {"ticket": ticket, "form": form, "part": part}, status=status
    )


def _done(request: SignedInRequest, ticket: Any, refusal: Exception | None = None) -> HttpResponse:
    if refusal is not None:
        messages.error(request, str(refusal))
    return leave_to(request, ticket.get_absolute_url())


@require_http_methods(["GET", "POST"])
@login_required
def task_move(request: SignedInRequest, number: str, task_number: str, name: str) -> HttpResponse:
    """A move of a task; one that asks something gets its page."""
    ticket = _for_desk(request, number)
    task = get_object_or_404(Task.objects.visible_to(request.user), ticket_id=ticket.pk, number=task_number.upper())
    if name not in LIFECYCLE.moves:
        raise Http404
    move = LIFECYCLE.moves[name]
    form = LIFECYCLE.form(task, move, request.user)(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        context = {"ticket": ticket, "task": task, "move": move, "form": form}
        return render_part(request, "tickets/task_move.html", "form", context, status=422 if form.is_bound else 200)
    try:
        perform(task, name, actor=request.user, **form.cleaned_data)
    except MoveRefused as refusal:
        return _done(request, ticket, refusal)
    return _done(request, ticket)


@require_POST
@login_required
def unlink(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    ticket = _for_desk(request, number)
    shown = {each["link"].pk: each["link"] for each in linking.visible_links(ticket, request.user)}
    link: Link | None = shown.get(pk)
    if link is None:
        raise Http404
    linking.unlink(link=link, actor=request.user)
    return _done(request, ticket)


@require_POST
@login_required
def leave_parent(request: SignedInRequest, number: str) -> HttpResponse:
    ticket = _for_desk(request, number)
    linking.remove_parent(child=ticket, actor=request.user)
    return _done(request, ticket)


@require_POST
@login_required
def item_verb(request: SignedInRequest, number: str, key: str, verb: str) -> HttpResponse:
    """Take an item off a ticket, or rule it out."""
    ticket = _for_desk(request, number)
    ci = get_object_or_404(ConfigurationItem.objects.visible_to(request.user), key=key)
    verbs = {"remove": linking.remove_ci, "exclude": linking.exclude_ci}
    if verb not in verbs:
        raise Http404
    verbs[verb](ticket=ticket, ci=ci, actor=request.user)
    return _done(request, ticket)


@require_POST
@login_required
def referral_verb(request: SignedInRequest, number: str, pk: int, verb: str) -> HttpResponse:
    """Chase a supplier, or take the ticket back."""
    ticket = _for_desk(request, number)
    referral: Referral = get_object_or_404(referring.visible_referrals(ticket, request.user), pk=pk)
    try:
        if verb == "chase":
            referring.chase(referral=referral, actor=request.user)
            messages.success(request, _("%(name)s was chased.") % {"name": referral.supplier.name})
        elif verb == "take-back":
            referring.take_back(referral=referral, actor=request.user, answer=request.POST.get("answer", ""))
        else:
            raise Http404
    except Refused as refusal:
        return _done(request, ticket, refusal)
    return _done(request, ticket)
