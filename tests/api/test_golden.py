"""Whole answers, as each kind of caller gets them: a change of these is a change for integrations."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from incidents.services.opening import open_incident
from tests.factories import CategoryFactory, ConfigurationItemFactory, LocationFactory, ServiceFactory
from tickets.services.referring import refer

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def full(agent, requester, northgate, supplier_organisation):
    """An incident with something in each reference."""
    incident = open_incident(
        actor=agent,
        requester=requester,
        title="The label printer is dead",
        description="Since this morning.",
        impact=2,
        urgency=1,
        service=ServiceFactory(key="labels", name="Labels"),
        category=CategoryFactory(key="printing", name="Printing"),
        location=LocationFactory(key="hall-2", name="Hall 2"),
        cis=[ConfigurationItemFactory(key="printer-7", organisation=northgate)],
        channel="phone",
        external_source="erp",
        external_ref="R-17",
        reported_at=AT - timedelta(minutes=10),
        at=AT,
    )
    refer(ticket=incident, supplier=supplier_organisation, actor=agent, at=AT)
    return incident


@pytest.mark.parametrize("who", ["requester", "agent", "auditor", "supplier", "integration"])
def test_an_incident_is_told_as_it_always_was(who, request, api, full):
    answer = api(request.getfixturevalue(who)).get(f"/incidents/{full.number}/")

    assert answer.status_code == 200
    told = json.loads(re.sub(full.number, "INC-NUMBER", answer.content.decode()))
    assert told == json.loads((GOLDEN / f"incident_{who}.json").read_text())


def test_a_row_of_the_list_is_the_record_without_what_is_costly(api, agent, full):
    row = api(agent).get("/incidents/").json()["results"][0]
    record = api(agent).get(f"/incidents/{full.number}/").json()

    assert row == {name: value for name, value in record.items() if name not in ("moves", "affected_cis")}
