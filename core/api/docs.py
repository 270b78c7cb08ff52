"""The OpenAPI document and the page to browse it. Both are public: they hold no data."""

from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class SchemaView(SpectacularAPIView):
    """YAML, or JSON for whoever accepts that first."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer, OpenApiJsonRenderer2]


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from the sidecar; its script comes in a request of its own, so that the content policy holds."""

    authentication_classes = []
    permission_classes = [AllowAny]
    template_name = "api/docs.html"
