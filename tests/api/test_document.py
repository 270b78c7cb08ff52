"""The OpenAPI document, its committed copy, and the page to browse it."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS

from core.api.views import ApiView, NotFoundView
from tools.check_openapi import DOCUMENT, described

POLICY = "default-src 'none'"


@pytest.fixture(scope="module")
def document():
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def api_views(resolver=None, prefix=""):
    """Every view class below the API's address."""
    for each in (resolver or get_resolver()).url_patterns:
        address = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from api_views(each, address)
        elif isinstance(each, URLPattern) and address.startswith("api/v1/"):
            yield address, each.callback


def test_the_committed_document_is_what_the_code_describes():
    assert DOCUMENT.read_text() == described(), "run: .venv/bin/python tools/check_openapi.py --write"


def test_the_document_is_made_without_a_warning(document):
    assert document["openapi"] == "3.1.0"
    assert not GENERATOR_STATS


def test_every_address_of_the_api_is_in_the_document(document):
    for address, callback in api_views():
        view = getattr(callback, "cls", None)
        if view is None or view is NotFoundView or not issubclass(view, ApiView):
            continue
        written = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", address)
        assert written in document["paths"], written


def test_every_view_of_the_api_names_the_scopes_that_open_it():
    """Default deny: a view without scopes would be closed to every token, and that is a mistake."""
    for address, callback in api_views():
        view = getattr(callback, "cls", None)
        if view is None or view is NotFoundView or not issubclass(view, ApiView):
            continue
        made = view(**callback.initkwargs)
        scopes = made.scopes if made.scopes is not None else made.resource.scopes
        assert scopes, address


def test_every_operation_documents_its_refusals(document):
    for address, operations in document["paths"].items():
        for method, operation in operations.items():
            told = set(operation["responses"])
            assert told >= {"400", "401", "403", "429", "503"}, (address, method)
            assert "404" in told or "{" not in address, (address, method)
            assert "422" in told or method != "post", (address, method)
            assert operation["security"], (address, method)


def test_operations_have_names_of_their_own(document):
    names = [each["operationId"] for path in document["paths"].values() for each in path.values()]

    assert len(names) == len(set(names))


def test_the_document_is_served_to_everybody(client, db):
    answer = client.get("/api/v1/schema/")

    assert answer.status_code == 200
    assert b"openapi: 3.1.0" in answer.content
    as_json = client.get("/api/v1/schema/", headers={"Accept": "application/json"})
    assert as_json.json()["info"]["title"] == "Evenkeel"


def test_the_page_holds_to_the_content_policy(client, db):
    page = client.get("/api/v1/docs/")
    script = client.get("/api/v1/docs/?script=")

    assert page.status_code == script.status_code == 200
    text = page.content.decode()
    assert "<style" not in text
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*src=)", text)
    assert "http://" not in text.replace("http://testserver", "")
    assert "https://" not in text
    assert POLICY in page["Content-Security-Policy"]
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in script.content.decode()
