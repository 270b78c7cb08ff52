"""What a supplier's people see: the tickets that were referred to them, the words meant for them, their answer."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing, Refused
from core.models import Activity
from core.pages import leave_to, reason_of, render_part, show_missing
from tickets.models import Comment, Draft, Referral, Ticket
from tickets.questions import moment_field
from tickets.record.timeline import Entry
from tickets.services.files import attach
from tickets.services.referring import edit_referral, hand_back, visible_referrals
from tickets.services.words import say_once

PER_PAGE = 25
SHOWS = {"open": gettext_lazy("With us"), "returned": gettext_lazy("Returned")}
HAPPENED = {
    "ticket.referred": (gettext_lazy("Handed to you"), "arrow-up-right"),
    "ticket.referral_chased": (gettext_lazy("The desk asked how it stands"), "bell"),
    "ticket.referral_edited": (gettext_lazy("Reference, contact or date changed"), "pencil"),
    "ticket.referral_returned": (gettext_lazy("Handed back"), "arrow-back-up"),
    "ticket.referral_taken_back": (gettext_lazy("The desk took it back"), "arrow-back-up"),
}

View = Callable[..., HttpResponse]


def for_suppliers(view: View) -> View:
    """For a supplier's people; for others there is nothing here."""

    @wraps(view)
    def led(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.access.supplier_id is None:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(led)


class Details(forms.Form):
    """What the supplier says of their side of it."""

    reference = forms.CharField(label=gettext_lazy("Your reference"), max_length=100, required=False)
    contact = forms.CharField(label=gettext_lazy("Who handles it"), max_length=150, required=False)
    promised_at = moment_field(gettext_lazy("Promised for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promised_at"].required = False


class Answer(forms.Form):
    """What was found or done."""

    answer = forms.CharField(
        label=gettext_lazy("What you found or did"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@require_GET
@for_suppliers
def referred(request: SignedInRequest) -> HttpResponse:
    """The tickets that are with the supplier, what is promised soonest first; or those that were returned."""
    show = request.GET.get("show") if request.GET.get("show") in SHOWS else "open"
    mine = Referral.objects.visible_to(request.user).filter(supplier_id=request.user.access.supplier_id)
    found = mine.select_related("ticket").filter(returned_at__isnull=show == "open")
    order = ("promised_at", "handed_over_at") if show == "open" else ("-returned_at",)
    page = Paginator(found.order_by(*order, "pk"), PER_PAGE).get_page(request.GET.get("page"))
    tabs = [{"label": label, "url": f"?show={name}", "active": name == show} for name, label in SHOWS.items()]
    return render(request, "portal/supplier_list.html", {"page_obj": page, "show": show, "tabs": tabs})


def referral_or_404(request: SignedInRequest, number: str) -> Referral:
    """The newest referral of a ticket to this supplier."""
    seen = Ticket.objects.visible_to(request.user).filter(number=number.replace("\x00", "").upper()).first()
    newest = visible_referrals(seen, request.user).order_by("-handed_over_at", "-pk").first() if seen else None
    if newest is None:
        raise Http404
    newest.ticket = seen
    return newest


@require_GET
@for_suppliers
def one(request: SignedInRequest, number: str) -> HttpResponse:
    """What is asked, the words between desk and supplier, and what the supplier says of it."""
    return _page(request, referral_or_404(request, number))


def _page(
    request: SignedInRequest,
    referral: Referral,
    *,
    body: str | None = None,
    error: str = "",
    details: Details | None = None,
    status: int = 200,
) -> HttpResponse:
    ticket = referral.ticket
    if body is None:
        draft = Draft.objects.filter(ticket_id=ticket.pk, user=request.user).first()
        body = draft.text if draft else ""
    given = {"reference": referral.reference, "contact": referral.contact, "promised_at": referral.promised_at}
    context = {
        "ticket": ticket,
        "referral": referral,
        "entries": sorted([*_words(ticket, request.user), *_events(ticket, referral)], key=lambda each: each.at),
        "details": details or Details(initial=given),
        "body": body,
        "error": error,
        "draft_url": reverse("ticket-draft", args=[ticket.number]),
    }
    return render(request, "portal/supplier_ticket.html", context, status=status)


def _words(ticket: Ticket, user: Any) -> Iterable[Entry]:
    comments = Comment.objects.visible_to(user).filter(ticket_id=ticket.pk, audience=Activity.Audience.SUPPLIER)
    for comment in comments.select_related("author").prefetch_related("attachments"):
        ours = comment.author is not None and comment.author.organisation_id == user.organisation_id
        yield Entry(
            id=f"c{comment.pk}",
            kind="requester" if ours else "public",
            at=comment.created_at,
            author=comment.author or _("The service desk"),
            body=comment.text,
            via=_("From you") if ours else _("From the desk"),
            files=[
                {"name": file.name, "url": f"/files/{file.key}/", "size": file.size}
                for file in comment.attachments.all()
                if file.scan == file.Scan.PASSED
            ],
        )


def _events(ticket: Ticket, referral: Referral) -> Iterable[Entry]:
    activities = Activity.objects.filter(
        subject_kind=Ticket.subject_kind,
        subject_id=ticket.pk,
        audience=Activity.Audience.SUPPLIER,
        verb__in=HAPPENED,
        data__supplier=referral.supplier_id,
    )
    for activity in activities.order_by("at", "pk"):
        words, icon = HAPPENED[activity.verb]
        yield Entry(id=f"a{activity.pk}", kind="change", at=activity.at, text=str(words), icon=icon)


@require_POST
@for_suppliers
def say(request: SignedInRequest, number: str) -> HttpResponse:
    """Words to the desk, with files. Pressed twice is said once; what is refused keeps the words."""
    referral = referral_or_404(request, number)
    body = request.POST.get("body", "")
    try:
        with transaction.atomic():
            comment, is_new = say_once(
                ticket=referral.ticket, text=body, actor=request.user, audience=Activity.Audience.SUPPLIER
            )
            if is_new and (files := request.FILES.getlist("files")):
                attach(ticket=referral.ticket, files=files, actor=request.user, comment=comment)
    except (AnswersMissing, Refused) as refusal:
        return _page(request, referral, body=body, error=reason_of(refusal), status=422)
    messages.success(request, _("Sent."))
    return redirect(f"{_url(referral)}#entry-c{comment.pk}")


@require_POST
@for_suppliers
def details(request: SignedInRequest, number: str) -> HttpResponse:
    """Their reference, who handles it, and what is promised."""
    referral = referral_or_404(request, number)
    form = Details(request.POST)
    if not form.is_valid():
        return _page(request, referral, details=form, status=422)
    try:
        edit_referral(referral=referral, actor=request.user, **form.cleaned_data)
    except AnswersMissing as missing:
        show_missing(form, missing)
        return _page(request, referral_or_404(request, number), details=form, status=422)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, referral_or_404(request, number), details=form, status=409)
    messages.success(request, _("Kept."))
    return redirect(_url(referral))


@require_http_methods(["GET", "POST"])
@for_suppliers
def give_back(request: SignedInRequest, number: str) -> HttpResponse:
    """Handing it back with an answer, as a page or dialog. What is refused keeps the words."""
    referral = referral_or_404(request, number)
    form = Answer(request.POST if request.method == "POST" else None)
    status, refusal_words = (422 if form.is_bound else 200), ""
    if form.is_bound and form.is_valid():
        try:
            hand_back(referral=referral, actor=request.user, answer=form.cleaned_data["answer"])
        except Refused as refusal:
            if not _is_returned_so(referral_or_404(request, number), form.cleaned_data["answer"]):
                status, refusal_words = 409, str(refusal)
            else:
                return leave_to(request, _url(referral))
        else:
            messages.success(request, _("%(number)s is back with the desk.") % {"number": referral.ticket.number})
            return leave_to(request, _url(referral))
    context = {"ticket": referral.ticket, "form": form, "refusal": refusal_words, "back_url": _url(referral)}
    return render_part(request, "portal/supplier_return.html", "ask", context, status=status)


def _is_returned_so(referral: Referral, answer: str) -> bool:
    """A double click: it is returned with this very answer."""
    return not referral.is_open and referral.answer == answer.strip()


def _url(referral: Referral) -> str:
    return reverse("supplier-ticket", args=[referral.ticket.number])
