"""Administration: priority schemes, rules of incidents, what parents pass down."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import changes_of
from accounts.permissions import SignedInRequest
from accounts.views.saving import done, form_page, refused, saved, step
from core.exceptions import Refused
from incidents.administration_forms import PART_LABELS, PolicyForm, SchemeForm, propagation_rows
from incidents.models import PriorityScheme
from incidents.policies import policy
from incidents.rehearsal import Proposal, rehearse
from incidents.services.administering import (
    is_common,
    remove_scheme,
    save_policy,
    save_scheme,
    set_propagation,
)
from tickets.models import Ticket
from tickets.permissions import for_rulers

SCHEMES = (gettext_lazy("Priorities"), "/administration/priorities/")


def _schemes() -> Any:
    return PriorityScheme.objects.select_related("organisation", "service").prefetch_related("cells", "levels")


@require_GET
@for_rulers
def schemes(request: SignedInRequest) -> HttpResponse:
    listed = [
        {"scheme": each, "is_common": is_common(each), "rows": _matrix(each)}
        for each in sorted(_schemes(), key=lambda each: (not is_common(each), each.name.casefold()))
    ]
    context = {"schemes": listed, "levels": Ticket.Level.choices, "changes": changes_of("priority_scheme")}
    return render(request, "administration/schemes.html", context)


def _matrix(scheme: PriorityScheme) -> list[tuple[Any, list[int]]]:
    cells = {(cell.impact, cell.urgency): cell.priority for cell in scheme.cells.all()}
    return [
        (label, [cells.get((impact, urgency), 0) for urgency in Ticket.Level.values])
        for impact, label in Ticket.Level.choices
    ]


@require_http_methods(["GET", "POST"])
@for_rulers
def scheme_new(request: SignedInRequest) -> HttpResponse:
    like = _schemes().filter(organisation=None, service=None).first()
    return _scheme(request, None, SchemeForm(request.POST or None, actor=request.user, scheme=None, like=like))


@require_http_methods(["GET", "POST"])
@for_rulers
def scheme(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_schemes(), pk=pk)
    return _scheme(request, found, SchemeForm(request.POST or None, actor=request.user, scheme=found, like=None))


def _scheme(request: SignedInRequest, found: PriorityScheme | None, form: SchemeForm) -> HttpResponse:
    rehearsal = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            rehearsal = rehearse(_proposal(found, form.values), request.user)
        else:
            kept = saved(form, lambda: save_scheme(scheme=found, actor=request.user, **form.values))
            if kept:
                words = _("“%(name)s” is saved. Open incidents keep the priority that they have.")
                return done(request, words % {"name": kept.name}, reverse("administration-priorities"))
    title = found.name if found else _("New scheme")
    return form_page(
        request,
        "administration/scheme.html",
        form,
        scheme=found,
        is_common=found is not None and is_common(found),
        rehearsal=rehearsal,
        title=title,
        breadcrumb=step(SCHEMES, (title, "")),
        levels=Ticket.Level.choices,
        parts=PART_LABELS.values(),
        changes=changes_of("priority_scheme", [found.pk]) if found else None,
    )


def _proposal(found: PriorityScheme | None, values: dict[str, Any]) -> Proposal:
    organisation, service = values["organisation"], values["service"]
    return Proposal(
        found.pk if found else None,
        organisation.pk if organisation else None,
        service.pk if service else None,
        values["cells"],
    )


@require_http_methods(["GET", "POST"])
@for_rulers
def scheme_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, with what would hold instead, and remove."""
    found = get_object_or_404(_schemes(), pk=pk)
    if request.method == "POST":
        try:
            remove_scheme(scheme=found, actor=request.user)
        except Refused as refusal:
            return refused(request, refusal, reverse("administration-priorities"))
        words = _("“%(name)s” is removed. Open incidents keep the priority that they have.") % {"name": found.name}
        return done(request, words, reverse("administration-priorities"))
    context = {"scheme": found, "breadcrumb": step(SCHEMES, (found.name, ""))}
    return render(request, "administration/scheme_remove.html", context)


@require_http_methods(["GET", "POST"])
@for_rulers
def rules(request: SignedInRequest) -> HttpResponse:
    form = PolicyForm(request.POST or None, instance=policy())
    if request.method == "POST" and form.is_valid():
        kept = saved(form, lambda: save_policy(actor=request.user, **form.cleaned_data))
        if kept:
            return done(request, _("Saved. It holds from now on."), reverse("administration-incident-rules"))
    return form_page(
        request,
        "administration/form_with_changes.html",
        form,
        title=_("Rules of incidents"),
        breadcrumb=[],
        cancel_url=reverse("administration-incident-rules"),
        changes=changes_of("incident_policy"),
    )


@require_http_methods(["GET", "POST"])
@for_rulers
def propagation(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        return _set_propagation(request)
    context = {"rows": propagation_rows(), "changes": changes_of("propagation_rule")}
    return render(request, "administration/propagation.html", context)


def _set_propagation(request: SignedInRequest) -> HttpResponse:
    here = reverse("administration-propagation")
    passing = set()
    for value in request.POST.getlist("passes"):
        event, _dot, reason = value.partition(".")
        passing.add((event, reason))
    try:
        count = set_propagation(passing=passing, actor=request.user)
    except Refused as refusal:
        return refused(request, refusal, here)
    return done(request, _("Saved. It holds from now on.") if count else _("Nothing was changed."), here)
