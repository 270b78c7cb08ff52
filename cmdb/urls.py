from django.urls import include, path

from cmdb.views import classes, items, keeping, services

administration = [
    path("ci-classes/", classes.classes, name="administration-ci-classes"),
    path("ci-classes/new/", classes.class_new, name="administration-ci-class-new"),
    path("ci-classes/<slug:key>/edit/", classes.class_edit, name="administration-ci-class"),
    path("relationship-types/", classes.types, name="administration-relationship-types"),
    path("relationship-types/new/", classes.type_new, name="administration-relationship-type-new"),
    path("relationship-types/<slug:key>/edit/", classes.type_edit, name="administration-relationship-type"),
]

urlpatterns = [
    path("administration/", include(administration)),
    path("cis/", items.cis, name="cis"),
    path("cis/new/", keeping.ci_new, name="ci-new"),
    path("cis/find/", items.find, name="cis-find"),
    path("cis/<slug:key>/", items.ci, name="ci"),
    path("cis/<slug:key>/edit/", keeping.edit, name="ci-edit"),
    path("cis/<slug:key>/moves/<slug:name>/", keeping.move, name="ci-move"),
    path("cis/<slug:key>/relationships/new/", keeping.relationship_new, name="ci-relationship-new"),
    path("cis/<slug:key>/relationships/<int:pk>/remove/", keeping.relationship_remove, name="ci-relationship-remove"),
    path(
        "cis/<slug:key>/relationships/restore/<slug:source>/<slug:type>/<slug:target>/",
        keeping.relationship_restore,
        name="ci-relationship-restore",
    ),
    path("services/", services.services, name="services"),
    path("services/new/", keeping.service_new, name="service-new"),
    path("services/<slug:key>/", services.service, name="service"),
]
