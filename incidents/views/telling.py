"""One public word for the requesters of all children."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import SignedInRequest
from core.pages import leave_to, render_part
from incidents.services import tell_requesters_of_children
from incidents.views.record import incident_or_404
from tickets.questions import words_field


class TellForm(forms.Form):
    text = words_field(_("What the requesters of all open children read"))


@require_http_methods(["GET", "POST"])
@login_required
def tell_children(request: SignedInRequest, number: str) -> HttpResponse:
    found = incident_or_404(request, number)
    if not found.acts_for_desk(request.user) or not request.user.access.is_desk:
        raise PermissionDenied
    form = TellForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = tell_requesters_of_children(parent=found, text=form.cleaned_data["text"], actor=request.user)
        words = ngettext("Said on %(n)d child.", "Said on %(n)d children.", count) % {"n": count}
        messages.success(request, words)
        return leave_to(request, found.get_absolute_url())
    context = {"incident": found, "form": form}
    return render_part(request, "incidents/tell_children.html", "form", context, status=422 if form.is_bound else 200)
