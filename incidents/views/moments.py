"""Saying when something happened that was assumed so far."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import SignedInRequest
from core.exceptions import AnswersMissing
from core.pages import leave_to, render_part, show_missing
from incidents.models.incident import Fact
from incidents.services import state_fact
from incidents.services.editing import STATED_BY_HAND
from incidents.views.record import incident_or_404
from tickets.questions import moment_field


class MomentForm(forms.Form):
    fact = forms.ChoiceField(label=_("What happened"), choices=[(each.value, each.label) for each in STATED_BY_HAND])
    at = moment_field(_("When"), _("In your own time zone."))


@require_http_methods(["GET", "POST"])
@login_required
def state(request: SignedInRequest, number: str) -> HttpResponse:
    found = incident_or_404(request, number)
    if not found.acts_for_desk(request.user) or not request.user.access.is_desk:
        raise PermissionDenied
    form = MomentForm(request.POST or None, initial={"fact": Fact.IMPACT_STARTED})
    if request.method == "POST" and form.is_valid():
        try:
            state_fact(incident=found, actor=request.user, **form.cleaned_data)
            return leave_to(request, found.get_absolute_url())
        except AnswersMissing as missing:
            show_missing(form, missing)
    context = {"incident": found, "form": form, "heading": _("Say when something happened")}
    return render_part(request, "incidents/moment.html", "form", context, status=422 if form.is_bound else 200)
