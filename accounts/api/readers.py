"""For whom a field or a row of the API is."""

from typing import Any

from rest_framework.request import Request

from accounts.access import access_of
from accounts.roles import Role
from core.api.resources import Row


def desk(request: Request) -> bool:
    """Whoever works or reads on the desk's side; a supplier's people do not."""
    access = access_of(request.user)
    return access.reads_desk and access.supplier_id is None


def administrator(request: Request) -> bool:
    return bool(access_of(request.user).roles & Role.ADMINISTRATOR)


def own_or_desk(column: str) -> Any:
    """A column of a person that the desk and the person alone read; null for others."""

    def value(row: Row, request: Request) -> Any:
        return row[column] if desk(request) or row["id"] == request.user.pk else None

    return value
