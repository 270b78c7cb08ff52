"""The document, its browsable page, and a clear no to every other address below the API's."""

from django.urls import path, re_path

from core.api.docs import DocsView, SchemaView
from core.api.views import NotFoundView

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^.*$", NotFoundView.as_view(), name="api-nothing"),
]
