"""The tree of classes, and the ways in which items hang together."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.edits import change, locked
from cmdb.models import CiClass, RelationshipType
from cmdb.services.items import require_keeper
from core.activity import record
from core.exceptions import AnswersMissing, Refused


@transaction.atomic
def create_class(*, actor: User | None, key: str, name: str, **fields: Any) -> CiClass:
    """Add a class to the tree."""
    require_keeper(actor)
    made = CiClass.objects.create(key=key, name=name, **fields)
    record("ci_class.created", made, actor=actor, data={"key": key, "name": name})
    return made


@transaction.atomic
def edit_class(*, ci_class: CiClass, actor: User | None, **fields: Any) -> CiClass:
    """Change columns of a class; inside another it takes all below it along."""
    require_keeper(actor)
    ci_class = locked(ci_class)
    try:
        changes = change(ci_class, fields)
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
    if changes:
        record("ci_class.edited", ci_class, actor=actor, changes=changes)
    return ci_class


@transaction.atomic
def create_relationship_type(
    *, actor: User | None, key: str, name: str, reverse_name: str, **fields: Any
) -> RelationshipType:
    """Add a way in which items hang together."""
    require_keeper(actor)
    made = RelationshipType.objects.create(key=key, name=name, reverse_name=reverse_name, **fields)
    record("relationship_type.created", made, actor=actor, data={"key": key, "name": name})
    return made


@transaction.atomic
def edit_relationship_type(*, type: RelationshipType, actor: User | None, **fields: Any) -> RelationshipType:
    """Change how a type reads. The direction of failure of a type in use stays: it would turn maps round."""
    require_keeper(actor)
    type = locked(type)
    if fields.get("impact", type.impact) != type.impact and type.relationships.exists():
        count = type.relationships.count()
        raise Refused(
            _("%(n)d relationships are of this type, and would read the other way round. Add a type instead.")
            % {"n": count}
        )
    if changes := change(type, fields):
        record("relationship_type.edited", type, actor=actor, changes=changes)
    return type
