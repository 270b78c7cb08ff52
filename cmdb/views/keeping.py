"""Adding, changing, moving and relating items and services. For those who keep the configuration."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from accounts.views.saving import done, form_page, refused, saved, step
from cmdb import graph
from cmdb.forms import CiForm, RelationshipForm, ServiceForm
from cmdb.lifecycle import KEEPERS, LIFECYCLE
from cmdb.models import CiClass, ConfigurationItem, RelationshipType, Service
from cmdb.permissions import for_keepers
from cmdb.services import create_ci, create_service, edit_ci, relate, unrelate
from cmdb.views.items import ci_or_404
from core.exceptions import AnswersMissing, EditConflict, MoveRefused, Refused
from core.moves import perform
from core.pages import leave_to, render_part, show_missing

FORM = "cmdb/form.html"


@require_http_methods(["GET", "POST"])
@for_keepers
def ci_new(request: SignedInRequest) -> HttpResponse:
    return _new(request, CiForm, create_ci, _("New item"), _("Configuration"), "/cis/")


@require_http_methods(["GET", "POST"])
@for_keepers
def service_new(request: SignedInRequest) -> HttpResponse:
    return _new(request, ServiceForm, create_service, _("New service"), _("Services"), "/services/")


def _new(
    request: SignedInRequest,
    form_class: type[CiForm],
    create: Callable[..., Any],
    title: str,
    above: str,
    list_url: str,
) -> HttpResponse:
    service_class = CiClass.objects.filter(key="service").first() if form_class is ServiceForm else None
    form = form_class(request.POST or None, actor=request.user, initial={"ci_class": service_class})
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create(actor=request.user, **form.values))
        if made:
            words = _("%(name)s is added. Now say what it stands on.") % {"name": made.name}
            return done(request, words, made.get_absolute_url())
    return form_page(
        request,
        FORM,
        form,
        title=title,
        breadcrumb=step((above, list_url), (_("New"), "")),
        submit_label=_("Add"),
        cancel_url=list_url,
    )


@require_http_methods(["GET", "POST"])
@for_keepers
def edit(request: SignedInRequest, key: str) -> HttpResponse:
    """Whoever was slower keeps what they wrote and sees what the other changed."""
    found = ci_or_404(request, key)
    form_class = ServiceForm if isinstance(found, Service) else CiForm
    name, url = found.name, found.get_absolute_url()
    form = form_class(request.POST or None, instance=ci_or_404(request, key), actor=request.user)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            if saved(form, lambda: edit_ci(ci=found, actor=request.user, base_version=version, **form.values)):
                return done(request, _("Saved."), url)
        except EditConflict as conflict:
            context["conflict"] = _conflict(form, conflict)
            form.data = request.POST.copy()
            form.data["version"] = str(ci_or_404(request, key).version)
    answer = form_page(
        request,
        FORM,
        form,
        title=name,
        breadcrumb=step((found.name, url), (_("Edit"), "")),
        submit_label=_("Save"),
        cancel_url=url,
        **context,
    )
    answer.status_code = 409 if context else answer.status_code
    return answer


def _conflict(form: CiForm, conflict: EditConflict) -> dict[str, Any]:
    return {
        "who": conflict.by or _("Somebody"),
        "at": conflict.at,
        "changes": [
            {"label": form.fields[name].label, "old": "", "new": theirs, "yours": mine}
            for name, (theirs, mine) in conflict.fields.items()
        ],
    }


@require_http_methods(["GET", "POST"])
@for_keepers
def move(request: SignedInRequest, key: str, name: str) -> HttpResponse:
    """A move of the item's lifecycle; one that may take a reason has a page of its own."""
    found = ci_or_404(request, key)
    if name not in LIFECYCLE.moves:
        raise Http404
    asked = LIFECYCLE.moves[name]
    if not found.may(request.user, asked):
        raise PermissionDenied
    form_class = LIFECYCLE.form(found, asked, request.user)
    form = form_class(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        answers = {field: value for field, value in form.cleaned_data.items() if value not in (None, "")}
        try:
            moved = perform(found, name, actor=request.user, **answers)
        except AnswersMissing as missing:
            show_missing(form, missing)
        except MoveRefused as refused_move:
            if ci_or_404(request, key).status == asked.target:
                return leave_to(request, found.get_absolute_url())  # a double click
            refusal = str(refused_move)
        else:
            words = _("%(name)s: %(status)s.") % {"name": moved.name, "status": moved.get_status_display().lower()}
            messages.success(request, words)
            return leave_to(request, found.get_absolute_url())
    missed = graph.around(found, graph.relationships_of(found, request.user)).in_use_above if name == "retire" else []
    status = 409 if refusal else 422 if form.is_bound else 200
    context = {"ci": found, "move": asked, "form": form, "refusal": refusal, "missed": missed}
    return render_part(request, "cmdb/move.html", "form", context, status=status)


@require_http_methods(["GET", "POST"])
@for_keepers
def relationship_new(request: SignedInRequest, key: str) -> HttpResponse:
    found = _kept(request, key)
    form = RelationshipForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: relate(actor=request.user, **form.ends(found)))
        if made:
            undo = f"/cis/{found.key}/relationships/{made.pk}/remove/"
            return done(request, _("Related: %(tie)s.") % {"tie": made}, found.get_absolute_url(), undo=undo)
    return form_page(
        request,
        "cmdb/relationship.html",
        form,
        ci=found,
        title=_("Relate %(name)s") % {"name": found.name},
        breadcrumb=step((found.name, found.get_absolute_url()), (_("Relate"), "")),
        has_types=bool(form.types),
    )


@require_POST
@for_keepers
def relationship_remove(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    found = _kept(request, key)
    relationship = get_object_or_404(graph.relationships_of(found, request.user), pk=pk)
    words, back = str(relationship), f"{relationship.source.key}/{relationship.type.key}/{relationship.target.key}"
    unrelate(relationship=relationship, actor=request.user)
    undo = f"/cis/{found.key}/relationships/restore/{back}/"
    return done(request, _("No longer related: %(tie)s.") % {"tie": words}, found.get_absolute_url(), undo=undo)


@require_POST
@for_keepers
def relationship_restore(request: SignedInRequest, key: str, source: str, type: str, target: str) -> HttpResponse:
    """The undo of taking a relationship away."""
    found = _kept(request, key)
    ends = {"source": _kept(request, source), "target": _kept(request, target)}
    try:
        made = relate(actor=request.user, type=get_object_or_404(RelationshipType, key=type), **ends)
    except Refused as refusal:
        return refused(request, refusal, found.get_absolute_url())
    return done(request, _("Related: %(tie)s.") % {"tie": made}, found.get_absolute_url())


def _kept(request: SignedInRequest, key: str) -> ConfigurationItem:
    found: ConfigurationItem = ci_or_404(request, key)
    if not found.roles_of(request.user) & KEEPERS:
        raise PermissionDenied
    return found
