"""Two who write at once: `ETag` from a record's version, `If-Match` checked on the locked row."""

from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.problems import Problem


def etag_of(version: int) -> str:
    return f'"{version}"'


def check_if_match(request: Request, version: int) -> None:
    """Refuse with 412 when the caller has seen another version than the present one."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return
    if etag_of(version) not in (part.strip() for part in given.split(",")):
        raise Problem(
            412,
            "precondition-failed",
            _("The record has changed since you read it."),
            _("Its ETag is now %(etag)s. Read it again, and decide anew.") % {"etag": etag_of(version)},
            headers={"ETag": etag_of(version)},
        )
