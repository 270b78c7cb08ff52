"""Through what somebody acts: set once per request, so that whatever is recorded says so."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.context import acting

HEADER = "X-Request-ID"
API_PREFIX = "/api/"
_GIVEN = re.compile(r"\A[\w.:/+=@-]{1,64}\Z", re.ASCII)


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
