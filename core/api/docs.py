"""The OpenAPI document and the page to browse it. Both are public: they hold no data."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SCHEMA_KWARGS, SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request


class SchemaView(SpectacularAPIView):
    """YAML, or JSON for whoever accepts that first."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer, OpenApiJsonRenderer2]

    @extend_schema(**SCHEMA_KWARGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Written once by each process: it costs most of a second, and anybody may ask for it."""
        renderer: Any = request.accepted_renderer
        if renderer.media_type not in _WRITTEN:
            made = super().get(request, *args, **kwargs)
            _WRITTEN[renderer.media_type] = renderer.render(made.data, renderer_context={})
        headers = {"Content-Disposition": f'inline; filename="evenkeel.{renderer.format}"'}
        return HttpResponse(_WRITTEN[renderer.media_type], content_type=renderer.media_type, headers=headers)


_WRITTEN: dict[str, bytes] = {}


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from the sidecar; its script comes in a request of its own, so that the content policy holds."""

    authentication_classes = []
    permission_classes = [AllowAny]
    template_name = "api/docs.html"
