"""The pages of figures. Everything chosen stands in the address."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import access_of
from accounts.models import User
from metrics import exporting, panels, reports, rollups, toolbar
from metrics.definitions import FIGURES
from metrics.figures import person_for
from metrics.remembering import room_to_sort
from metrics.reports import OVERVIEW
from metrics.selection import NotUnderstood, Selection, select
from metrics.sight import Sight

OWN = ("respond", "repair", "resolve", "outflow", "first_contact", "touched", "reassigned", "reopened")
"""What a person's own page shows: what they resolved, beside how well it held."""


def reads_figures(user: Any) -> bool:
    """Figures are the desk's page; a requester's own tickets are in the portal."""
    access = access_of(user)
    return access.reads_desk and access.supplier_id is None


def _desk_only(request: HttpRequest) -> None:
    if not reads_figures(request.user):
        raise PermissionDenied


def _selected(request: HttpRequest, *, person: User | None = None) -> tuple[Selection, NotUnderstood | None]:
    """What the address asks for; where it means nothing, what is shown without it, and the mistake."""
    try:
        return select(request.GET, request.user, person=person), None
    except NotUnderstood as error:
        return select(QueryDict(), request.user, person=person), error


@require_GET
@login_required
@room_to_sort()
def desk(request: HttpRequest) -> HttpResponse:
    """The service desk's figures."""
    _desk_only(request)
    selection, mistake = _selected(request)
    query = QueryDict() if mistake else request.GET
    sight = Sight.of(request.user)
    lines = reports.overview(selection, sight)
    chosen = next(line for line in lines if line.key == selection.figure)
    context = {
        **_common(request, selection, query, mistake, lines),
        "series": panels.series_panel(reports.series(selection, sight), selection),
        "divided": panels.divided_panel(reports.divided(selection, sight), selection, query),
        "backlog": panels.backlog_panel(reports.backlog_by_age(selection, sight), selection),
        "behind": panels.behind(chosen, selection, query),
        "exports": _exports(query),
    }
    return render(request, "metrics/desk.html", context, status=422 if mistake else 200)


@require_GET
@login_required
@room_to_sort()
def mine(request: HttpRequest) -> HttpResponse:
    """A person's own figures."""
    _desk_only(request)
    return _own(request, request.user)


@require_GET
@login_required
@room_to_sort()
def person(request: HttpRequest, username: str) -> HttpResponse:
    """The figures of somebody whose team one leads. For anybody else there is no such page."""
    _desk_only(request)
    try:
        whose = person_for(username, request.user)
    except NotUnderstood as error:
        raise Http404 from error
    return _own(request, whose)


def _own(request: HttpRequest, whose: Any) -> HttpResponse:
    selection, mistake = _selected(request, person=whose)
    query = QueryDict() if mistake else request.GET
    if selection.figure not in OWN:
        selection = Selection(selection.period, selection.step, "resolve", selection.by, selection.narrowing)
    sight = Sight.of(request.user)
    lines = reports.overview(selection, sight, OWN)
    chosen = next(line for line in lines if line.key == selection.figure)
    context = {
        **_common(request, selection, query, mistake, lines),
        **_whose(request, whose),
        "series": panels.series_panel(reports.series(selection, sight), selection),
        "behind": panels.behind(chosen, selection, query),
    }
    return render(request, "metrics/own.html", context, status=422 if mistake else 200)


def _common(
    request: HttpRequest, selection: Selection, query: QueryDict, mistake: NotUnderstood | None, lines: list[Any]
) -> dict[str, Any]:
    return {
        "selection": selection,
        "mistake": mistake,
        "tabs": toolbar.tabs(request),
        "toolbar": toolbar.toolbar(selection, query, request.user),
        "rows_of_stats": _in_rows([panels.stat(line, selection, query) for line in lines]),
        "is_empty": all(line.reading.of == 0 for line in lines),
        "refreshed_at": rollups.refreshed_at(),
    }


def _in_rows(stats: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """How quick we were in the first row, and beside it what speed alone does not show in the second."""
    quick = [each for each in stats if each["is_duration"]]
    return [quick, [each for each in stats if not each["is_duration"]]]


def _exports(query: QueryDict) -> list[dict[str, Any]]:
    labels = {
        "figures": _("Figures of the period"),
        "series": _("Chosen figure over time"),
        "groups": _("Chosen figure by group"),
        "backlog": _("Backlog by age"),
    }
    return [{"label": label, "url": panels.export_url(name, query)} for name, label in labels.items()]


def _whose(request: HttpRequest, whose: Any) -> dict[str, Any]:
    if whose == request.user:
        title, circle = _("My figures"), _("Only you and the lead of your team see this page.")
    else:
        title, circle = whose.name, _("Only %(name)s and you, as the lead, see this page.") % {"name": whose.name}
    people = toolbar.led_people(request.user) if whose == request.user else []
    return {"title": title, "circle": circle, "people": people}


@require_GET
@login_required
@room_to_sort()
def export(request: HttpRequest, panel: str) -> HttpResponseBase:
    """One panel of the desk's page as CSV."""
    _desk_only(request)
    if panel not in exporting.PANELS:
        raise Http404
    selection, mistake = _selected(request)
    if mistake:
        return HttpResponse(str(mistake), status=422, content_type="text/plain; charset=utf-8")
    return exporting.as_csv(panel, selection, Sight.of(request.user))


@require_GET
@login_required
def definitions(request: HttpRequest) -> HttpResponse:
    """What each figure means, in words."""
    _desk_only(request)
    figures = [FIGURES[name] for name in OVERVIEW]
    context = {"figures": figures, "tabs": toolbar.tabs(request), "zone": settings.REPORTING_TIME_ZONE}
    return render(request, "metrics/definitions.html", context)
