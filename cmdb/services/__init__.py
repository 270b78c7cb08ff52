"""Everything that changes items, services, relationships, and their classes and types."""

from cmdb.services.classes import create_class, create_relationship_type, edit_class, edit_relationship_type
from cmdb.services.items import create_ci, create_service, edit_ci, relate, require_keeper, unrelate

__all__ = [
    "create_ci",
    "create_class",
    "create_relationship_type",
    "create_service",
    "edit_ci",
    "edit_class",
    "edit_relationship_type",
    "relate",
    "require_keeper",
    "unrelate",
]
