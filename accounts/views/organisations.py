"""Administration: organisations with suppliers, and locations."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms.organisations import LocationForm, OrganisationForm
from accounts.models import Location, Organisation
from accounts.permissions import SignedInRequest, for_administrators
from accounts.services import create_location, create_organisation, edit_location, edit_organisation
from accounts.views.saving import done, form_page, saved, step
from core.trees import in_tree_order

ORGANISATIONS = (gettext_lazy("Organisations"), "/administration/organisations/")
LOCATIONS = (gettext_lazy("Locations"), "/administration/locations/")


@for_administrators
@require_GET
def organisations(request: SignedInRequest) -> HttpResponse:
    is_supplier = request.GET.get("kind") == "supplier"
    rows = Organisation.objects.visible_to(request.user).annotate(people_count=Count("people"))
    ours = rows.filter(kind="supplier") if is_supplier else rows.exclude(kind="supplier")
    tabs = [
        {"label": _("Ours and customers"), "url": "?", "active": not is_supplier},
        {"label": _("Suppliers"), "url": "?kind=supplier", "active": is_supplier},
    ]
    return render(
        request,
        "administration/organisations.html",
        {"organisations": in_tree_order(list(ours)), "tabs": tabs, "is_supplier": is_supplier},
    )


@for_administrators
@require_http_methods(["GET", "POST"])
def organisation_new(request: SignedInRequest) -> HttpResponse:
    kind = Organisation.Kind.SUPPLIER if request.GET.get("kind") == "supplier" else Organisation.Kind.INTERNAL
    form = OrganisationForm(request.POST or None, initial={"kind": kind})
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_organisation(actor=request.user, **form.cleaned_data))
        if made:
            return done(request, _("%(name)s is added.") % {"name": made.name}, _list_of(made))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New supplier") if kind == Organisation.Kind.SUPPLIER else _("New organisation"),
        breadcrumb=step(ORGANISATIONS, (_("New"), "")),
        submit_label=_("Add"),
        cancel_url=reverse("administration-organisations"),
    )


@for_administrators
@require_http_methods(["GET", "POST"])
def organisation_edit(request: SignedInRequest, key: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), key=key)
    form = OrganisationForm(request.POST or None, instance=Organisation.objects.get(pk=organisation.pk))
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: edit_organisation(organisation, actor=request.user, **form.cleaned_data))
        if changed:
            return done(request, _("Saved."), _list_of(changed))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=organisation.name,
        breadcrumb=step(ORGANISATIONS, (organisation.key, "")),
        submit_label=_("Save"),
        cancel_url=_list_of(organisation),
    )


@for_administrators
@require_GET
def locations(request: SignedInRequest) -> HttpResponse:
    rows = Location.objects.select_related("organisation", "support_team").annotate(people_count=Count("people"))
    return render(request, "administration/locations.html", {"locations": in_tree_order(list(rows))})


@for_administrators
@require_http_methods(["GET", "POST"])
def location_new(request: SignedInRequest) -> HttpResponse:
    form = LocationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_location(actor=request.user, **form.cleaned_data))
        if made:
            return done(request, _("%(name)s is added.") % {"name": made.name}, reverse("administration-locations"))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New location"),
        breadcrumb=step(LOCATIONS, (_("New"), "")),
        submit_label=_("Add"),
        cancel_url=reverse("administration-locations"),
    )


@for_administrators
@require_http_methods(["GET", "POST"])
def location_edit(request: SignedInRequest, key: str) -> HttpResponse:
    location = get_object_or_404(Location, key=key)
    form = LocationForm(request.POST or None, instance=Location.objects.get(pk=location.pk))
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: edit_location(location, actor=request.user, **form.cleaned_data))
        if changed:
            return done(request, _("Saved."), reverse("administration-locations"))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=location.name,
        breadcrumb=step(LOCATIONS, (location.key, "")),
        submit_label=_("Save"),
        cancel_url=reverse("administration-locations"),
    )


def _list_of(organisation: Organisation) -> str:
    suffix = "?kind=supplier" if organisation.kind == Organisation.Kind.SUPPLIER else ""
    return reverse("administration-organisations") + suffix
