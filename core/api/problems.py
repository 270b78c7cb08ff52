"""What goes wrong, in the words of RFC 9457: `application/problem+json` for every refusal, never a page."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions as drf

from core.api.rendering import dumps
from core.exceptions import AnswersMissing, EditConflict, MoveRefused, Refused

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
UNIQUE_VIOLATION = "23505"
Error = dict[str, str]


class Problem(Exception):
    """A refusal with everything that its answer says. `name` ends the problem's type, a stable word for programs."""

    def __init__(
        self,
        status: int,
        name: str,
        title: str,
        detail: str = "",
        *,
        errors: Sequence[Error] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or title)
        self.status, self.name, self.title, self.detail = status, name, title, detail
        self.errors, self.headers = list(errors), dict(headers or {})

    def response(self) -> HttpResponse:
        body: dict[str, Any] = {
            "type": f"urn:evenkeel:problem:{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
        }
        if self.errors:
            body["errors"] = self.errors
        return HttpResponse(dumps(body), status=self.status, content_type=MEDIA_TYPE, headers=self.headers)


def invalid(errors: Sequence[Error], detail: str = "") -> Problem:
    """A 400 that names every member of the body, or parameter, that is wrong."""
    return Problem(
        400, "invalid", _("The request is not valid."), detail or _("See what is wrong in errors."), errors=errors
    )


def invalid_parameter(name: str, detail: str) -> Problem:
    return invalid([{"parameter": name, "detail": detail}], detail)


def malformed(detail: str) -> Problem:
    return Problem(400, "malformed", _("The request could not be read."), detail)


def not_found(detail: str = "") -> Problem:
    return Problem(404, "not-found", _("There is no such thing."), detail or _("It does not exist, or is not for you."))


def too_large(limit: int) -> Problem:
    return Problem(
        413,
        "too-large",
        _("The body is too large."),
        _("At most %(limit)s bytes are read.") % {"limit": limit},
        headers={"Connection": "close"},
    )


def conflict(name: str, detail: str, errors: Sequence[Error] = ()) -> Problem:
    return Problem(409, name, _("The record does not allow it as it is now."), detail, errors=errors)


def pointers(errors: Any, at: str = "") -> Iterable[Error]:
    """A serializer's errors, flattened: each message with the JSON pointer of what it is about."""
    if isinstance(errors, Mapping):
        for name, below in errors.items():
            whole = name in ("non_field_errors", "__all__")
            yield from pointers(below, at if whole else f"{at}/{escaped(str(name))}")
    elif isinstance(errors, list | tuple):
        for index, below in enumerate(errors):
            nested = isinstance(below, Mapping | list | tuple)
            yield from pointers(below, f"{at}/{index}" if nested else at)
    elif errors:
        yield {"pointer": at, "detail": str(errors)}


def escaped(name: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def problem_of(error: BaseException) -> Problem | None:
    """The problem that an exception means to the caller; None for a fault of our own."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, AnswersMissing):
        return invalid(list(pointers(error.errors)))
    if isinstance(error, EditConflict):
        return _edit_conflict(error)
    if isinstance(error, Refused):
        return conflict("move-refused" if isinstance(error, MoveRefused) else "refused", str(error))
    if isinstance(error, DjangoValidationError):
        return invalid(list(pointers(error.message_dict if hasattr(error, "error_dict") else error.messages)))
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, PermissionDenied):
        return _forbidden(str(error))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "too-large", _("The body is too large."), str(error))
    if isinstance(error, IntegrityError) and getattr(error.__cause__, "pgcode", "") == UNIQUE_VIOLATION:
        return conflict("exists", _("Another record has the same key, name or reference."))
    if isinstance(error, OperationalError | InterfaceError):
        return Problem(
            503,
            "unavailable",
            _("The desk cannot answer now."),
            _("The database did not answer in time. Nothing was changed; try again."),
            headers={"Retry-After": "5"},
        )
    if isinstance(error, drf.APIException):
        return _of_framework(error)
    return None


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """REST framework's exception handler. A fault of our own is logged, signalled, and told without its inside."""
    problem = problem_of(error)
    if problem is None or problem.status == 503:
        request = context["request"]._request
        logger.error("API fault at %s", request.path, exc_info=error)
        if problem is None:
            got_request_exception.send(sender=handle, request=request)
            problem = Problem(
                500,
                "fault",
                _("Something went wrong on our side."),
                _("It has been logged under this request's X-Request-ID. Nothing was changed."),
            )
    return problem.response()


def _edit_conflict(error: EditConflict) -> Problem:
    return conflict(
        "edit-conflict",
        _("Somebody else changed the same field since you read it."),
        [
            {"pointer": f"/{escaped(name)}", "detail": _("It is now %(value)s.") % {"value": theirs}}
            for name, (theirs, _mine) in error.fields.items()
        ],
    )


def _forbidden(detail: str) -> Problem:
    return Problem(403, "forbidden", _("You may not do this."), detail)


def _of_framework(error: drf.APIException) -> Problem:
    headers = {}
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    if isinstance(error, drf.ValidationError):
        return invalid(list(pointers(error.detail)))
    if isinstance(error, drf.ParseError):
        return malformed(str(error.detail))
    if isinstance(error, drf.NotFound):
        return not_found()
    if isinstance(error, drf.PermissionDenied):
        return _forbidden(str(error.detail))
    if isinstance(error, drf.NotAuthenticated | drf.AuthenticationFailed):
        return Problem(401, "unauthenticated", _("Say who you are."), str(error.detail), headers=headers)
    names = {405: "method-not-allowed", 406: "not-acceptable", 415: "unsupported-media-type"}
    return Problem(
        error.status_code,
        names.get(error.status_code, "refused"),
        str(error.default_detail).format(method="", media_type="").strip(),
        str(error.detail),
        headers=headers,
    )
