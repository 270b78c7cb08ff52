"""Organisations, suppliers among them, and locations: two trees."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Location, Organisation, User
from accounts.permissions import require_administrator
from accounts.services.edits import change, locked
from core.activity import record
from core.exceptions import AnswersMissing


@transaction.atomic
def create_organisation(*, actor: User | None, key: str, name: str, **fields: Any) -> Organisation:
    require_administrator(actor)
    organisation = Organisation.objects.create(key=key, name=name, **fields)
    record("organisation.created", organisation, actor=actor, data={"key": key, "name": name})
    return organisation


@transaction.atomic
def edit_organisation(organisation: Organisation, *, actor: User | None, **fields: Any) -> Organisation:
    """Change columns; under another parent it takes its whole subtree along."""
    require_administrator(actor)
    organisation = locked(organisation)
    if changes := _change_node(organisation, fields):
        record("organisation.edited", organisation, actor=actor, changes=changes)
    return organisation


@transaction.atomic
def create_location(*, actor: User | None, key: str, name: str, **fields: Any) -> Location:
    require_administrator(actor)
    location = Location.objects.create(key=key, name=name, **fields)
    record("location.created", location, actor=actor, data={"key": key, "name": name})
    return location


@transaction.atomic
def edit_location(location: Location, *, actor: User | None, **fields: Any) -> Location:
    require_administrator(actor)
    location = locked(location)
    if changes := _change_node(location, fields):
        record("location.edited", location, actor=actor, changes=changes)
    return location


def _change_node(node: Organisation | Location, fields: dict[str, Any]) -> dict[str, list[Any]]:
    try:
        return change(node, fields)
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
