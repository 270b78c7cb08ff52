"""Who is acting through what: set once per request, task or command, and read when something is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

VIA = ("page", "api", "mail", "import", "worker", "rule")


@dataclass(frozen=True)
class Context:
    """The channel of the present work: one of `VIA`, the request's id, and the token that was used, if any.

    `delivers=False` is for making a past: what is recorded is born delivered, and nobody is told of it.
    """

    via: str = "worker"
    request_id: str = ""
    token: str = ""
    delivers: bool = True


_NONE = Context()
_current: ContextVar[Context] = ContextVar("core_context", default=_NONE)


def current() -> Context:
    return _current.get()


@contextmanager
def acting(**changes: Any) -> Iterator[Context]:
    """Run a block with some fields of the present context replaced."""
    context = replace(_current.get(), **changes)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
