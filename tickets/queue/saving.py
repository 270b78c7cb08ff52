"""Naming what a queue shows: saved views, and the dialog that adds a filter."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Team
from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing
from core.pages import leave_to, reason_of, render_part, show_missing
from tickets.models import SavedView
from tickets.queue.page import Queue, QueuePage
from tickets.queue.views import desk_only
from tickets.services import viewing

DELETED = "deleted_views"
"""Where a session keeps what was deleted just now, so that it can be undone."""

MOST_DELETED = 5


class ViewForm(forms.Form):
    """A view's name, and for whom it is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    whose = forms.ChoiceField(label=gettext_lazy("For"), widget=forms.RadioSelect, initial="me")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = {*user.access.team_ids, *user.access.led_team_ids} if user.access.is_desk else set()
        self.teams = {team.key: team for team in Team.objects.filter(pk__in=ids, is_active=True)}
        choices = [("me", _("me alone")), *((f"team:{key}", team.name) for key, team in self.teams.items())]
        if user.has_role(viewing.FOR_EVERYBODY):
            choices.append(("everybody", _("everybody at the desk")))
        self.fields["whose"].choices = choices  # type: ignore[attr-defined]  # a choice field

    @property
    def answers(self) -> dict[str, Any]:
        whose = self.cleaned_data["whose"]
        return {
            "name": self.cleaned_data["name"],
            "team": self.teams.get(whose.removeprefix("team:")),
            "is_for_everybody": whose == "everybody",
        }


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)


def _asked(request: SignedInRequest) -> QueryDict:
    """The query string to be saved: in the address of the form, and in the form itself afterwards."""
    return QueryDict(request.POST.get("query", "")[:4000]) if request.method == "POST" else request.GET


@require_http_methods(["GET", "POST"])
@login_required
def new_view(request: SignedInRequest, queue: Queue) -> HttpResponse:
    """Save what the queue shows under a name."""
    desk_only(request)
    query = _asked(request)
    page = QueuePage(queue, request, query)
    form = ViewForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            view = viewing.save_view(
                page=queue.name,
                query=page.query.urlencode(),
                columns=[column.name for column in page.shown_columns],
                actor=request.user,
                check=queue.unknown,
                **form.answers,
            )
            messages.success(request, _("“%(name)s” is kept.") % {"name": view.name})
            return leave_to(request, f"{queue.url}?{view.query}")
        except AnswersMissing as missing:
            show_missing(form, missing)
    context = {
        "queue": queue,
        "form": form,
        "heading": _("Save this view"),
        "action": f"{queue.url}views/new/",
        "query": page.query.urlencode(),
        "filters": page.filters,
        "back": f"{queue.url}?{page.query.urlencode()}",
    }
    return render_part(request, "tickets/view_form.html", "form", context, status=422 if form.is_bound else 200)


@require_GET
@login_required
def all_views(request: SignedInRequest, queue: Queue) -> HttpResponse:
    """One's views, those of one's teams and everybody's, to rename, order and delete."""
    desk_only(request)
    groups: dict[str, list[dict[str, Any]]] = {}
    for view in viewing.views_for(request.user, queue.name).select_related("team"):
        label = view.team.name if view.team else str(_("Mine") if view.owner_id else _("Everybody’s"))
        rank = (view.owner_id is None, view.team_id is None, label)
        group = groups.setdefault(str(rank), [])
        shown = QueuePage(queue, request, QueryDict(view.query))
        group.append(
            {
                "view": view,
                "label": label,
                "url": f"{queue.url}?{view.query}",
                "filters": shown.filters,
                "may_change": viewing.may_change(view, request.user),
            }
        )
    listed = [{"label": rows[0]["label"], "rows": rows} for _rank, rows in sorted(groups.items())]
    return render(request, "tickets/saved_views.html", {"queue": queue, "groups": listed})


def _view_or_404(request: SignedInRequest, queue: Queue, pk: int) -> SavedView:
    view = get_object_or_404(viewing.views_for(request.user, queue.name), pk=pk)
    if not viewing.may_change(view, request.user):
        raise PermissionDenied
    return view


@require_http_methods(["GET", "POST"])
@login_required
def rename_view(request: SignedInRequest, queue: Queue, pk: int) -> HttpResponse:
    desk_only(request)
    view = _view_or_404(request, queue, pk)
    form = NameForm(request.POST or None, initial={"name": view.name})
    if request.method == "POST" and form.is_valid():
        try:
            viewing.edit_view(view=view, actor=request.user, name=form.cleaned_data["name"])
            return leave_to(request, f"{queue.url}views/")
        except AnswersMissing as missing:
            show_missing(form, missing)
    context = {
        "queue": queue,
        "form": form,
        "heading": _("Rename “%(name)s”") % {"name": view.name},
        "action": f"{queue.url}views/{view.pk}/name/",
        "back": f"{queue.url}views/",
    }
    return render_part(request, "tickets/view_form.html", "form", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def change_view(request: SignedInRequest, queue: Queue, pk: int, verb: str) -> HttpResponse:
    """Move a view up or down, open the queue with it or no more, or delete it."""
    desk_only(request)
    view = _view_or_404(request, queue, pk)
    if verb in ("up", "down"):
        viewing.move_view(view=view, actor=request.user, up=verb == "up")
    elif verb in ("default", "not-default"):
        viewing.make_default(view=view, actor=request.user, is_default=verb == "default")
        opens = (
            _("The queue opens with “%(name)s” now.") if verb == "default" else _("The queue opens with what is open.")
        )
        messages.success(request, opens % {"name": view.name})
    elif verb == "delete":
        kept = viewing.delete_view(view=view, actor=request.user)
        deleted = {**request.session.get(DELETED, {}), str(pk): kept}
        request.session[DELETED] = dict(list(deleted.items())[-MOST_DELETED:])
        messages.success(
            request,
            _("“%(name)s” is deleted.") % {"name": view.name},
            extra_tags=f"undo:{queue.url}views/{pk}/restore/",
        )
    else:
        raise Http404
    return redirect(f"{queue.url}views/")


@require_POST
@login_required
def restore_view(request: SignedInRequest, queue: Queue, pk: int) -> HttpResponse:
    """Undo a deletion of this session."""
    desk_only(request)
    kept = request.session.get(DELETED, {}).pop(str(pk), None)
    if kept is None or kept["page"] != queue.name:
        raise Http404
    request.session.modified = True
    try:
        view = viewing.restore_view(kept=kept, actor=request.user, check=queue.unknown)
        messages.success(request, _("“%(name)s” is back.") % {"name": view.name})
    except AnswersMissing as missing:
        messages.error(request, reason_of(missing))
    return redirect(f"{queue.url}views/")


@require_GET
@login_required
def add_filter(request: SignedInRequest, queue: Queue) -> HttpResponse:
    """The dialog that narrows the list further; sent, it leads to the list."""
    desk_only(request)
    is_sent = "narrow" in request.GET
    query = QueryDict(request.GET.get("query", "")[:4000]) if is_sent else request.GET
    page = QueuePage(queue, request, query)
    form = queue.filter_form(request.user, page.query, request.GET if is_sent else None)
    if is_sent and form.is_valid():
        narrowed = form.narrowed()
        return leave_to(request, f"{queue.url}?{narrowed.urlencode() or 'all=1'}")
    context = {
        "queue": queue,
        "form": form,
        "query": page.query.urlencode(),
        "back": f"{queue.url}?{page.query.urlencode()}",
    }
    return render_part(request, "tickets/filter_form.html", "form", context, status=422 if is_sent else 200)
