"""Writing on a ticket: words, drafts, replies that are kept ready, colleagues who are named."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organisation, User
from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing, Refused
from core.models import Activity
from core.moves import perform
from core.pages import leave_to, reason_of, render_part
from tickets.canned import fill
from tickets.models import Comment
from tickets.services.canned import replies_for
from tickets.services.drafting import draft_of, save_draft
from tickets.services.files import attach
from tickets.services.watching import mentions as who_is_named
from tickets.services.words import say_once
from tickets.views.record import ticket_or_404

AUDIENCES = {
    "internal": Activity.Audience.INTERNAL,
    "public": Activity.Audience.REQUESTER,
    "supplier": Activity.Audience.SUPPLIER,
}
OFFERED = 8


@require_POST
@login_required
def comment(request: SignedInRequest, number: str) -> HttpResponse:
    """Words on a ticket, with files and perhaps a hold. A mistake keeps the words as a draft and says what is wrong."""
    ticket = ticket_or_404(request, number)
    body = request.POST.get("body", "")
    try:
        written = _write(request, ticket, body)
    except (AnswersMissing, Refused) as refusal:
        _keep(request, ticket, body)
        messages.error(request, _("Not sent: %(reason)s Your words are kept.") % {"reason": reason_of(refusal)})
        return redirect(f"{ticket.get_absolute_url()}#composer")
    _tell_of_mentions(request, ticket, written)
    return redirect(f"{ticket.get_absolute_url()}#entry-c{written.pk}")


@transaction.atomic
def _write(request: SignedInRequest, ticket: Any, body: str) -> Comment:
    """Say it, attach what came with it, and put the ticket on hold when that was asked: all of it or nothing.

    Pressed twice it is done once.
    """
    audience = AUDIENCES.get(request.POST.get("audience", "internal"), Activity.Audience.INTERNAL)
    holds = request.POST.get("then") == "hold"
    if holds and audience != Activity.Audience.REQUESTER:
        raise Refused(_("Only a public reply can ask the requester something."))
    kind = request.POST.get("kind", Comment.Kind.COMMENT)
    written, is_new = say_once(
        ticket=ticket,
        text=body,
        actor=request.user,
        audience=audience,
        supplier=_supplier(ticket) if audience == Activity.Audience.SUPPLIER else None,
        kind=kind if kind in Comment.Kind.values else Comment.Kind.COMMENT,
    )
    if not is_new:
        return written
    if files := request.FILES.getlist("files"):
        attach(ticket=ticket, files=files, comment=written, actor=request.user)
    if holds:
        awaited = " ".join(body.split())
        awaited = f"{awaited[:199]}…" if len(awaited) > 200 else awaited
        perform(ticket, "hold", actor=request.user, hold_reason="requester", hold_awaits=awaited)
    return written


def _keep(request: SignedInRequest, ticket: Any, text: str) -> None:
    """Keep as a draft what could not be sent; what is too long for that stays in the browser."""
    try:
        save_draft(ticket=ticket, actor=request.user, text=text, audience=_mode(request))
    except AnswersMissing as missing:
        messages.error(request, reason_of(missing))


def _mode(request: SignedInRequest) -> str:
    mode = request.POST.get("audience", "internal")
    return mode if mode in AUDIENCES else "internal"


def _tell_of_mentions(request: SignedInRequest, ticket: Any, written: Comment) -> None:
    """Say who was named and is not told: one who may not read it and one who is not there look the same."""
    named = who_is_named(written.text, ticket=ticket, audience=written.audience, supplier_id=written.supplier_id)
    if named.not_told:
        names = ", ".join(f"@{name}" for name in named.not_told)
        words = _("Not told: %(names)s. Nobody is called so, or they may not read these words.")
        messages.warning(request, words % {"names": names})


def _supplier(ticket: Any) -> Organisation | None:
    """The supplier who has the ticket now, or had it last."""
    ids = ticket.supplier_ids
    return Organisation.objects.filter(pk=ids[-1]).first() if ids else None


@require_POST
@login_required
def draft(request: SignedInRequest, number: str) -> HttpResponse:
    """Keep what somebody is writing; nothing written takes it away."""
    ticket = ticket_or_404(request, number)
    try:
        save_draft(ticket=ticket, actor=request.user, text=request.POST.get("body", ""), audience=_mode(request))
    except AnswersMissing:
        return HttpResponse(status=422)
    return HttpResponse(status=204)


@require_GET
@login_required
def mentions(request: SignedInRequest, number: str) -> HttpResponse:
    """Colleagues whose name begins so. Naming somebody never shows them what they may not see."""
    ticket_or_404(request, number)
    if not request.user.access.is_desk:
        raise PermissionDenied
    words = request.GET.get("q", "").strip()[:60]
    people = User.objects.visible_to(request.user).active().filter(memberships__isnull=False).distinct()
    if words:
        people = people.filter(
            Q(username__istartswith=words) | Q(name__istartswith=words) | Q(name__icontains=f" {words}")
        )
    return render(request, "tickets/mention_options.html", {"people": people.order_by("name")[:OFFERED]})


@require_http_methods(["GET", "POST"])
@login_required
def canned(request: SignedInRequest, number: str) -> HttpResponse:
    """The replies that are kept ready, filled in for this ticket. One that is chosen goes into the draft.

    Without JavaScript the composer sends what was typed here first, so that it is not lost on the way.
    """
    ticket = ticket_or_404(request, number)
    if not ticket.acts_for_desk(request.user) or not request.user.access.is_desk:
        raise PermissionDenied
    replies = replies_for(request.user).select_related("team")
    if request.method == "POST" and "canned" not in request.POST:
        _keep(request, ticket, request.POST.get("body", ""))
    elif request.method == "POST":
        chosen = get_object_or_404(replies, pk=_key(request.POST.get("canned", "")))
        kept = draft_of(ticket, request.user)
        before = request.POST.get("body", kept.text if kept else "").rstrip()
        filled = fill(chosen.text, ticket, request.user)
        text = f"{before}\n\n{filled.text}" if before else filled.text
        save_draft(ticket=ticket, actor=request.user, text=text, audience=_mode(request))
        return leave_to(request, f"{ticket.get_absolute_url()}#composer")
    listed = [{"reply": reply, "filled": fill(reply.text, ticket, request.user)} for reply in replies]
    context = {"ticket": ticket, "listed": listed}
    return render_part(request, "tickets/canned.html", "list", context)


def _key(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else 0


@require_GET
@login_required
def canned_options(request: SignedInRequest, number: str) -> HttpResponse:
    """The replies that are kept ready whose title holds the words typed after "::"."""
    ticket = ticket_or_404(request, number)
    if not ticket.acts_for_desk(request.user) or not request.user.access.is_desk:
        raise PermissionDenied
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    replies = replies_for(request.user).filter(title__icontains=words)[:OFFERED]
    options = [{"title": reply.title, "text": fill(reply.text, ticket, request.user).text} for reply in replies]
    return render(request, "tickets/canned_options.html", {"options": options})
