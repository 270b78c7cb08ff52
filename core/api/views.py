"""The views that resources are made of. A resource's own module says which rows, which inputs, which verbs."""

from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import limits, problems
from core.api.concurrency import check_if_match, etag_of
from core.api.filters import conditions
from core.api.idempotency import once
from core.api.inputs import validated
from core.api.paging import PARAMETERS, page
from core.api.parsing import MAX_BODY, JSONParser
from core.api.rendering import OrjsonRenderer, answer
from core.api.resources import Reader, Resource, Row
from core.api.statements import HOLE
from core.context import acting

SEARCH_LENGTH = 100
SHAPES = frozenset({"fields", "expand", "count"})
"""Parameters that do not change which rows a list has, nor their order."""


class ApiView(APIView):
    """A view of the API: who asks, within which scope and limit, with a body that can be read."""

    resource: Any = None
    scopes: tuple[str, ...] | None = None
    parser_classes = [JSONParser]
    renderer_classes = [OrjsonRenderer]
    max_body = MAX_BODY
    named = "key"  # the part of the address that names the record

    caller: str
    standing: limits.Standing | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.stack:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        request.accepted_renderer, request.accepted_media_type = _RENDERER, _RENDERER.media_type
        self._check_size(request)
        if any(isinstance(value, str) and "\x00" in value for value in kwargs.values()):
            raise problems.not_found()
        for name, values in request.query_params.lists():
            if "\x00" in name or any("\x00" in value for value in values):
                raise problems.invalid_parameter(name.replace("\x00", ""), "NUL characters cannot be asked for.")
        self.perform_authentication(request)
        if request.user.is_authenticated:
            token = request.auth.key if request.auth is not None else ""
            self.caller = f"token:{token}" if token else f"user:{request.user.pk}"
            self.stack.enter_context(acting(via="api", token=token))
            self.standing = limits.check(self.caller)
        self.check_permissions(request)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.standing is not None:
            for name, value in self.standing.headers.items():
                response.headers.setdefault(name, value)
        response.headers.setdefault("Vary", "Authorization, Cookie")
        if response.status_code == 405:
            response.headers["Allow"] = ", ".join(self.allowed_methods)
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    @property
    def person(self) -> Any:
        """Who calls, as services take their actor."""
        return self.request.user

    def refuse_unknown_parameters(self, *known: str) -> None:
        conditions(self.request, {}, known)

    def _check_size(self, request: Request) -> None:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            raise problems.malformed("Content-Length is not a number.") from None
        if length > self.max_body:
            raise problems.too_large(self.max_body)


_RENDERER = OrjsonRenderer()


class ListView(ApiView):
    """A list of a resource."""

    def rows(self) -> Any:
        """The rows that the caller sees; a list below another record narrows them."""
        return self.resource.rows(self.request)

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return answer(page(self.matching, Reader(self.resource, request), self.key_of_list()))

    def matching(self) -> Any:
        """The rows that the parameters ask for, among those that the caller sees."""
        queryset, request = self.rows(), self.request
        for condition in conditions(request, self.resource.filters_for(request), PARAMETERS):
            queryset = queryset.filter(condition)
        words = " ".join(request.query_params.get("search", "").split())
        if words:
            if self.resource.search is None:
                raise problems.invalid_parameter("search", "This list cannot be searched.")
            if len(words) > SEARCH_LENGTH:
                raise problems.invalid_parameter("search", f"At most {SEARCH_LENGTH} characters are searched for.")
            queryset = self.resource.search(queryset, request, words)
        return queryset

    def key_of_list(self) -> Any:
        """What the list's statement depends on besides the caller; None where it depends on more than can be said."""
        if type(self).rows is not ListView.rows or self.request.query_params.get("search"):
            return None
        filters = self.resource.all_filters()
        asked = [(name, tuple(values)) for name, values in self.request.query_params.lists() if name not in SHAPES]
        if any(filters[name].custom for name, _values in asked if name in filters):
            return None
        return tuple(asked)


