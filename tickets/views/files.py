"""Giving out files: the one way by which an attachment leaves the desk."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import access_of
from tickets.files import PLAIN, RASTERS
from tickets.models import Attachment

SERVED_AS_THEY_ARE = (*RASTERS, "application/pdf", "text/plain")
"""Types that a browser is told; all else is bytes to it."""


@require_safe
@login_required
def download(request: HttpRequest, key: UUID) -> FileResponse:
    """A file as something to keep, or with `?inline=1` a picture to be shown: never anything that can act in a page."""
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), key=key)
    return given_out(attachment, request.user, is_inline=request.GET.get("inline") == "1")


def given_out(attachment: Attachment, user: Any, *, is_inline: bool = False) -> FileResponse:
    """The answer that carries a file which the person sees; pages and the API give it out alike."""
    if attachment.scan != Attachment.Scan.PASSED:
        if not access_of(user).reads_desk:
            raise Http404
        if attachment.scan == Attachment.Scan.PENDING:
            raise PermissionDenied(_("This file is still being checked."))
        raise PermissionDenied(_("This file was refused when it was checked."))
    is_inline = is_inline and attachment.content_type in RASTERS
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("The file is not in the store any more.")) from error
    response = FileResponse(
        content,
        as_attachment=not is_inline,
        filename=attachment.name,
        content_type=attachment.content_type if attachment.content_type in SERVED_AS_THEY_ARE else PLAIN,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    return response
