"""Administration: people."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.filters import PersonFilter
from accounts.forms.people import PersonForm
from accounts.forms.sign_in import ResetForm
from accounts.models import User
from accounts.permissions import SignedInRequest, for_administrators
from accounts.roles import BY_KEY, GIVEN, LABELS
from accounts.services import create_person, deactivate_person, edit_person, reactivate_person, set_roles
from accounts.views.saving import done, form_page, refused, saved, step
from core.exceptions import Refused
from core.exporting import as_csv

PER_PAGE = 50
ORDERINGS = {"name", "username", "organisation__name", "last_login"}
PEOPLE = (gettext_lazy("People"), "/administration/people/")


def _people(request: SignedInRequest) -> tuple[PersonFilter, QuerySet[User]]:
    chosen = PersonFilter(request.GET, queryset=User.objects.visible_to(request.user))
    sort = request.GET.get("sort", "name")
    ordering = sort if sort.lstrip("-") in ORDERINGS else "name"
    rows = chosen.qs.select_related("organisation").order_by(ordering, "pk")
    return chosen, rows.prefetch_related(
        Prefetch("groups", Group.objects.order_by("pk"), to_attr="given_groups"), "teams"
    )


def role_labels(person: Any) -> list[str]:
    """The roles that somebody was given, in words."""
    return [str(LABELS[BY_KEY[group.name]]) for group in person.given_groups if BY_KEY.get(group.name) in GIVEN]


@for_administrators
@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    chosen, rows = _people(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    listed = [{"person": person, "roles": role_labels(person)} for person in page]
    return render(
        request,
        "administration/people.html",
        {
            "page_obj": page,
            "rows": listed,
            "filter": chosen,
            "is_filtered": any(chosen.form.cleaned_data.values()),
        },
    )


@for_administrators
@require_GET
def people_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """Exactly the people that the list shows, all pages of them."""
    _chosen, rows = _people(request)
    return as_csv(_lines(rows), "people")


def _lines(rows: QuerySet[User]) -> Iterator[list[Any]]:
    yield [
        _("User name"), _("Name"), _("Mail address"), _("Telephone"), _("Job title"), _("Organisation"), _("Teams"),
        _("Roles"), _("Active"),
    ]  # fmt: skip
    for person in rows:
        yield [
            person.username, person.name, person.email, person.phone, person.job_title, person.organisation,
            ", ".join(team.name for team in person.teams.all()), ", ".join(role_labels(person)),
            _("yes") if person.is_active else _("no"),
        ]  # fmt: skip


@for_administrators
@require_http_methods(["GET", "POST"])
def person_new(request: SignedInRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_person(actor=request.user, **form.cleaned_data))
        if made:
            words = _("%(name)s is added. Send them a link to set a password, or let single sign-on bring them in.")
            return done(request, words % {"name": made.name}, reverse("administration-person", args=[made.username]))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New person"),
        breadcrumb=step(PEOPLE, (_("New"), "")),
        submit_label=_("Add this person"),
        cancel_url=reverse("administration-people"),
    )


@for_administrators
@require_http_methods(["GET", "POST"])
def person_edit(request: SignedInRequest, username: str) -> HttpResponse:
    person = _person(request, username)
    form = PersonForm(request.POST or None, instance=User.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        roles = fields.pop("roles")

        def both() -> User:
            edit_person(person, actor=request.user, **fields)
            return set_roles(person, roles, actor=request.user)

        if saved(form, both):
            return done(request, _("Saved."), reverse("administration-people"))
    return form_page(
        request,
        "administration/person.html",
        form,
        person=person,
        title=person.name,
        breadcrumb=step(PEOPLE, (person.username, "")),
    )


@for_administrators
@require_POST
def person_deactivate(request: SignedInRequest, username: str) -> HttpResponse:
    person = _person(request, username)
    back = reverse("administration-person", args=[person.username])
    try:
        deactivate_person(person, actor=request.user)
    except Refused as refusal:
        return refused(request, refusal, back)
    undo = reverse("administration-person-reactivate", args=[person.username])
    words = _("%(name)s has no access any more. Sessions and tokens have ended.") % {"name": person.name}
    return done(request, words, back, undo=undo)


@for_administrators
@require_POST
def person_reactivate(request: SignedInRequest, username: str) -> HttpResponse:
    person = _person(request, username)
    reactivate_person(person, actor=request.user)
    words = _("%(name)s may sign in again.") % {"name": person.name}
    return done(request, words, reverse("administration-person", args=[person.username]))


@for_administrators
@require_POST
def person_password_link(request: SignedInRequest, username: str) -> HttpResponse:
    """Send somebody the link with which they set a password."""
    person = _person(request, username)
    back = reverse("administration-person", args=[person.username])
    form = ResetForm({"email": person.email})
    if not person.is_active or not form.is_valid():
        return refused(request, Refused(_("No link was sent: it needs an active person with a mail address.")), back)
    form.save(request)
    return done(request, _("A link to set a password is on its way to %(mail)s.") % {"mail": person.email}, back)


def _person(request: SignedInRequest, username: str) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), username__iexact=username)
