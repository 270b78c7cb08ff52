"""Administration: is the desk kept safe, can it be restored, does its work in the background run."""

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import KombuError
from redis import RedisError

from accounts.permissions import SignedInRequest, for_administrators
from accounts.views.saving import done, refused
from core import nudges
from core.exceptions import Refused
from core.models import Backup
from core.operations import overview

WAITS_FOR_A_WORKER = 600  # seconds; then what was asked for is dropped, and nothing starts unexpected


@for_administrators
@require_safe
def operations(request: SignedInRequest) -> HttpResponse:
    """The page, or for the page that polls its state alone."""
    found = overview.look()
    template = "administration/operations.html"
    if request.headers.get("X-Poll"):
        if request.headers.get("If-None-Match") == found.etag:
            return HttpResponseNotModified(headers={"ETag": found.etag})
        template = f"{template}#operations"
    response = render(request, template, {"desk": found})
    response["ETag"], response["Cache-Control"] = found.etag, "no-store"
    return response


@for_administrators
@require_POST
def back_up_now(request: SignedInRequest) -> HttpResponse:
    return _start(request, "core.tasks.backup", _("A backup is asked for. It shows here once a worker has taken it."))


@for_administrators
@require_POST
def test_restore_now(request: SignedInRequest) -> HttpResponse:
    """Try the newest archive in a database that is thrown away; the desk itself isn't touched."""
    if not Backup.objects.kept().exists():
        return refused(request, Refused(_("There is no backup yet that could be tested.")), _here())
    words = _("A test of the newest backup is asked for. It shows here once a worker has taken it.")
    return _start(request, "core.tasks.test_restore", words)


def _start(request: SignedInRequest, task: str, words: str) -> HttpResponse:
    if overview.is_busy():
        return refused(request, Refused(_("A backup or a test of one is under way already.")), _here())
    try:
        nudges.send({task}, expires=WAITS_FOR_A_WORKER)
    except (KombuError, RedisError, OSError):
        return refused(request, Refused(_("The broker does not answer, so nothing was started.")), _here())
    return done(request, words, _here())


def _here() -> str:
    return reverse("administration-operations")
