"""Answering with a page, or with the part of it that was asked for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def render_part(
    request: HttpRequest, template: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, or its fragment `part` when htmx or a dialog asks."""
    name = f"{template}#{part}" if request.headers.get("HX-Request") else template
    return render(request, name, dict(context), status=status)


def leave_to(request: HttpRequest, url: str) -> HttpResponse:
    """Go on to another page; a dialog is told where to."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
