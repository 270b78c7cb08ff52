"""Each app brings its own addresses in `<app>/urls.py`."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

APPS = ("core", "accounts", "notifications", "cmdb", "tickets", "incidents", "metrics", "demo")

urlpatterns: list[URLPattern | URLResolver] = [
    *[path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")],
    path("ui/", include("core.ui_urls")),
    path("accounts/", include("allauth.urls")),
]
