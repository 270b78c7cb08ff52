from cmdb.api.items import CiClassesView, CiClassView, CisView, CiView, ServicesView, ServiceView
from cmdb.api.relationships import (
    RelationshipsView,
    RelationshipTypesView,
    RelationshipTypeView,
    RelationshipView,
)
from core.api.routes import resource_paths

urlpatterns = [
    *resource_paths("cis", CisView, CiView),
    *resource_paths("services", ServicesView, ServiceView),
    *resource_paths("ci-classes", CiClassesView, CiClassView),
    *resource_paths("relationship-types", RelationshipTypesView, RelationshipTypeView),
    *resource_paths("relationships", RelationshipsView, RelationshipView, key="int"),
]
