"""The graph: which item hangs together with which, and in which direction failure travels."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.readers import desk
from cmdb.models import ConfigurationItem, Relationship, RelationshipType
from cmdb.services import relate, require_keeper, unrelate
from core.api import problems
from core.api.filters import Filter, number, reference
from core.api.inputs import Input, Reference
from core.api.resources import Field, Order, Resource, choices_of
from core.api.resources import reference as refers
from core.api.views import CreatingListView, DetailView, ListView

text = serializers.CharField


def _seen(request: Request) -> Any:
    """The relationships whose both ends the caller sees."""
    items = ConfigurationItem.objects.visible_to(request.user).values("pk")
    return Relationship.objects.filter(source__in=items, target__in=items)


def _types(request: Request) -> Any:
    return RelationshipType.objects.all() if desk(request) else RelationshipType.objects.none()


TYPES = Resource(
    name="relationship-types",
    label=_("A way in which items hang together"),
    label_plural=_("Relationship types"),
    about=_("For the desk."),
    model=RelationshipType,
    rows=_types,
    scopes=("cis",),
    fields=(
        Field("key", text()),
        Field("name", text(help_text=_("As it reads: runs on."))),
        Field("reverse_name", text(help_text=_("As it reads from the other side: carries."))),
        Field("impact", serializers.ChoiceField(choices_of(RelationshipType.Impact))),
    ),
    filters={"key": Filter("key"), "impact": Filter("impact", choices=choices_of(RelationshipType.Impact))},
    orders={"name": Order("name", str), "key": Order("key", str)},
)

RELATIONSHIPS = Resource(
    name="relationships",
    label=_("One edge of the graph: the source runs on, uses, … the target"),
    label_plural=_("Relationships"),
    about=_("The relationships whose both ends the caller sees."),
    model=Relationship,
    rows=_seen,
    key="id",
    scopes=("cis",),
    fields=(
        Field("id", serializers.IntegerField()),
        refers("source", "source__key", key="source__key", name="source__name"),
        refers(
            "type",
            "type__key",
            key="type__key",
            name="type__name",
            reverse_name="type__reverse_name",
            impact="type__impact",
        ),
        refers("target", "target__key", key="target__key", name="target__name"),
    ),
    filters={
        "source": reference("source__key"),
        "target": reference("target__key"),
        "type": reference("type__key"),
        "id": Filter("id", number),
    },
    orders={"id": Order("id", int)},
    default_order="id",
)


class NewRelationship(Input):
    """`source` *type* `target`: booking *runs on* web-01."""

    source = Reference(lambda request: ConfigurationItem.objects.visible_to(request.user))  # type: ignore[assignment]  # a member of this name, not the field's own
    type = Reference(_types)
    target = Reference(lambda request: ConfigurationItem.objects.visible_to(request.user))


class RelationshipTypesView(ListView):
    resource = TYPES


class RelationshipTypeView(DetailView):
    resource = TYPES


class RelationshipsView(CreatingListView):
    resource = RELATIONSHIPS
    input = NewRelationship

    def prepare(self, request: Request) -> None:
        require_keeper(self.person)

    def create(self, request: Request, data: dict[str, Any]) -> Relationship:
        return relate(actor=self.person, **data)


class RelationshipView(DetailView):
    resource = RELATIONSHIPS

    def delete(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.refuse_unknown_parameters()
        relationship = self.one().first()
        if relationship is None:
            raise problems.not_found()
        unrelate(relationship=relationship, actor=self.person)
        return HttpResponse(status=204)
