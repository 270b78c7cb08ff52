"""Through what somebody acts: set once per request, so that whatever is recorded says so."""

import re
import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from core.context import acting

HEADER = "X-Request-ID"
API_PREFIX = "/api/"
_GIVEN = re.compile(r"\A[\w.:/+=@-]{1,64}\Z", re.ASCII)


class NoNulMiddleware:
    """Leaves NUL characters out of a page's query string; an address with one leads nowhere.

    PostgreSQL keeps none, so each would be a fault wherever it is looked up. The API refuses them itself, in its words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API_PREFIX):
            if "\x00" in request.path_info:
                raise Http404
            if "%00" in (query := request.META.get("QUERY_STRING", "")):
                request.META["QUERY_STRING"] = query.replace("%00", "")
        return self.get_response(request)


class ContextMiddleware:
    """Puts the channel and the request's id into `core.context`, and echoes the id.

    It stands before the log's middleware, which reads the same header. An id that could not be stored, or that would
    let somebody write lines of their own into a log, is replaced.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if _GIVEN.match(given) else uuid.uuid4().hex
        request.META["HTTP_X_REQUEST_ID"] = request_id
        request.__dict__.pop("headers", None)  # they were read before the id was there
        with acting(via="api" if request.path.startswith(API_PREFIX) else "page", request_id=request_id, token=""):
            response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response
