"""Reporting a problem in the portal: one form, which answers while one types and asks what its category needs."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing
from core.pages import show_missing
from incidents.models import Incident
from incidents.opening_forms import OwnReport
from incidents.services import report as write_down
from incidents.views.portal import for_requesters, portal_page
from tickets import scripts

FROM_ADDRESS = ("title", "service", "category", "description")
NOT_KEPT = ("csrfmiddlewaretoken", "files", "step")


@require_http_methods(["GET", "POST"])
@for_requesters
def report(request: SignedInRequest) -> HttpResponse:
    """The form. "Next" without JavaScript brings the category's questions and keeps what was typed."""
    if request.method == "GET":
        given = {name: str(value).replace("\x00", "") for name, value in request.GET.items() if name in FROM_ADDRESS}
        return _page(request, OwnReport(request.user, initial=given))
    if request.POST.get("step") == "questions":
        typed = {name: value for name, value in request.POST.items() if name not in NOT_KEPT}
        return _page(request, OwnReport(request.user, initial=typed))
    form = OwnReport(request.user, request.POST, request.FILES)
    if form.is_valid():
        try:
            incident = _write_down(form, request)
        except AnswersMissing as missing:
            show_missing(form, missing)
        else:
            messages.success(
                request,
                _("We have it as %(number)s. What happens next stands here.") % {"number": incident.number},
            )
            return redirect(reverse("portal-ticket", args=[incident.number]))
    return _page(request, form, status=422)


def _page(request: SignedInRequest, form: OwnReport, *, status: int = 200) -> HttpResponse:
    return portal_page(request, "portal/report.html", {"form": form}, status=status)


def _write_down(form: OwnReport, request: SignedInRequest) -> Incident:
    asked = form.cleaned_data
    return write_down(
        actor=request.user,
        requester=asked["for_whom"] or request.user,
        title=asked["title"],
        description=asked["description"],
        impact_answers=form.answers,
        service=asked["service"],
        category=asked["category"],
        script_answers=scripts.kept(form.questions, asked),
        files=asked["files"],
    )


@require_GET
@for_requesters
def questions(request: SignedInRequest) -> HttpResponse:
    """A fragment: what the chosen category asks, with what was answered already."""
    typed = {name: str(value).replace("\x00", "") for name, value in request.GET.items()}
    form = OwnReport(request.user, initial=typed)
    return render(request, "portal/questions.html", {"form": form})
