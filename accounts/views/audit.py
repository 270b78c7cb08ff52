"""Administration: its front page, and what was changed by whom."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.audit import KINDS, SUBJECTS, lines
from accounts.permissions import SignedInRequest, for_administrators, for_roles
from accounts.roles import Role
from core import registries
from core.models import Activity

PER_PAGE = 50


@for_administrators
@require_GET
def administration(request: SignedInRequest) -> HttpResponse:
    """Every page of the administration, of every app that brings one."""
    group = [entry for entry in registries.entries(request) if entry.url_name.startswith("administration-")]
    return render(request, "administration/index.html", {"entries": group})


@for_roles(Role.ADMINISTRATOR | Role.AUDITOR)
@require_GET
def audit(request: SignedInRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    shown = [kind] if kind in SUBJECTS else list(SUBJECTS)
    activities = Activity.objects.filter(subject_kind__in=shown).select_related("actor").order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        activities = activities.filter(pk__lt=int(before))
    found = list(activities[: PER_PAGE + 1])
    page = found[:PER_PAGE]
    return render(
        request,
        "administration/audit.html",
        {
            "lines": lines(page),
            "kind": kind,
            "kinds": KINDS.items(),
            "next_before": page[-1].pk if len(found) > PER_PAGE else None,
            "is_later_page": bool(before),
        },
    )
