"""Forms that a service decides on: its refusals become the form's errors, and the answer is 422."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.exceptions import AnswersMissing, Refused
from core.pages import show_missing

Made = TypeVar("Made")


def saved(form: forms.BaseForm, service: Callable[[], Made]) -> Made | None:
    """Call services for a valid form, all or none; None, with the form's errors filled in, when it refuses."""
    try:
        with transaction.atomic():
            return service()
    except AnswersMissing as missing:
        show_missing(form, missing)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


def form_page(request: HttpRequest, template: str, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """A form's page; 422 when it was sent with mistakes."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def step(*steps: tuple[Any, str]) -> list[Mapping[str, Any]]:
    """A breadcrumb from pairs of words and address."""
    return [{"label": label, "url": url} for label, url in steps]


def done(request: HttpRequest, words: str, to: str, *, undo: str = "") -> HttpResponse:
    """Say what was done, with its undo where there is one, and go on."""
    messages.success(request, words, extra_tags=f"undo:{undo}" if undo else "")
    return redirect(to)


def refused(request: HttpRequest, refusal: Refused, to: str) -> HttpResponse:
    """Say why a button's press was refused, and go back."""
    messages.error(request, str(refusal))
    return redirect(to)
