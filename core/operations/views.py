"""What machines ask of the desk: is it alive, can it do its work, what are its figures."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from core.operations import figures, health


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. A process that does not is to be started anew."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """All that the desk needs is there; 503 and the reasons when something is not."""
    found = health.look_at_all()
    is_well = all(finding.is_well for finding in found)
    checks = {finding.name: finding.as_json() for finding in found}
    return JsonResponse({"ok": is_well, "checks": checks}, status=200 if is_well else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus, for whoever has the token; without a token, for this machine alone."""
    if not _may_scrape(request):
        refused = HttpResponse("The figures need the token of ITSM_METRICS_TOKEN.\n", status=401)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refused
    return HttpResponse(figures.exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_scrape(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    if "X-Forwarded-For" in request.headers:  # a proxy on this machine speaks for others
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
