"""Bodies, read strictly: UTF-8 JSON of a bounded size and depth, without NUL characters."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from core.api import problems

MAX_BODY = 5 * 1024 * 1024
MAX_DEPTH = 50


class JSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read()
        if not body:
            return {}
        return loads(body)


def loads(body: bytes) -> Any:
    """The value of a JSON text; a `Problem` 400 says what is wrong with it."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise problems.malformed(_("This is not JSON in UTF-8: %(error)s") % {"error": error}) from None
    except RecursionError:
        raise too_deep() from None
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH or b"\\u0000" in body:
        examine(value)
    return value


def examine(value: Any, pointer: str = "", depth: int = 1) -> None:
    """Refuse what the database cannot keep: nesting deeper than `MAX_DEPTH`, and NUL characters."""
    if isinstance(value, str):
        if "\x00" in value:
            raise problems.invalid([{"pointer": pointer, "detail": _("NUL characters cannot be kept.")}])
        return
    if not isinstance(value, dict | list):
        return
    if depth > MAX_DEPTH:
        raise too_deep()
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, below in pairs:
        if isinstance(name, str) and "\x00" in name:
            raise problems.invalid([{"pointer": pointer, "detail": _("NUL characters cannot be kept.")}])
        examine(below, f"{pointer}/{problems.escaped(str(name))}", depth + 1)


def too_deep() -> problems.Problem:
    return problems.malformed(_("It is nested deeper than %(depth)s levels.") % {"depth": MAX_DEPTH})
