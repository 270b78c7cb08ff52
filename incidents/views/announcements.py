"""Announced disturbances at the desk: which there are, making one, the next word, the end, whom it hits."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing, Refused
from core.models import Activity
from core.pages import show_missing
from incidents.announcement_forms import AnnouncementForm
from incidents.models import Announcement, Incident
from incidents.services import announce, end_announcement, update_announcement
from incidents.services.announcing import EDITABLE

PER_PAGE = 25
NAMED = 200
SHOWN = 12
MOMENTS = ("started_at", "next_word_at", "expected_end_at")
LABELS = {column.name: column.verbose_name for column in Announcement._meta.concrete_fields}
HAPPENED = {
    "announcement.made": gettext_lazy("%(who)s announced it"),
    "announcement.updated": gettext_lazy("%(who)s changed %(fields)s"),
    "announcement.ended": gettext_lazy("%(who)s said that it is over"),
}


def _for_the_desk(request: SignedInRequest, *, writes: bool = False) -> None:
    access = request.user.access
    if not access.reads_desk or access.supplier_id is not None:
        raise Http404
    if writes and not access.is_desk:
        raise PermissionDenied


@require_GET
@login_required
def announcements(request: SignedInRequest) -> HttpResponse:
    """Those of now, and those that are over."""
    _for_the_desk(request)
    seen = Announcement.objects.visible_to(request.user).select_related("service", "organisation", "created_by")
    seen = seen.annotate(affected_count=Count("affected")).order_by("-started_at", "-pk")
    context = {
        "current": seen.filter(ended_at=None),
        "page_obj": Paginator(seen.exclude(ended_at=None), PER_PAGE).get_page(request.GET.get("page")),
        "writes": request.user.access.is_desk,
        "now": timezone.now(),
    }
    return render(request, "incidents/announcements.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: SignedInRequest) -> HttpResponse:
    """Make one, from nothing or from an incident."""
    _for_the_desk(request, writes=True)
    if request.method == "GET":
        form = AnnouncementForm(request.user, initial=_from_incident(request))
        return render(request, "incidents/announcement_new.html", {"form": form})
    form = AnnouncementForm(request.user, request.POST)
    if form.is_valid():
        try:
            made = announce(actor=request.user, **{name: form.cleaned_data[name] for name in EDITABLE})
        except AnswersMissing as missing:
            show_missing(form, missing)
        else:
            messages.success(request, _("Announced. People read it in the portal now."))
            return redirect("announcement", pk=made.pk)
    return render(request, "incidents/announcement_new.html", {"form": form}, status=422)


def _from_incident(request: SignedInRequest) -> dict[str, Any]:
    """What an incident gives: its service, and its title unless the incident is restricted."""
    given: dict[str, Any] = {"started_at": timezone.now().replace(second=0, microsecond=0)}
    number = request.GET.get("incident", "").replace("\x00", "").upper()
    incident = Incident.objects.visible_to(request.user).select_related("service").filter(number=number).first()
    if incident is None:
        return given
    return {
        **given,
        "incident": incident.number,
        "title": "" if incident.is_restricted else incident.title[:150],
        "service": incident.service.key if incident.service else None,
        "started_at": incident.impact_started_at or given["started_at"],
    }


@require_http_methods(["GET", "POST"])
@login_required
def announcement(request: SignedInRequest, pk: int) -> HttpResponse:
    """One: what people read, the next word, whom it hits, what was changed."""
    _for_the_desk(request, writes=request.method == "POST")
    found = _found(request, pk)
    if request.method == "GET":
        form = AnnouncementForm(request.user, initial=_as_initial(found))
        return _page(request, found, form)
    form = AnnouncementForm(request.user, request.POST)
    status = 422
    if form.is_valid():
        try:
            update_announcement(announcement=found, actor=request.user, **_said(form, found))
        except AnswersMissing as missing:
            show_missing(form, missing)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Changed. People read it in the portal now."))
            return redirect("announcement", pk=found.pk)
    return _page(request, _found(request, pk), form, status=status)


def _said(form: AnnouncementForm, found: Announcement) -> dict[str, Any]:
    """The form's answers. A moment that was left alone keeps its seconds, which the form doesn't show."""
    said = {name: form.cleaned_data[name] for name in EDITABLE}
    for name in MOMENTS:
        before = getattr(found, name)
        if before is not None and said[name] == before.replace(second=0, microsecond=0):
            said[name] = before
    return said


def _found(request: SignedInRequest, pk: int) -> Announcement:
    seen = Announcement.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("service", "organisation", "incident", "created_by"), pk=pk)


def _as_initial(found: Announcement) -> dict[str, Any]:
    return {
        "title": found.title,
        "text": found.text,
        "state": found.state,
        "service": found.service.key if found.service else None,
        "organisation": found.organisation.key if found.organisation else None,
        "incident": found.incident.number if found.incident else "",
        "started_at": found.started_at,
        "next_word_at": found.next_word_at,
        "expected_end_at": found.expected_end_at,
    }


def _page(request: SignedInRequest, found: Announcement, form: AnnouncementForm, *, status: int = 200) -> HttpResponse:
    count = found.affected.count()
    people = User.objects.visible_to(request.user).filter(pk__in=found.affected.values("pk"))
    named = list(people.select_related("organisation").order_by("name")[:NAMED])
    incident = None
    if found.incident_id:
        incident = Incident.objects.visible_to(request.user).filter(pk=found.incident_id).first()
    context = {
        "announcement": found,
        "form": form,
        "affected_count": count,
        "people": named[:SHOWN],
        "more_people": named[SHOWN:],
        "unnamed": count - len(named),
        "incident": incident,
        "history": _history(found),
        "writes": request.user.access.is_desk and found.ended_at is None,
        "breadcrumb": [
            {"label": _("Announcements"), "url": reverse("announcements")},
            {"label": found.title, "url": ""},
        ],
    }
    return render(request, "incidents/announcement.html", context, status=status)


def _history(found: Announcement) -> list[dict[str, Any]]:
    activities = Activity.objects.filter(subject_kind=Announcement.subject_kind, subject_id=found.pk)
    lines = []
    for activity in activities.select_related("actor").order_by("-at", "-pk"):
        labels = [str(LABELS[name]) for name in activity.changes if name in LABELS]
        who = activity.actor.name if activity.actor else _("Evenkeel")
        words = str(HAPPENED.get(activity.verb, "%(who)s"))
        lines.append({"text": words % {"who": who, "fields": ", ".join(labels)}, "at": activity.at})
    return lines


@require_POST
@login_required
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """It is over. Twice is the same as once."""
    _for_the_desk(request, writes=True)
    found = _found(request, pk)
    end_announcement(announcement=found, actor=request.user)
    messages.success(request, _("Over. The portal shows it no more."))
    return redirect("announcement", pk=found.pk)
