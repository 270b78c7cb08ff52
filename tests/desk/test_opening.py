"""The desk's form for what somebody reports by telephone."""

import pytest

from incidents.models import Incident

pytestmark = pytest.mark.django_db


def test_two_clicks_open_one_incident_and_other_words_another(mara, agent, requester):
    said = {
        "requester": "ben",
        "channel": "phone",
        "title": "Labels come out blank",
        "take": "on",
        "people": "one",
        "work": "hindered",
    }

    for _click in range(2):
        assert mara.post("/incidents/new/", said).status_code == 302
    assert Incident.objects.get().assignee == agent

    assert mara.post("/incidents/new/", {**said, "title": "Scanner is dead"}).status_code == 302
    assert mara.post("/incidents/new/", {**said, "title": ""}).status_code == 422
    assert Incident.objects.count() == 2
