"""Callers of the API: `api(agent)` is a client with a token of theirs; `api(agent, "incidents:read")` a narrow one."""

from collections.abc import Callable
from itertools import count
from typing import Any

import orjson
import pytest
from django.test import Client

from accounts.models import ApiToken, User
from accounts.tokens import digest_of, new_parts, written
from incidents.models import Incident
from incidents.services.opening import open_incident

_names = count(1)


class Caller:
    """A client of the API that speaks JSON and carries a token."""

    def __init__(self, person: User, *scopes: str, **changes: Any) -> None:
        key, secret = new_parts()
        self.token = ApiToken.objects.create(
            owner=person,
            name=f"test {next(_names)}",
            key=key,
            digest=digest_of(secret),
            scopes=list(scopes or ("*",)),
            **changes,
        )
        self.header = f"Bearer {written(key, secret)}"
        self.client = Client()

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self.client.generic(
            method,
            f"/api/v1{address}",
            content,
            content_type="application/json",
            headers={
                "Authorization": self.header,
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )

    def get(self, address: str, **headers: str) -> Any:
        return self("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self("POST", address, {} if body is None else body, **headers)

    def patch(self, address: str, body: Any, **headers: str) -> Any:
        return self("PATCH", address, body, **headers)

    def delete(self, address: str, **headers: str) -> Any:
        return self("DELETE", address, **headers)


@pytest.fixture
def api(db: None) -> Callable[..., Caller]:
    return Caller


@pytest.fixture
def incident(requester: User, agent: User) -> Incident:
    """The requester's, on the service desk's queue."""
    return open_incident(actor=agent, requester=requester, title="The label printer is dead")
