"""One's own profile."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.people import DeputyForm, ProfileForm
from accounts.models import User
from accounts.permissions import SignedInRequest
from accounts.services import edit_profile, end_sessions, set_deputy
from accounts.views.saving import done, form_page, saved


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: edit_profile(request.user, actor=request.user, **form.cleaned_data))
        if changed:
            response = done(request, _("Saved."), reverse("profile"))
            response.delete_cookie("theme", samesite="Lax")  # what was chosen here goes before the browser's choice
            return response
    return form_page(request, "accounts/profile.html", form)


@login_required
@require_http_methods(["GET", "POST"])
def deputy(request: SignedInRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)
    initial = {
        "deputy": person.deputy_id,
        "deputy_from_on": person.deputy_from_on,
        "deputy_until_on": person.deputy_until_on,
    }
    form = DeputyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        changed = saved(
            form,
            lambda: set_deputy(
                person,
                given["deputy"],
                actor=request.user,
                from_on=given["deputy_from_on"],
                until_on=given["deputy_until_on"],
            ),
        )
        if changed:
            words = _("%(name)s stands in for you.") if changed.deputy else _("Nobody stands in for you.")
            return done(request, words % {"name": changed.deputy}, reverse("profile-deputy"))
    standing_in_for = User.objects.active().filter(deputy_id=person.pk)
    return form_page(request, "accounts/deputy.html", form, standing_in_for=standing_in_for, person=person)


@login_required
@require_POST
def sign_out_elsewhere(request: SignedInRequest) -> HttpResponse:
    """End every session but this one."""
    person = end_sessions(request.user, actor=request.user)
    update_session_auth_hash(request, person)
    return done(request, _("You are signed out everywhere else."), reverse("mfa_index"))
