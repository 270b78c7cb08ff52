"""The OpenAPI document, read from the resources and the inputs themselves, with every status that can come back."""

import copy
from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from core.api.filters import SCHEMAS, Filter
from core.api.moves import MoveList, MovesView, MoveView
from core.api.paging import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET
from core.api.resources import Field, Resource
from core.api.views import DetailView, ListView
from core.kinds import exists
from core.kinds import get as kind_named

JSON, PROBLEM = "application/json", "application/problem+json"

STATUSES = {
    400: "The request is not valid; `errors` names what is wrong.",
    401: "No token or session, or one that opens nothing.",
    403: "The token's scopes, or the person's roles, do not allow it.",
    404: "There is no such record, or it is not for the caller.",
    405: "This address does not know the method.",
    409: "The record does not allow it as it is now, or the same request is in flight.",
    412: "`If-Match` names another version than the present one.",
    413: "The body is too large.",
    415: "The body is of a type that is not read here.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests; `Retry-After` says when to go on.",
    503: "The desk cannot answer now; nothing was changed.",
}


class ProblemError(serializers.Serializer):
    """What is wrong with one member of the body, or with one parameter."""

    pointer = serializers.CharField(required=False, help_text="JSON pointer into the body.")
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter.")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """A refusal (RFC 9457)."""

    type = serializers.CharField(help_text="A stable word for programs: urn:evenkeel:problem:…")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemError(many=True, required=False)  # type: ignore[assignment]  # a member of this name, not the field's own


class ResourceSchema(AutoSchema):
    """Describes the views of `core.api.views`; others are described as the framework would."""

    view: Any

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/", 1)[0] or "api"]

    def get_operation_id(self) -> str:
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part]
        named = [part.replace("-", "_") for part in parts if not part.startswith("{")]
        verb = {"get": "read", "post": "create", "patch": "edit", "delete": "remove"}[self.method.lower()]
        if isinstance(self.view, MoveView):
            verb = "make"
        elif self.method == "GET" and isinstance(self.view, ListView):
            verb = "list"
        elif self.method == "GET" and parts[-1].startswith("{"):
            verb = "retrieve"
        return "_".join([*named, verb])

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's own, without arguments
        about = getattr(self.view, "about", None) or {}
        text = about.get(self.method) if isinstance(about, dict) else about
        resource = getattr(self.view, "resource", None)
        return str(text or (resource.about if resource and self.method == "GET" else ""))

    def is_list_view_type(self) -> bool:
        return False

    def get_request_serializer(self) -> Any:
        if isinstance(self.view, MoveView):
            return move_answers(self.view.kind)
        if self.method in ("POST", "PATCH"):
            return getattr(self.view, "input", None)
        return None

    def get_response_serializers(self) -> Any:
        found: dict[Any, Any] = {}
        success = 200
        if hasattr(self.view, "answers"):
            given = self.view.answers.get(self.method)
            success, body = given if isinstance(given, tuple) else (200, given)
        elif isinstance(self.view, MovesView):
            body = MoveList
        elif isinstance(self.view, ListView) and self.method == "POST":
            success, body = 201, record_serializer(self.view.resource, is_detail=True)
        elif isinstance(self.view, ListView):
            body = page_serializer(self.view.resource)
        elif self.method == "DELETE":
            success, body = 204, None
        else:
            body = record_serializer(self.view.resource, is_detail=True)
        media_type = "application/octet-stream" if body is OpenApiTypes.BINARY else JSON
        found[success if body is None else (success, media_type)] = OpenApiResponse(body, description=_DONE[success])
        if self.method in ("PATCH",) or isinstance(self.view, MoveView):
            found[204] = OpenApiResponse(None, description="Done; the record is no longer for the caller.")
        for status in self._refusals():
            found[(status, PROBLEM)] = OpenApiResponse(Problem, description=STATUSES[status])
        return found

    def _refusals(self) -> list[int]:
        statuses = {400, 401, 403, 429, 503}
        if "{" in self.path:
            statuses.add(404)
        if self.method in ("POST", "PATCH", "DELETE"):
            statuses |= {409, 413}
        if self.method in ("POST", "PATCH"):
            statuses.add(415)
        if self.method == "POST":
            statuses.add(422)
        resource = getattr(self.view, "resource", None)
        if resource is not None and resource.has_version and isinstance(self.view, DetailView) and self.method != "GET":
            statuses.add(412)
        return sorted(statuses)

    def get_override_parameters(self) -> list[Any]:
        resource = getattr(self.view, "resource", None)
        found: list[Any] = []
        if isinstance(self.view, ListView) and self.method == "GET":
            found += list_parameters(self.view.resource)
        elif resource is not None and self.method != "DELETE" and not isinstance(self.view, MovesView):
            found += shape_parameters(resource, is_detail=True)
        if self.method == "POST":
            found.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    str,
                    OpenApiParameter.HEADER,
                    description="The same key with the same request gives the first answer again, for 24 hours.",
                )
            )
        if 412 in self._refusals():
            found.append(
                OpenApiParameter(
                    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the version that was read."
                )
            )
        if isinstance(self.view, MoveView) and exists(self.view.kind):
            names = list(kind_named(self.view.kind).lifecycle.moves)
            found.append(OpenApiParameter("move", str, OpenApiParameter.PATH, enum=names))
        return found


_DONE = {200: "Done.", 201: "Created; `Location` says where.", 204: "Done."}


def shape_parameters(resource: Resource, *, is_detail: bool) -> list[OpenApiParameter]:
    names = [each.name for each in resource.all_fields()]
    expandable = [each.name for each in resource.all_fields() if each.can_expand]
    found = [
        OpenApiParameter(
            "fields",
            {"type": "array", "items": {"type": "string", "enum": names}},
            style="form",
            explode=False,
            description="Only these fields.",
        )
    ]
    if expandable:
        found.append(
            OpenApiParameter(
                "expand",
                {"type": "array", "items": {"type": "string", "enum": expandable}},
                style="form",
                explode=False,
                description="More of these in place of a reference.",
            )
        )
    return found


def list_parameters(resource: Resource) -> list[OpenApiParameter]:
    """Every parameter that a list knows, so that an unknown one can be seen to be unknown."""
    orders = [sign + name for name in resource.orders for sign in ("", "-")]
    whole = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET}
    found = [
        OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
        OpenApiParameter("offset", whole),
        OpenApiParameter("cursor", str, description="Deep reading: empty at first, then from `next`."),
        OpenApiParameter("count", str, enum=["bounded", "exact"], description="Bounded counts to 1,000."),
        OpenApiParameter(
            "ordering",
            {"type": "array", "items": {"type": "string", "enum": orders}, "minItems": 1, "maxItems": 3},
            style="form",
            explode=False,
            description=f"Default: {resource.default_order}.",
        ),
        *shape_parameters(resource, is_detail=False),
    ]
    if resource.search:
        found.append(OpenApiParameter("search", {"type": "string", "maxLength": 100}))
    for name, declared in resource.all_filters().items():
        found += filter_parameters(name, declared)
    return found


def filter_parameters(name: str, declared: Filter) -> list[OpenApiParameter]:
    one: dict[str, Any] = dict(SCHEMAS[declared.read])
    if declared.choices:
        one["enum"] = [declared.read(str(each)) for each in declared.choices]
    found = []
    for lookup in declared.all_lookups:
        if lookup == "isnull":
            schema: dict[str, Any] = {"type": "boolean"}
        elif lookup == "in":
            schema = {"type": "array", "items": one, "minItems": 1}
        else:
            schema = {"type": "array", "items": one, "minItems": 1} if lookup == "" else one
        array = schema["type"] == "array"
        found.append(
            OpenApiParameter(
                f"{name}__{lookup}" if lookup else name,
                schema,
                style="form" if array else None,
                explode=(lookup != "in") if array else None,
                description=str(declared.help),
            )
        )
    return found


_made: dict[Any, type[serializers.Serializer]] = {}


def record_serializer(resource: Resource, *, is_detail: bool) -> type[serializers.Serializer]:
    """A resource's fields as a serializer class, for the document alone."""
    key = (resource.name, is_detail)
    if key not in _made:
        name = resource.singular
        members = {each.name: _documented(each) for each in resource.all_fields() if is_detail or not each.is_extra}
        _made[key] = type(
            f"{name}{'' if is_detail else 'Row'}",
            (serializers.Serializer,),
            {"__doc__": str(resource.label), **members},
        )
    return _made[key]


