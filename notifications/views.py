"""One's notifications and what one wants to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from notifications import services
from notifications.forms import PreferencesForm
from notifications.reading import page_of


@login_required
@require_GET
def notification_list(request: SignedInRequest) -> HttpResponse:
    """The list, or its rows alone for the page that polls."""
    unread_only = request.GET.get("show") == "unread"
    page = page_of(request.user, unread_only=unread_only, before=_key(request.GET.get("before", "")))
    if request.headers.get("X-Poll"):
        if request.headers.get("If-None-Match") == page.etag:
            return HttpResponseNotModified(headers={"ETag": page.etag})
        template = "notifications/list.html#notification-rows"
    else:
        template = "notifications/list.html"
    unread = services.unread_count(request.user)
    context = {
        "page": page,
        "unread_only": unread_only,
        "unread_count": unread,
        "tabs": _tabs(unread_only, unread),
    }
    response = render(request, template, context)
    response["ETag"], response["Cache-Control"] = page.etag, "no-store"
    return response


@login_required
@require_POST
def mark_read(request: SignedInRequest) -> HttpResponse:
    """Mark some of one's notifications as read, by `id`, or all of them."""
    if request.POST.get("all"):
        count = services.mark_all_read(actor=request.user)
        said = ngettext("%(n)d notification marked as read.", "%(n)d notifications marked as read.", count) % {
            "n": count
        }
        messages.success(request, said)
    else:
        keys = [key for text in request.POST.getlist("id") if (key := _key(text)) is not None]
        services.mark_read(actor=request.user, ids=keys)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(reverse("notifications") + ("?show=unread" if request.POST.get("show") == "unread" else ""))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """The matrix of what one is told and how."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, person=request.user)
    if form.is_valid():
        services.set_preferences(actor=request.user, wanted=form.wanted())
        messages.success(request, _("Kept. It holds from now on."))
        return redirect("notification-preferences")
    return render(request, "notifications/preferences.html", {"form": form}, status=422 if form.errors else 200)


def _tabs(unread_only: bool, unread: int) -> list[dict[str, object]]:
    address = reverse("notifications")
    return [
        {"label": _("All"), "url": address, "active": not unread_only},
        {"label": _("Unread"), "url": f"{address}?show=unread", "active": unread_only, "count": unread or ""},
    ]


def _key(text: str) -> int | None:
    """A primary key that somebody sent; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
