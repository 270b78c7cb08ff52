"""Addresses of a resource: its list, and one record."""

import re
from typing import Any

from django.urls import URLPattern, path


def resource_paths(
    address: str, many: Any, one: Any, *, key: str = "str", named: str = "key", **initkwargs: Any
) -> list[URLPattern]:
    """`cis/` and `cis/<key>/`; their names differ by `-one`, by which a new record's address is found."""
    name = "api-" + re.sub(r"(<[^>]*>|[^a-z])+", "-", address)
    initkwargs["named"] = named
    return [
        path(f"{address}/", many.as_view(**initkwargs), name=name),
        path(f"{address}/<{key}:{named}>/", one.as_view(**initkwargs), name=f"{name}-one"),
    ]
