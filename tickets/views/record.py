"""What every ticket's page answers to: moves, words, drafts, presence, mentions. The practice draws the page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organisation, Team, User
from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing, MoveRefused, Refused
from core.kinds import kind_of
from core.models import Activity
from core.moves import perform
from core.pages import leave_to, render_part
from tickets.models import Comment, Draft, Ticket
from tickets.record.page import say_present
from tickets.services.files import attach
from tickets.services.watching import unwatch, watch
from tickets.services.words import add_comment

AUDIENCES = {
    "internal": Activity.Audience.INTERNAL,
    "public": Activity.Audience.REQUESTER,
    "supplier": Activity.Audience.SUPPLIER,
}


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
    if not request.user.access.reads_desk:
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
        return _ask(request, ticket, asked, form_class(), 200)
    form = form_class(request.POST)
    if not form.is_valid():
        return _ask(request, ticket, asked, form, 422)
    answers = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    try:
        moved = perform(ticket, name, actor=request.user, **answers)
    except AnswersMissing as missing:
        for field, texts in missing.errors.items():
            for text in texts:
                form.add_error(field if field in form.fields else None, text)
        return _ask(request, ticket, asked, form, 422)
    except MoveRefused as refusal:
        if _is_done_already(ticket, asked):
            return leave_to(request, ticket.get_absolute_url())
        return _ask(request, ticket, asked, form, 409, refusal=str(refusal))
    messages.success(request, _("%(number)s: %(move)s, done.") % {"number": ticket.number, "move": asked.label})
    say_if_restricted(request, ticket, moved)
    return leave_to(request, ticket.get_absolute_url())


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
    context = {"ticket": ticket, "move": asked, "form": form, "refusal": refusal}
    return render_part(request, "tickets/move.html", "form", context, status=status)


@require_POST
@login_required
def comment(request: SignedInRequest, number: str) -> HttpResponse:
    """Words on a ticket, with files. A mistake keeps the words as a draft and says what is wrong."""
    ticket = ticket_or_404(request, number)
    audience = AUDIENCES.get(request.POST.get("audience", "internal"), Activity.Audience.INTERNAL)
    kind = request.POST.get("kind", Comment.Kind.COMMENT)
    supplier = _supplier(ticket) if audience == Activity.Audience.SUPPLIER else None
    body = request.POST.get("body", "")
    try:
        with transaction.atomic():
            written = add_comment(
                ticket=ticket,
                text=body,
                actor=request.user,
                audience=audience,
                supplier=supplier,
                kind=kind if kind in Comment.Kind.values else Comment.Kind.COMMENT,
            )
            if files := request.FILES.getlist("files"):
                attach(ticket=ticket, files=files, comment=written, actor=request.user)
    except (AnswersMissing, Refused) as refusal:
        if body.strip():
            Draft.objects.update_or_create(ticket_id=ticket.pk, user=request.user, defaults={"text": body})
        messages.error(request, _("Not sent: %(reason)s Your words are kept.") % {"reason": refusal})
        return redirect(f"{ticket.get_absolute_url()}#composer")
    return redirect(f"{ticket.get_absolute_url()}#entry-c{written.pk}")


def _supplier(ticket: Any) -> Organisation | None:
    """The supplier who has the ticket now, or had it last."""
    ids = ticket.supplier_ids
    return Organisation.objects.filter(pk=ids[-1]).first() if ids else None


@require_POST
@login_required
def draft(request: SignedInRequest, number: str) -> HttpResponse:
    """Keep what somebody is writing; nothing written takes it away."""
    ticket = ticket_or_404(request, number)
    text = request.POST.get("body", "")[:50_000].replace("\x00", "")
    if text.strip():
        Draft.objects.update_or_create(ticket_id=ticket.pk, user=request.user, defaults={"text": text})
    else:
        Draft.objects.filter(ticket_id=ticket.pk, user=request.user).delete()
    return HttpResponse(status=204)


@require_POST
@login_required
def presence(request: SignedInRequest, number: str) -> HttpResponse:
    """Say that I am here, and hear who else is."""
    ticket = ticket_or_404(request, number)
    if not request.user.access.reads_desk:
        raise PermissionDenied
    others = say_present(ticket, request.user, request.POST.get("doing", "reading"))
    context = {"presence": others, "presence_url": request.path}
    return render(request, "components/presence.html", context)


@require_GET
@login_required
def mentions(request: SignedInRequest, number: str) -> HttpResponse:
    """Colleagues whose name begins so. Naming somebody never shows them what they may not see."""
    ticket_or_404(request, number)
    if not request.user.access.is_desk:
        raise PermissionDenied
    words = request.GET.get("q", "").strip()[:60]
    people = User.objects.filter(is_active=True, memberships__isnull=False).distinct()
    if words:
        people = people.filter(
            Q(username__istartswith=words) | Q(name__istartswith=words) | Q(name__icontains=f" {words}")
        )
    return render(request, "tickets/mention_options.html", {"people": people.order_by("name")[:8]})


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
