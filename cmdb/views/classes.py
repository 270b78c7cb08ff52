"""Administration: classes of items, and the ways in which items hang together."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import changes_of
from accounts.permissions import SignedInRequest
from accounts.views.saving import done, form_page, saved, step
from cmdb.forms import CiClassForm, RelationshipTypeForm
from cmdb.models import CiClass, RelationshipType
from cmdb.permissions import for_keepers
from cmdb.services import create_class, create_relationship_type, edit_class, edit_relationship_type
from core.trees import in_tree_order

CLASSES = (gettext_lazy("CI classes"), "/administration/ci-classes/")
TYPES = (gettext_lazy("Relationship types"), "/administration/relationship-types/")


@require_GET
@for_keepers
def classes(request: SignedInRequest) -> HttpResponse:
    rows = in_tree_order(CiClass.objects.annotate(item_count=Count("items")))
    context = {"classes": rows, "changes": changes_of("ci_class")}
    return render(request, "administration/ci_classes.html", context)


@require_http_methods(["GET", "POST"])
@for_keepers
def class_new(request: SignedInRequest) -> HttpResponse:
    form = CiClassForm(request.POST or None, initial={"icon": "box"})
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_class(actor=request.user, **form.cleaned_data))
        if made:
            words = _("%(name)s is added.") % {"name": made.name}
            return done(request, words, reverse("administration-ci-classes"))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New class"),
        breadcrumb=step(CLASSES, (_("New"), "")),
        submit_label=_("Add"),
        cancel_url=reverse("administration-ci-classes"),
    )


@require_http_methods(["GET", "POST"])
@for_keepers
def class_edit(request: SignedInRequest, key: str) -> HttpResponse:
    found = get_object_or_404(CiClass, key=key)
    form = CiClassForm(request.POST or None, instance=CiClass.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: edit_class(ci_class=found, actor=request.user, **form.cleaned_data))
        if changed:
            return done(request, _("Saved."), reverse("administration-ci-classes"))
    return form_page(
        request,
        "administration/form_with_changes.html",
        form,
        title=found.name,
        breadcrumb=step(CLASSES, (found.key, "")),
        submit_label=_("Save"),
        cancel_url=reverse("administration-ci-classes"),
        changes=changes_of("ci_class", [found.pk]),
    )


@require_GET
@for_keepers
def types(request: SignedInRequest) -> HttpResponse:
    rows = RelationshipType.objects.annotate(use_count=Count("relationships"))
    context = {"types": rows, "changes": changes_of("relationship_type")}
    return render(request, "administration/relationship_types.html", context)


@require_http_methods(["GET", "POST"])
@for_keepers
def type_new(request: SignedInRequest) -> HttpResponse:
    form = RelationshipTypeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_relationship_type(actor=request.user, **form.cleaned_data))
        if made:
            words = _("“%(name)s” is added.") % {"name": made.name}
            return done(request, words, reverse("administration-relationship-types"))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New relationship type"),
        breadcrumb=step(TYPES, (_("New"), "")),
        submit_label=_("Add"),
        cancel_url=reverse("administration-relationship-types"),
    )


@require_http_methods(["GET", "POST"])
@for_keepers
def type_edit(request: SignedInRequest, key: str) -> HttpResponse:
    found = get_object_or_404(RelationshipType, key=key)
    form = RelationshipTypeForm(request.POST or None, instance=RelationshipType.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: edit_relationship_type(type=found, actor=request.user, **form.cleaned_data))
        if changed:
            return done(request, _("Saved."), reverse("administration-relationship-types"))
    return form_page(
        request,
        "administration/form_with_changes.html",
        form,
        title=found.name,
        breadcrumb=step(TYPES, (found.key, "")),
        submit_label=_("Save"),
        cancel_url=reverse("administration-relationship-types"),
        changes=changes_of("relationship_type", [found.pk]),
    )
