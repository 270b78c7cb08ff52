"""What the audit says of changes to the configuration's reference data."""

from django.utils.translation import gettext_lazy as _

from accounts.audit import add_subject
from cmdb.models import CiClass, RelationshipType


def register() -> None:
    """Called once, when the app is ready."""
    add_subject(
        CiClass,
        _("CI classes"),
        {"ci_class.created": _("Class added"), "ci_class.edited": _("Class changed")},
    )
    add_subject(
        RelationshipType,
        _("Relationship types"),
        {"relationship_type.created": _("Type added"), "relationship_type.edited": _("Type changed")},
    )
