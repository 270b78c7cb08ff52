"""Every route of the desk as the resolver knows it: its name, its address, and the methods that it says it answers."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

ANSWERED_BY_CLASSES = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """`methods` is None where a view does not say which it answers. `parameters` are the parts of the address."""

    name: str
    address: str
    methods: frozenset[str] | None
    parameters: tuple[str, ...]
    is_api: bool


def routes() -> list[Route]:
    """All of them, also those of libraries."""
    return [_route(address, pattern, names) for address, pattern, names in _patterns(get_resolver(), "")]


def _patterns(resolver: Any, above: str, names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern, tuple]]:
    for each in resolver.url_patterns:
        address, known = above + str(each.pattern), (*names, *each.pattern.converters, *each.pattern.regex.groupindex)
        if isinstance(each, URLPattern):
            yield address, each, tuple(dict.fromkeys(known))
        else:
            yield from _patterns(each, address, known)


def _route(address: str, pattern: URLPattern, parameters: tuple[str, ...]) -> Route:
    return Route(
        pattern.name or f"no name: {address}",
        address,
        methods_of(pattern.callback),
        parameters,
        address.startswith("api/"),
    )


def methods_of(view: Any) -> frozenset[str] | None:
    """What a view says it answers, HEAD and OPTIONS aside."""
    for each in _unwrapped(view):
        declared = getattr(each, "view_class", None) or getattr(each, "cls", None)
        if declared is not None:
            asked = (name for name in ANSWERED_BY_CLASSES if name in declared.http_method_names)
            return frozenset(name.upper() for name in asked if hasattr(declared, name)) or None
        captured = inspect.getclosurevars(each).nonlocals if inspect.isfunction(each) else {}
        if "request_method_list" in captured:
            return frozenset(captured["request_method_list"]) - {"HEAD", "OPTIONS"}
    return None


def _unwrapped(view: Any) -> Iterator[Any]:
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)
