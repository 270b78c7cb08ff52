"""The views of a queue. A practice's urls.py gives each its `Queue`."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from core.exceptions import Refused
from core.exporting import FORMS, MOST
from core.pages import leave_to, render_part
from tickets.models import QueuePreference, Ticket
from tickets.queue import bulk
from tickets.queue.columns import ALWAYS
from tickets.queue.exporting import lines
from tickets.queue.page import COUNTED_TO, Queue, QueuePage
from tickets.services.viewing import default_view


def desk_only(request: SignedInRequest) -> None:
    """The queue is the desk's page; requesters and suppliers have lists of their own."""
    access = request.user.access
    if not access.reads_desk or access.supplier_id is not None:
        raise PermissionDenied


def workers_only(request: SignedInRequest) -> None:
    """Acting on rows is for whoever works on the desk's side."""
    desk_only(request)
    if not request.user.access.is_desk:
        raise PermissionDenied


@require_GET
@login_required
def queue(request: SignedInRequest, queue: Queue) -> HttpResponseBase:
    desk_only(request)
    if not request.GET and (default := default_view(request.user, queue.name)):
        return redirect(f"{queue.url}?{default.query or 'all=1'}")
    page = QueuePage(queue, request)
    if request.GET.get("export") in FORMS:
        return _export(page, request.GET["export"])
    newest = Ticket.newest_pk()
    context = {
        "queue": queue,
        "page": page,
        "selectable": bool(queue.actions) and request.user.access.is_desk,
        "bulk_actions": [
            {"name": "action", "value": each.name, "label": each.label, "icon": each.icon, "key": each.key}
            for each in queue.actions
        ],
        "preview_url": f"{queue.url}bulk/preview/",
        "save_view_url": f"{queue.url}views/new/{page.link(page=None, sort=page.given.get('sort'))}",
        "add_filter_url": f"{queue.url}filter/{page.link(page=None, sort=page.given.get('sort'))}",
        "views_url": f"{queue.url}views/",
        "sort": page.sort,
        "live_url": f"{queue.url}live/{page.link(since=newest, sort=None, page=None)}",
        "export_csv": page.link(export="csv"),
        "export_xlsx": page.link(export="xlsx"),
    }
    return render(request, "tickets/queue.html", context)


def _export(page: QueuePage, form: str) -> HttpResponseBase:
    rows = page.ordered[:MOST].iterator(chunk_size=1000) if form == "csv" else page.ordered[:MOST]
    return FORMS[form](lines(rows, page.shown_columns), page.queue.name)


@require_GET
@login_required
def live(request: SignedInRequest, queue: Queue) -> HttpResponse:
    """How many rows have come since; 304 while that has not changed."""
    desk_only(request)
    since = request.GET.get("since", "")
    if not _is_key(since):
        raise Http404
    page = QueuePage(queue, request)
    count = page.narrowed(leave_out=["since"]).filter(pk__gt=int(since)).order_by()[:COUNTED_TO].count()
    etag = f'"{since}-{count}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    return JsonResponse({"new": count}, headers={"ETag": etag, "Cache-Control": "no-store"})


def _is_key(word: str) -> bool:
    """Whether somebody sent what can be a primary key."""
    return word.isascii() and word.isdigit() and len(word) <= 18


def _chosen(request: SignedInRequest, queue: Queue, ids: list[str]) -> list[Any]:
    """The chosen tickets that the person may see, in the order of the list; what they may not see is not there."""
    keys = [int(word) for word in ids if _is_key(word)][: bulk.MOST]
    return list(queue.rows().visible_to(request.user).filter(pk__in=keys).select_related(*queue.related))


@require_GET
@login_required
def bulk_preview(request: SignedInRequest, queue: Queue) -> HttpResponse:
    """What each action that asks nothing would do to the chosen rows."""
    workers_only(request)
    tickets = _chosen(request, queue, request.GET.getlist("chosen"))
    plans = [(action, bulk.plan(action, tickets, request.user)) for action in queue.actions if action.form is None]
    return render(request, "tickets/bulk_preview.html", {"plans": plans})


@require_POST
@login_required
def bulk_act(request: SignedInRequest, queue: Queue) -> HttpResponse:
    """Carry out an action on the chosen rows; one that asks something gets a page of its own first."""
    workers_only(request)
    back = _back(request, queue)
    action = next((each for each in queue.actions if each.name == request.POST.get("action")), None)
    if action is None:
        raise Http404
    tickets = _chosen(request, queue, request.POST.getlist("chosen"))
    if not tickets:
        messages.warning(request, _("Choose some rows first."))
        return redirect(back)
    made = bulk.plan(action, tickets, request.user)
    form = None
    if action.form is not None:
        answered = "confirmed" in request.POST
        form = action.form(request)(request.POST if answered else None)
        if not answered or not form.is_valid():
            context = {"queue": queue, "action": action, "plan": made, "form": form, "back": back, "tickets": tickets}
            return render(request, "tickets/bulk.html", context, status=422 if answered else 200)
    answers = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")} if form else {}
    all_or_none = "all_or_none" in request.POST
    try:
        outcome = bulk.carry_out(
            action, tickets if all_or_none else made.changes, request.user, answers, all_or_none=all_or_none
        )
    except Refused as refusal:
        messages.error(request, _("Nothing was changed. %(reason)s") % {"reason": refusal})
        return redirect(back)
    _tell(request, outcome, made.skips if not all_or_none else [])
    return redirect(back)


def _tell(request: SignedInRequest, outcome: bulk.Outcome, skips: list[tuple[Any, str]]) -> None:
    count = len(outcome.changed)
    if count:
        words = ngettext("%(n)d changed.", "%(n)d changed.", count) % {"n": count}
        messages.success(request, words)
    skipped = [*skips, *outcome.skipped]
    if skipped:
        reasons = "; ".join(f"{ticket.number}: {reason}" for ticket, reason in skipped[:5])
        messages.warning(request, _("Skipped %(n)d. %(reasons)s") % {"n": len(skipped), "reasons": reasons})


def _back(request: SignedInRequest, queue: Queue) -> str:
    target = request.POST.get("next", request.GET.get("next", ""))
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else queue.url


class ColumnsForm(forms.Form):
    """Which columns a person wants to see."""

    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, queue: Queue, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [  # type: ignore[attr-defined]  # a choice field
            (column.name, column.export_label or column.label) for column in queue.columns if column.name not in ALWAYS
        ]


@require_http_methods(["GET", "POST"])
@login_required
def choose_columns(request: SignedInRequest, queue: Queue) -> HttpResponse:
    """Choose the columns and the order of rows that one keeps."""
    desk_only(request)
    page = QueuePage(queue, request)
    shown = [column.name for column in page.shown_columns]
    form = ColumnsForm(queue, request.POST or None, initial={"columns": shown})
    if request.method == "POST" and form.is_valid():
        QueuePreference.objects.update_or_create(
            user=request.user, page=queue.name, defaults={"columns": [*ALWAYS, *form.cleaned_data["columns"]]}
        )
        return leave_to(request, _back(request, queue))
    status = 422 if form.is_bound else 200
    context = {"queue": queue, "form": form, "back": _back(request, queue)}
    return render_part(request, "tickets/columns.html", "form", context, status=status)
