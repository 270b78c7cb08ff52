"""What is hidden from somebody leaves no trace: no count, order, facet, figure or filter differs for its being there."""

import re
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Organisation
from incidents.services import open_incident
from metrics import rollups
from tests.authorisation.asking import TABLE, Asker
from tests.authorisation.routes import routes
from tests.authorisation.world import World
from tests.factories import UserFactory
from tickets.services.restricting import restrict

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

API_ORACLES = (
    "?count=exact", "?limit=1", "?search=zirconium", "?ordering=-updated_at&limit=2", "?title__contains=zirc",
    "?priority__in=1,2,3,4,5&count=exact", "?requester=otto&count=exact", "?is_restricted=true&count=exact",
)  # fmt: skip
PAGE_ORACLES: dict[str, tuple[str, ...]] = {
    "incidents": ("?all=1", "?q=zirconium", "?all=1&restricted=true", "?all=1&sort=-opened_at", "?export=csv&all=1"),
    "incidents-live": ("?since=0",),
    "incident-similar": ("?title=zirconium",),
    "search": ("?q=zirconium", "?q=zirconum"),
    "palette": ("?q=zirconium",),
    "metrics": ("?by=organisation", "?by=team", "?figure=inflow"),
    "portal-tickets": ("?q=zirconium", "?of=organisation"),
    "portal-suggestions": ("?title=zirconium",),
}
VARIES = re.compile(
    rb"csrfmiddlewaretoken[^>]*>|X-CSRFToken[^}]*}|since=\d+|data-since=\"\d+\"|nonce=\"[^\"]*\"|Updated [^<]*<"
)
"""A page's own token, and the newest primary key of the whole desk, which says how many tickets there are and no more."""


def asked(asker: Asker) -> dict[str, bytes]:
    """Every GET with every oracle, and what came back but for what differs anyhow."""
    answers = {}
    for route in routes():
        expected = TABLE[route.name].get("GET")
        if expected is None or route.name.startswith(
            ("account_", "mfa_", "social", "openid_", "readyz", "prometheus", "profile-tokens")
        ):
            continue
        oracles = API_ORACLES if route.name in ("api-incidents", "api-tickets") else PAGE_ORACLES.get(route.name, ())
        for query in ("", *oracles):
            answer = asker.look(route, expected, query)
            answers[f"{route.name}{query}"] = VARIES.sub(b"", answer.whole)
    return answers


@pytest.mark.parametrize("role", ["requester", "second_line", "supplier", "cab_member"])
def test_what_is_hidden_changes_nothing_that_is_seen(
    role: str, world: World, desk: Any, elsewhere: Organisation
) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        rollups.refresh()
        asker = Asker(world, role)
        before = asked(asker)

        hidden = [
            open_incident(
                actor=world.cast[who], requester=world.cast[who], title="zirconium zirconium", channel="portal"
            )
            for who in ("colleague", "colleague", "manager")
        ]
        for each in hidden:
            restrict(ticket=each, teams=[desk], actor=world.cast["agent"], reason="Personnel")
        rollups.refresh()
        after = asked(asker)

    assert UserFactory._meta.model.objects.count() == len(world.cast)
    assert [name for name in before if before[name] != after[name]] == []
