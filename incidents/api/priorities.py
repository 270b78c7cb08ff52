"""How impact and urgency make a priority."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.readers import desk
from core.api.filters import Filter, reference
from core.api.resources import Field, Order, Resource, Row
from core.api.views import DetailView, ListView
from incidents.models import PriorityCell, PriorityLevel, PriorityScheme
from tickets.api.fields import keyed, words


class Cell(serializers.Serializer):
    """One cell of the matrix."""

    impact = serializers.IntegerField()
    urgency = serializers.IntegerField()
    priority = serializers.IntegerField()


class Level(serializers.Serializer):
    """A priority, with what it means."""

    priority = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    target = serializers.CharField()


def _schemes(request: Request) -> Any:
    return PriorityScheme.objects.all() if desk(request) else PriorityScheme.objects.none()


def _grouped(model: Any, *names: str) -> Any:
    def batch(rows: list[Row], request: Request) -> Mapping[Any, Any]:
        found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        lines = model.objects.filter(scheme_id__in=[row["id"] for row in rows]).order_by(*names)
        for line in lines.values("scheme_id", *names):
            found[line.pop("scheme_id")].append(line)
        return found

    return batch


PRIORITY_SCHEMES = Resource(
    name="priority-schemes",
    label=_("How impact and urgency make a priority, for an organisation, a service, both, or everybody"),
    label_plural=_("Priority schemes"),
    about=_("For the desk."),
    model=PriorityScheme,
    rows=_schemes,
    key="id",
    scopes=("incidents", "tickets"),
    fields=(
        Field("id", serializers.IntegerField()),
        words("name"),
        keyed("organisation", _("Null: for all."), nullable=True),
        keyed("service", _("Null: for all."), nullable=True),
        Field(
            "cells",
            serializers.ListField(child=Cell()),
            batch=_grouped(PriorityCell, "impact", "urgency", "priority"),
        ),
        Field(
            "levels",
            serializers.ListField(child=Level()),
            batch=_grouped(PriorityLevel, "priority", "code", "name", "description", "target"),
        ),
    ),
    filters={
        "name": Filter("name"),
        "organisation": reference("organisation__key", nullable=True),
        "service": reference("service__key", nullable=True),
    },
    orders={"name": Order("name", str)},
)


class PrioritySchemesView(ListView):
    resource = PRIORITY_SCHEMES


class PrioritySchemeView(DetailView):
    resource = PRIORITY_SCHEMES
