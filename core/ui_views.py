"""Two pages of the kit itself: every component in every state, and the browser's own choices (theme, navigation)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core import ui_sample

CHOICES = {"theme": {"light", "dark", "auto"}, "nav": {"rail", "open"}}
YEAR = 365 * 24 * 60 * 60


@require_POST
def set_preference(request: HttpRequest) -> HttpResponse:
    """Keep a choice about this browser in a cookie, and go back to where it was made."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    for name, allowed in CHOICES.items():
        value = request.POST.get(name, "")
        if value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@login_required
@require_GET
def ui_kit(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for whoever builds a page."""
    return render(request, "ui/kit.html", ui_sample.everything(timezone.now()))


@login_required
@require_GET
def palette_sample(request: HttpRequest) -> HttpResponse:
    """What the palette shows, with made-up results."""
    groups = ui_sample.palette_groups()
    return render(request, "components/palette_results.html", {"query": request.GET.get("q", ""), "groups": groups})
