"""An item's moves over the API."""

import pytest

from accounts.models import ApiToken
from accounts.tokens import digest_of, new_parts, written
from cmdb.models import ConfigurationItem


@pytest.fixture
def call(client):
    def calling(person, method, address, body=None):
        key, secret = new_parts()
        ApiToken.objects.create(owner=person, name=key, key=key, digest=digest_of(secret), scopes=["*"])
        return client.generic(
            method,
            f"/api/v1{address}",
            b"" if body is None else body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {written(key, secret)}"},
        )

    return calling


def test_an_item_offers_its_moves_and_makes_them(call, keeper, agent, server):
    offered = {move["name"]: move["allowed"] for move in call(keeper, "GET", "/cis/srv-01/").json()["moves"]}
    assert offered["retire"] is True
    assert call(agent, "GET", "/cis/srv-01/").json()["moves"] == []

    assert call(agent, "POST", "/cis/srv-01/moves/retire/", b"{}").status_code == 403
    answer = call(keeper, "POST", "/cis/srv-01/moves/retire/", b'{"reason": "Too old."}')

    assert (answer.status_code, answer.json()["status"]) == (200, "retired")
    assert call(keeper, "POST", "/cis/srv-01/moves/retire/", b"{}").status_code == 409


def test_a_service_moves_like_any_item(call, keeper, order_desk):
    assert call(keeper, "POST", "/services/order-desk/moves/rebuild/", b"{}").json()["status"] == "in_build"


def test_an_edit_does_not_change_the_status(call, keeper, server):
    assert call(keeper, "PATCH", "/cis/srv-01/", b'{"status": "retired"}').status_code == 400
    assert ConfigurationItem.objects.get(key="srv-01").status == "in_use"
