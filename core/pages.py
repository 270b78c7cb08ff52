"""Answering with a page, or with the part of it that was asked for, and saying in its form what a service refused."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from core.exceptions import AnswersMissing


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


def show_missing(form: BaseForm, missing: AnswersMissing) -> None:
    """Put what a service missed beside the field it is about, and above the form where there is no such field."""
    for name, texts in missing.errors.items():
        form.add_error(name if name in form.fields else None, texts)


def reason_of(refusal: Exception) -> str:
    """Why a service refused, as one text for a person: without the names of fields."""
    if isinstance(refusal, AnswersMissing):
        return " ".join(text for texts in refusal.errors.values() for text in texts)
    return str(refusal)