def page_serializer(resource: Resource) -> type[serializers.Serializer]:
    key = (resource.name, "page")
    if key not in _made:
        row = record_serializer(resource, is_detail=False)
        _made[key] = type(
            f"{resource.singular}Page",
            (serializers.Serializer,),
            {
                "__doc__": str(resource.label_plural),
                "count": serializers.IntegerField(allow_null=True, help_text="Exact to 1,000; null beyond."),
                "count_at_least": serializers.IntegerField(required=False, help_text="Where count is null."),
                "next": serializers.CharField(allow_null=True),
                "previous": serializers.CharField(allow_null=True),
                "results": row(many=True),
            },
        )
    return _made[key]


def move_answers(kind: str) -> type[serializers.Serializer] | None:
    """What the moves of a kind ask, all together; which move asks for what stands in the record's `moves`."""
    if not exists(kind):
        return None
    key = ("move", kind)
    if key not in _made:
        lifecycle = kind_named(kind).lifecycle
        members: dict[str, Any] = {
            name: serializers.CharField(required=False, allow_null=True, help_text=_asked_by(lifecycle, name))
            for name in lifecycle.asks
        }
        _made[key] = type(f"{kind.capitalize()}Move", (serializers.Serializer,), {"__doc__": "Answers.", **members})
    return _made[key]


def _asked_by(lifecycle: Any, name: str) -> str:
    needed = [move.name for move in lifecycle.moves_list if name in move.needs]
    taken = [move.name for move in lifecycle.moves_list if name in move.takes]
    parts = [f"needed by {', '.join(needed)}"] if needed else []
    return "; ".join([*parts, f"taken by {', '.join(taken)}"] if taken else parts)


def _documented(each: Field) -> serializers.Field:
    """The field as a member that may be absent: `fields`, roles and `expand` decide what is there."""
    if isinstance(each.type, serializers.BaseSerializer):
        return each.type
    kind: Any = type(each.type)
    if each.expanded or each.named:
        names = list(each.expanded) or [each.named.key if each.named else "key", "name"]
        word: dict[str, Any] = {"type": ["string", "null"] if each.type.allow_null else "string"}
        more = {"type": "object", "properties": {name: {} for name in names}}
        told = {"description": str(each.type.help_text)} if each.type.help_text else {}
        kind = type("Expandable", (kind,), {})
        set_override(kind, "field", {"anyOf": [word, more], **told})
    declared: Any = each.type
    made: serializers.Field = kind(
        *copy.deepcopy(declared._args), **{**copy.deepcopy(declared._kwargs), "required": False}
    )
    return made
