"""The services, for the desk. People who use them see them in the portal."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.permissions import SignedInRequest
from cmdb.models import Service
from cmdb.permissions import for_the_desk
from cmdb.views.items import item_page, keeps
from core import registries

PER_PAGE = 50
ORDERS = {"name": "name", "importance": "importance", "users": "user_count", "team": "support_team__name",
          "owner": "owner__name"}  # fmt: skip


@require_GET
@for_the_desk
def services(request: SignedInRequest) -> HttpResponse:
    """Each service with how it is; what higher apps know of it stands in columns of theirs."""
    words, sort = request.GET.get("q", ""), request.GET.get("sort", "")
    order = ORDERS.get(sort.lstrip("-"), "importance")
    rows = Service.objects.visible_to(request.user).called(words).select_related("owner", "support_team", "ci_class")
    rows = rows.prefetch_related("used_by").order_by(f"-{order}" if sort.startswith("-") else order, "name", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    columns = registries.panels("cmdb.services", request, list(page))
    listed = [
        {"service": service, "cells": [(column["template"], column["cells"].get(service.pk)) for column in columns]}
        for service in page
    ]
    context = {"page_obj": page, "rows": listed, "columns": columns, "words": words, "keeps": keeps(request)}
    return render(request, "cmdb/services.html", context)


@require_GET
@for_the_desk
def service(request: SignedInRequest, key: str) -> HttpResponse:
    related = ("ci_class", "owner", "support_team", "organisation", "location")
    seen = Service.objects.visible_to(request.user).select_related(*related).prefetch_related("used_by")
    return item_page(request, get_object_or_404(seen, key=key))
