"""A requester's tickets: the list, one of them, and what they may do with it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing, MoveRefused, Refused
from core.moves import perform
from core.pages import leave_to, reason_of, render_part, show_missing
from incidents import following
from incidents.lifecycle import LIFECYCLE
from incidents.models import Incident
from incidents.models.incident import Status
from incidents.services import confirm, reply
from incidents.views.portal import for_requesters, portal_page
from tickets.models import Draft, Ticket
from tickets.search import matching
from tickets.shell import portal_shell

PER_PAGE = 25
MOST = 1_000
SHOWS = {"open": gettext_lazy("Open"), "waiting": gettext_lazy("Waiting for me"), "done": gettext_lazy("Done")}


# ---------------------------------------------------------------- the list


@require_GET
@for_requesters
def tickets(request: SignedInRequest) -> HttpResponse:
    """One's own tickets, or the organisation's: open ones, those that wait for an answer, done ones."""
    user = request.user
    show = request.GET.get("show") if request.GET.get("show") in SHOWS else "open"
    is_shared = bool(user.access.shared_ids) and request.GET.get("of") == "organisation"
    query = " ".join(request.GET.get("q", "").replace("\x00", "").replace(":", " ").split())[:100]
    everything = following.shared_incidents(user) if is_shared else following.own_incidents(user)
    found = everything if query else _shown(everything, show, user)
    if query:
        found = matching(user, query, everything)
    order = following.NEWEST_FIRST if is_shared else following.waiting_first(user)
    keys = list(found.order_by(*order).values_list("pk", flat=True)[:MOST])
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    on_page = everything.filter(pk__in=list(page.object_list)).select_related(*following.RELATED)
    context = {
        "rows": following.rows(user, on_page.order_by(*order)),
        "page_obj": page,
        "is_cut": len(keys) == MOST,
        "show": show,
        "tabs": _tabs(show, is_shared, everything, user) if not query else [],
        "scopes": _scopes(is_shared) if user.access.shared_ids else [],
        "is_shared": is_shared,
        "query": query,
    }
    return portal_page(request, "portal/tickets.html", context)


def _shown(incidents: QuerySet[Incident], show: str | None, user: Any) -> QuerySet[Incident]:
    if show == "waiting":
        return incidents.filter(following.waiting_for(user))
    if show == "done":
        return incidents.filter(stage=Ticket.Stage.CLOSED)
    return incidents.exclude(stage=Ticket.Stage.CLOSED)


def _tabs(show: str | None, is_shared: bool, incidents: QuerySet[Incident], user: Any) -> list[dict[str, Any]]:
    waiting = incidents.filter(following.waiting_for(user)).count()
    suffix = "&of=organisation" if is_shared else ""
    return [
        {
            "label": label,
            "url": f"{reverse('portal-tickets')}?show={name}{suffix}",
            "active": name == show,
            "count": waiting if name == "waiting" and waiting else "",
        }
        for name, label in SHOWS.items()
        if name != "waiting" or not is_shared
    ]


def _scopes(is_shared: bool) -> list[dict[str, Any]]:
    return [
        {"label": _("Mine"), "url": reverse("portal-tickets"), "active": not is_shared},
        {
            "label": _("My organisation's"),
            "url": f"{reverse('portal-tickets')}?of=organisation",
            "active": is_shared,
        },
    ]


# ---------------------------------------------------------------- one ticket


def incident_or_404(request: SignedInRequest, number: str) -> Incident:
    """The incident, when the person may see it."""
    seen = Incident.objects.visible_to(request.user).select_related(*following.RELATED)
    found = seen.filter(number=number.replace("\x00", "").upper()).first()
    if found is None:
        raise Http404
    return found


@require_GET
@for_requesters
def ticket(request: SignedInRequest, number: str) -> HttpResponse:
    """State, who has it, what happens next, and the conversation."""
    return _page(request, incident_or_404(request, number))


def _page(
    request: SignedInRequest,
    incident: Incident,
    *,
    body: str | None = None,
    error: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user = request.user
    acts = following.acts_as_requester(user, incident)
    if body is None:
        draft = Draft.objects.filter(ticket_id=incident.pk, user=user).first() if acts else None
        body = draft.text if draft else ""
    (row,) = following.rows(user, [incident])
    may_withdraw = incident.status in LIFECYCLE.moves["withdraw"].sources and acts
    context = {
        "incident": incident,
        "row": row,
        "plain": row.plain,
        "acts": acts,
        "entries": following.conversation(incident, user),
        "related": following.related_to(incident, user),
        "can_withdraw": may_withdraw and incident.may(user, LIFECYCLE.moves["withdraw"]),
        "is_closed": incident.stage == Ticket.Stage.CLOSED,
        "body": body,
        "error": error,
        "refusal": refusal,
        "draft_url": reverse("ticket-draft", args=[incident.number]),
        "file_count": settings.ATTACHMENT_MAX_COUNT,
        "file_size": settings.ATTACHMENT_MAX_BYTES,
    }
    return portal_page(request, "portal/ticket.html", context, status=status)


def _own_or_403(request: SignedInRequest, number: str) -> Incident:
    incident = incident_or_404(request, number)
    if not following.acts_as_requester(request.user, incident):
        raise PermissionDenied
    return incident


@require_POST
@for_requesters
def say(request: SignedInRequest, number: str) -> HttpResponse:
    """A reply with files. What is refused keeps the words."""
    incident = _own_or_403(request, number)
    body = request.POST.get("body", "")
    try:
        answered, comment = reply(
            incident=incident, text=body, actor=request.user, files=request.FILES.getlist("files")
        )
    except (AnswersMissing, Refused) as refusal:
        return _page(request, incident, body=body, error=reason_of(refusal), status=422)
    if answered.pk != incident.pk:
        messages.success(
            request,
            _("%(old)s is closed, so your words opened %(new)s, which follows it up.")
            % {"old": incident.number, "new": answered.number},
        )
    else:
        messages.success(request, _("Sent."))
    return redirect(f"{_url(answered)}#entry-c{comment.pk}" if comment else _url(answered))


@require_POST
@for_requesters
def it_works(request: SignedInRequest, number: str) -> HttpResponse:
    """The requester confirms. Twice is the same as once."""
    incident = _own_or_403(request, number)
    try:
        confirm(incident=incident, actor=request.user)
    except MoveRefused as refusal:
        return _page(request, incident_or_404(request, number), refusal=str(refusal), status=409)
    messages.success(request, _("Good to hear. %(number)s is closed.") % {"number": incident.number})
    return redirect(_url(incident))


class NotYet(forms.Form):
    """What is still wrong with what was thought to be solved."""

    reason = forms.CharField(
        label=gettext_lazy("What doesn't work yet?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class Withdrawal(forms.Form):
    """Why somebody needs no help any more, if they like to say."""

    reason = forms.CharField(
        label=gettext_lazy("Why, if you like to say"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


ASKED: dict[str, dict[str, Any]] = {
    "reopen": {
        "form": NotYet,
        "title": gettext_lazy("It doesn't work yet"),
        "text": gettext_lazy("We take it up again with what you tell us here."),
        "action": gettext_lazy("Not yet, go on"),
        "done": gettext_lazy("Thank you. We go on with %(number)s."),
        "target": Status.IN_PROGRESS,
    },
    "withdraw": {
        "form": Withdrawal,
        "title": gettext_lazy("Withdraw this ticket?"),
        "text": gettext_lazy("Nobody works on it any more. You can still read it."),
        "action": gettext_lazy("Withdraw"),
        "done": gettext_lazy("%(number)s is withdrawn."),
        "target": Status.CANCELLED,
    },
}


@require_http_methods(["GET", "POST"])
@for_requesters
def ask(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Not yet, or withdrawing: its question as a page or dialog, then the move. What is refused keeps the words."""
    incident, asked = _own_or_403(request, number), ASKED[name]
    if not incident.may(request.user, LIFECYCLE.moves[name]):
        raise PermissionDenied
    form = asked["form"](request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _ask(request, incident, name, form, 422 if form.is_bound else 200)
    answers = {field: value for field, value in form.cleaned_data.items() if value}
    try:
        perform(incident, name, actor=request.user, **answers)
    except AnswersMissing as missing:
        show_missing(form, missing)
        return _ask(request, incident, name, form, 422)
    except MoveRefused as refusal:
        now = incident_or_404(request, number)
        if now.status != asked["target"]:
            return _ask(request, now, name, form, 409, refusal=str(refusal))
    messages.success(request, asked["done"] % {"number": incident.number})
    return leave_to(request, _url(incident))


def _ask(
    request: SignedInRequest, incident: Incident, name: str, form: forms.Form, status: int, refusal: str = ""
) -> HttpResponse:
    context = {
        **portal_shell(request),
        "incident": incident,
        "asked": ASKED[name],
        "form": form,
        "refusal": refusal,
        "action_url": reverse(f"portal-{name}", args=[incident.number]),
        "back_url": _url(incident),
    }
    return render_part(request, "portal/ask.html", "ask", context, status=status)


def _url(incident: Incident) -> str:
    return reverse("portal-ticket", args=[incident.number])
