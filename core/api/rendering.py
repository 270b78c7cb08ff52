"""Answers as JSON: written once by orjson, moments in RFC 3339 with `Z`."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

MEDIA_TYPE = "application/json"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def _other(value: Any) -> Any:
    """What orjson does not know by itself."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, ReturnDict):
        return dict(value)
    if isinstance(value, ReturnList | set | frozenset):
        return list(value)
    if hasattr(value, "__html__") or hasattr(value, "hex"):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def dumps(value: Any) -> bytes:
    return orjson.dumps(value, default=_other, option=_OPTIONS)


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A JSON answer. Nobody but the caller may keep it: what it says depends on who asks."""
    response = HttpResponse(dumps(value), status=status, content_type=MEDIA_TYPE, headers=dict(headers or {}))
    response.headers["Cache-Control"] = "private, no-store"
    return response


class OrjsonRenderer(BaseRenderer):
    """For the framework's own negotiation; every view of ours answers by `answer`."""

    media_type = MEDIA_TYPE
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else dumps(data)
