"""Changing an incident's fields in place."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing, EditConflict
from core.pages import leave_to, render_part, show_missing
from incidents.forms import FORMS
from incidents.models import Incident
from incidents.services import edit_incident, override_priority
from incidents.views.record import incident_or_404
from tickets.views.record import say_if_restricted


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: SignedInRequest, number: str, part: str) -> HttpResponse:
    """Some fields, edited in place. Whoever was slower keeps their text and sees what the other changed."""
    found = incident_or_404(request, number)
    if part not in FORMS:
        raise Http404
    if not found.acts_for_desk(request.user) or not request.user.access.is_desk:
        raise PermissionDenied
    form = FORMS[part](found, request.user, request.POST or None)
    context: dict[str, Any] = {"incident": found, "form": form, "part": part}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                say_if_restricted(request, found, _save(found, part, form, request.user))
                return leave_to(request, found.get_absolute_url())
            except AnswersMissing as missing:
                show_missing(form, missing)
            except EditConflict as conflict:
                status = 409
                context["conflict"] = _conflict(form, conflict)
                answers = request.POST.copy()
                answers["version"] = str(incident_or_404(request, number).version)
                form.data = answers
    return render_part(request, "incidents/edit.html", "form", context, status=status)


def _save(found: Incident, part: str, form: Any, user: Any) -> Incident:
    version = form.cleaned_data["version"]
    if part == "priority":
        return override_priority(
            incident=found,
            priority=form.cleaned_data["priority"],
            reason=form.cleaned_data["reason"],
            actor=user,
            base_version=version,
        )
    changed = {
        name: value
        for name, value in form.answers.items()
        if value != getattr(found, name) or name in form.changed_data
    }
    return edit_incident(incident=found, actor=user, base_version=version, **changed)


def _conflict(form: Any, conflict: EditConflict) -> dict[str, Any]:
    return {
        "who": conflict.by.name if conflict.by else _("Somebody"),
        "at": conflict.at,
        "changes": [
            {"label": form.fields[name].label, "old": "", "new": theirs, "yours": mine}
            for name, (theirs, mine) in conflict.fields.items()
            if name in form.fields
        ],
    }