class CreatingListView(ListView):
    """A list to which records can be added."""

    input: Any = None

    def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Call the service, and return the record."""
        raise NotImplementedError

    def prepare(self, request: Request) -> None:
        """What must hold before the body is read, such as that the record above exists."""

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.refuse_unknown_parameters("fields", "expand")
        self.prepare(request)
        return once(request, self.caller, self._work)

    def _work(self) -> HttpResponse:
        names = [each.name for each in self.resource.all_fields()]
        data = validated(self.input, self.request, read_only=names)
        return self.created(self.create(self.request, data))

    def created(self, record: Any) -> HttpResponse:
        row, shown = read_again(self.resource, self.request, record, is_new=True)
        location = self.location(record)
        return answer(shown, 201, {**_etag(self.resource, row), **({"Location": location} if location else {})})

    def location(self, record: Any) -> str | None:
        names = {**self.kwargs, self.named: getattr(record, self.resource.key)}
        match = self.request.resolver_match
        return reverse(f"{match.view_name}-one", kwargs=names) if match else None


class DetailView(ApiView):
    """One record."""

    def rows(self) -> Any:
        return self.resource.rows(self.request)

    def one(self) -> Any:
        """The rows, narrowed to the one that the address names."""
        return self.rows().filter(**{self.resource.key: self.kwargs[self.named]})

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.refuse_unknown_parameters("fields", "expand")
        if type(self).rows is DetailView.rows and self.resource.sight:
            row, shown = read_by_word(self.resource, request, self.kwargs[self.named])
        else:
            row, shown = read_one(self.resource, request, self.one())
        return answer(shown, headers=_etag(self.resource, row))

    def locked(self) -> Any:
        """The record, its row locked until the transaction ends, at the version that the caller has seen."""
        pk = self.one().values_list("pk", flat=True).first()
        if pk is None:
            raise problems.not_found()
        record = self.lock(pk)
        if self.resource.has_version:
            check_if_match(self.request, record.version)
        return record

    def lock(self, pk: Any) -> Any:
        rows = self.resource.model._default_manager.select_for_update(no_key=True, of=("self",))
        return rows.get(pk=pk)


class EditingDetailView(DetailView):
    """One record whose fields can be changed."""

    input: Any = None

    def edit(self, request: Request, record: Any, data: dict[str, Any]) -> None:
        """Call the service."""
        raise NotImplementedError

    def patch(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.refuse_unknown_parameters("fields", "expand")
        with transaction.atomic():
            record = self.locked()
            names = [each.name for each in self.resource.all_fields()]
            data = validated(self.input, request, read_only=names, partial=True)
            if data:
                self.edit(request, record, data)
        return after_writing(self.resource, request, record)


def after_writing(resource: Resource, request: Request, record: Any) -> HttpResponse:
    """The record as it is now; 204 when the caller has just written it out of their own sight."""
    try:
        row, shown = read_again(resource, request, record)
    except problems.Problem:
        return HttpResponse(status=204)
    return answer(shown, headers=_etag(resource, row))


def read_one(resource: Resource, request: Request, rows: Any) -> tuple[Row, Row]:
    """One row as it was read and as it is shown; 404 when the caller sees none."""
    reader = Reader(resource, request, is_detail=True)
    found = reader.fetch(rows[:1])
    if not found:
        raise problems.not_found()
    return found[0], reader.present(found)[0]


def read_again(resource: Resource, request: Request, record: Any, *, is_new: bool = False) -> tuple[Row, Row]:
    """A record that was just written, as the caller sees it."""
    if resource.sight:
        return read_by_word(resource, request, getattr(record, resource.key), is_new=is_new)
    return read_one(resource, request, resource.rows(request).filter(pk=record.pk))


def read_by_word(resource: Resource, request: Request, word: str, *, is_new: bool = False) -> tuple[Row, Row]:
    """One row by the word that addresses it, as `read_one`, with a statement that may have been kept."""
    reader = Reader(resource, request, is_detail=True, is_new=is_new)
    kept = reader.statement(lambda: resource.rows(request).filter(**{resource.key: HOLE})[:1], "one")
    found = kept.rows(word)
    if not found:
        raise problems.not_found()
    return found[0], reader.present(found)[0]


def _etag(resource: Resource, row: Row) -> dict[str, str]:
    return {"ETag": etag_of(row["version"])} if resource.has_version else {}


class NotFoundView(ApiView):
    """Any other address below the API's."""

    scopes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        detail = "There is nothing at this address."
        raise problems.not_found(detail if request.path.endswith("/") else f"{detail} Addresses end with a slash.")
