from django.urls import path

from cmdb.api.items import CIS, SERVICES, CiClassesView, CiClassView, CisView, CiView, ServicesView, ServiceView
from cmdb.api.relationships import (
    RelationshipsView,
    RelationshipTypesView,
    RelationshipTypeView,
    RelationshipView,
)
from core.api.moves import MovesView, MoveView
from core.api.routes import resource_paths

urlpatterns = [
    *resource_paths("cis", CisView, CiView),
    *resource_paths("services", ServicesView, ServiceView),
    *[
        path(f"{name}/<str:key>/{below}", view.as_view(resource=resource, **more), name=f"api-{name}-{called}")
        for name, resource in (("cis", CIS), ("services", SERVICES))
        for below, view, more, called in (
            ("moves/", MovesView, {}, "moves"),
            ("moves/<str:move>/", MoveView, {"kind": "ci"}, "move"),
        )
    ],
    *resource_paths("ci-classes", CiClassesView, CiClassView),
    *resource_paths("relationship-types", RelationshipTypesView, RelationshipTypeView),
    *resource_paths("relationships", RelationshipsView, RelationshipView, key="int"),
]
