"""Each app brings its own addresses in `<app>/urls.py`."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

APPS = ("core", "accounts", "notifications", "cmdb", "tickets", "incidents", "metrics", "demo")

API = (
    *(f"{app}.api.urls" for app in APPS if app != "core" and find_spec(f"{app}.api") and find_spec(f"{app}.api.urls")),
    "core.api.urls",  # last: it answers every address that nobody else does
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("core.operations.urls")),
    *[path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")],
    path("api/v1/", include([path("", include(address)) for address in API])),
    path("ui/", include("core.ui_urls")),
]
