"""Made-up requests from the OpenAPI document: nothing may break, and nothing may come back that it does not name."""

import logging
from collections.abc import Callable, Iterator

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi

from cmdb.models import RelationshipType
from cmdb.services import relate
from tests.factories import CategoryFactory, ConfigurationItemFactory, ServiceFactory
from tickets.services.tasks import open_task
from tickets.services.words import add_comment

pytestmark = [pytest.mark.fuzz, pytest.mark.slow, pytest.mark.timeout(900)]

CHECKS = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
]
EXAMPLES = 8


@pytest.fixture
def everything(incident, agent, northgate):
    """One of each, so that made-up addresses sometimes meet something."""
    CategoryFactory(key="hardware")
    ServiceFactory(key="printing")
    first, second = (ConfigurationItemFactory(key=key, organisation=northgate) for key in ("web-01", "db-01"))
    runs_on, _is_new = RelationshipType.objects.get_or_create(
        key="runs-on", defaults={"name": "runs on", "reverse_name": "carries"}
    )
    relate(source=first, target=second, type=runs_on, actor=None)
    add_comment(ticket=incident, text="Words", actor=agent)
    open_task(ticket=incident, title="Look", actor=agent)
    return {"number": incident.number, "key": None, "move": "take"}


@pytest.fixture
def in_one_transaction(settings) -> Iterator[None]:
    """Requests of this process keep the test's connection, as those of Django's own client do."""
    settings.API_RATE_LIMIT = 0
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["well-formed", "malformed"])
@pytest.mark.parametrize("who", ["agent", "requester", "administrator"])
def test_nothing_breaks_and_nothing_is_undocumented(
    who: str,
    mode: GenerationMode,
    request: pytest.FixtureRequest,
    api: Callable,
    everything: dict,
    in_one_transaction: None,
) -> None:
    """Every operation of the document, as three kinds of people, about an incident that there is."""
    caller = api(request.getfixturevalue(who))
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/schema/", get_wsgi_application(), headers={"Accept": "application/json"}
    )
    found: list[str] = []
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def attempt(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            if "number" in (case.path_parameters or {}):
                case.path_parameters["number"] = everything["number"]
            with transaction.atomic():
                answer = case.call(headers={"Authorization": caller.header})
                transaction.set_rollback(True)
            case.validate_response(answer, checks=CHECKS)

        try:
            attempt()
        except BaseExceptionGroup as several:
            found.append(f"{operation.label}: {[str(each) for each in several.exceptions]}")
        except Exception as problem:
            found.append(f"{operation.label}: {problem}")
    assert not found, "\n\n".join(each[:400] for each in found)
    assert asked > 50
