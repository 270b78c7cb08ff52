"""What somebody may write into an address: nothing of it is a fault of the desk's."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/tickets/INC%00/", "/incidents/%00/", "/tickets/INC%00/moves/take/", "/cis/a%00/"]
)
def test_an_address_with_a_nul_leads_nowhere(signed_in, agent, address):
    assert signed_in(agent).get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/incidents/?status=%00",
        "/incidents/?q=a%00b",
        "/incidents/?opened_from=2026-02-31",
        "/incidents/?opened_to=0001-01-01",
        "/incidents/new/?title=%00&service=%00&category=%00",
        "/incidents/similar/?title=labels%00",
        "/incidents/script/?category=%00",
        "/palette/?q=a%00b",
        "/search/?q=a%00b",
        f"/incidents/bulk/preview/?chosen={'9' * 5000}&chosen={'9' * 30}",
        "/handover/desk/?since=012000000000",
    ],
)
def test_what_a_query_string_cannot_mean_is_no_fault(signed_in, agent, desk, address):
    assert signed_in(agent).get(address).status_code == 200


@pytest.mark.parametrize("since", ["9" * 30, "9" * 5000, "-1", ""])
def test_a_list_polls_from_a_mark_that_can_be_one(signed_in, agent, since):
    assert signed_in(agent).get("/incidents/live/", {"since": since}).status_code == 404
    assert signed_in(agent).get("/incidents/live/", {"since": "0"}).json() == {"new": 0}


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5000, "x"])
def test_keys_that_cannot_be_one_choose_nothing(signed_in, agent, desk, key):
    browser = signed_in(agent)

    assert browser.post("/incidents/bulk/", {"action": "take", "chosen": key}).status_code == 302
    assert browser.post("/handover/desk/take/", {"note": key}).status_code == 302
