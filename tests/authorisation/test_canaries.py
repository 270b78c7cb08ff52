"""Words that somebody may not read stand in nothing that they get: each secret holds a word of its own to look for."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Membership
from core import outbox
from core.moves import perform
from incidents.models import Incident
from incidents.services import open_incident
from notifications import mails
from tests.authorisation.asking import TABLE, Asker
from tests.authorisation.expected import READS, ROLES
from tests.authorisation.routes import Route, routes
from tests.authorisation.world import PIXEL, World
from tests.factories import ConfigurationItemFactory, LocationFactory, ServiceFactory, TeamFactory
from tickets.services.canned import save_reply
from tickets.services.drafting import save_draft
from tickets.services.files import attach
from tickets.services.handing_over import write_note
from tickets.services.linking import link, set_parent
from tickets.services.restricting import restrict
from tickets.services.tasks import open_task
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db

READS_INTERNAL = tuple(role for role in READS if role != "cab_member")  # who is of no team sees no such ticket
EVERYWHERE = ("auditor", "administrator")
OUTSIDE = ("stranger", *EVERYWHERE)
CIRCLE = ("agent", "manager", "integration", "colleague")
"""For whom the restricted ticket is: the service desk's, and the colleague who reported it."""


@dataclass
class Secrets:
    """Each secret word, and who may come across it."""

    may_see: dict[str, tuple[str, ...]] = field(default_factory=dict)
    restricted: Incident | None = None

    def kept(self, name: str, *roles: str) -> str:
        word = f"CANARY{name.upper()}YRANAC"
        self.may_see[word] = roles
        return word

    def seen_in(self, text: bytes | str, role: str) -> list[str]:
        """The words that stand there and should not."""
        folded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return [word for word, roles in self.may_see.items() if word in folded.upper() and role not in roles]


@pytest.fixture
def secrets(world, desk, network, northgate, elsewhere, supplier_organisation) -> Secrets:
    """Secrets of every sort around the world's tickets."""
    kept, people = Secrets(), world.cast
    agent = people["agent"]
    _name_what_is_elsewhere(kept, world, elsewhere)
    ticket = perform(world.ticket, "take", actor=agent)
    add_comment(ticket=ticket, text=f"palladium {kept.kept('note', *READS_INTERNAL)}", actor=agent)
    supplier_word = kept.kept("forsupplier", *READS_INTERNAL, "supplier")
    add_comment(
        ticket=ticket, text=f"palladium {supplier_word}", actor=agent, audience="supplier",
        supplier=supplier_organisation,
    )  # fmt: skip
    name = kept.kept("filename", *READS_INTERNAL)
    attach(ticket=ticket, files=[SimpleUploadedFile(f"palladium {name}.png", PIXEL, "image/png")], actor=agent)
    open_task(ticket=ticket, title=f"palladium {kept.kept('task', *READS_INTERNAL)}", actor=agent)
    write_note(ticket=ticket, team=desk, note=kept.kept("handover", "agent", "manager", "integration"), actor=agent)
    save_draft(ticket=ticket, actor=agent, text=kept.kept("draft", "agent"))
    of_its_team, keep_replies, read_the_audit = ("second_line", "change_manager"), ("manager",), ("auditor",)
    title = kept.kept("canned", *of_its_team, *keep_replies, *read_the_audit, "administrator")
    save_reply(title=title, text="-", team=network, actor=people["second_line"])
    ticket = perform(
        ticket, "hold", actor=agent, hold_reason="requester", hold_awaits=kept.kept("awaits", *READS_INTERNAL)
    )

    restricted = open_incident(
        actor=people["colleague"],
        requester=people["colleague"],
        title=f"palladium {kept.kept('restrictedtitle', *CIRCLE)}",
        description=f"palladium {kept.kept('restricteddescription', *CIRCLE)}",
        channel="portal",
    )
    restricted = restrict(
        ticket=restricted, teams=[desk], actor=agent, reason=kept.kept("reason", "agent", "manager", "integration")
    )
    kept.may_see[restricted.number] = CIRCLE
    link(source=ticket, target=restricted, actor=agent)
    set_parent(child=ticket, parent=restricted, actor=agent)
    add_comment(
        ticket=restricted,
        text=f"palladium {kept.kept('restrictednote', 'agent', 'manager', 'integration')}",
        actor=agent,
    )
    kept.restricted = restricted
    kept.may_see[supplier_organisation.name.upper()] = (*READS, "supplier")
    return kept


def _name_what_is_elsewhere(kept: Secrets, world: World, elsewhere: Any) -> None:
    """An organisation that no team serves: its name, people, tickets, items, services, team."""
    stranger = world.cast["stranger"]
    elsewhere.name = f"palladium {kept.kept('organisation', *OUTSIDE)}"
    elsewhere.save(update_fields=["name"])
    stranger.name = f"palladium {kept.kept('person', *OUTSIDE)}"
    stranger.email = f"{kept.kept('address', *OUTSIDE).lower()}@example.org"
    stranger.save(update_fields=["name", "email"])
    foreign = kept.kept("foreign", *OUTSIDE)
    team = TeamFactory(key="far-team", name="Far team", serves=[elsewhere])
    Incident.objects.filter(pk=world.foreign.pk).update(title=f"palladium {foreign}", team=team, owning_team=team)
    kept.may_see[world.foreign.number] = OUTSIDE
    ConfigurationItemFactory(key="far-01", name=f"palladium {kept.kept('item', *EVERYWHERE)}", organisation=elsewhere)
    ServiceFactory(
        key="far", name=f"palladium {kept.kept('service', *OUTSIDE)}", organisation=elsewhere, used_by=[elsewhere]
    )
    LocationFactory(
        key="far-away", name=f"palladium {kept.kept('location', *READS, 'stranger')}", organisation=elsewhere
    )


QUERIES: dict[str, tuple[str, ...]] = {
    "incidents": ("?all=1", "?q=palladium", "?export=csv", "?export=xlsx", "?q=palladium&export=csv"),
    "search": ("?q=palladium", "?q=palla"),
    "palette": ("?q=palladium", "?q=palla"),
    "people-find": ("?q=palladium", "?q=palla"),
    "cis": ("?q=palladium", "?export=csv"),
    "cis-find": ("?q=palladium",),
    "services": ("?q=palladium",),
    "incident-similar": ("?title=palladium",),
    "portal-suggestions": ("?title=palladium",),
    "portal-tickets": ("?q=palladium", "?show=done", "?of=organisation"),
    "ticket-mentions": ("?q=palladium", "?q="),
    "incidents-live": ("?since=0",),
}
"""What is asked besides the plain address."""
API_QUERIES = ("?limit=500", "?search=palladium", "?search=palla")
EXPANDED = ("api-incidents", "api-incidents-one", "api-tickets", "api-tickets-one", "api-teams", "api-people")


def crawl(asker: Asker, secrets: Secrets) -> Iterator[tuple[str, bytes]]:
    """Every GET of every route, about every ticket, with what can be asked: the address and the whole answer."""
    for route in routes():
        expected = TABLE[route.name].get("GET")
        if expected is None or route.name.startswith(("account_", "mfa_", "socialaccount_", "openid_")):
            continue
        for query, changed in _variants(route, asker.world, secrets):
            answer = asker.look(route, expected, query, **changed)
            if answer.get("Location", "").startswith(reverse("account_login")):
                continue  # it repeats the address that was asked for
            assert answer.status_code < 500 or route.name == "readyz", (route.name, query, changed)
            yield f"{route.name} {changed or ''}{query}", _readable(answer) + str(answer.headers).encode()


def _variants(route: Route, world: World, secrets: Secrets) -> Iterable[tuple[str, dict[str, Any]]]:
    yield "", {}
    if "number" in route.parameters:
        assert secrets.restricted
        yield "", {"number": secrets.restricted.number}
        yield "", {"number": world.foreign.number}
    if route.name in ("team", "api-teams-one"):
        yield "", {"key": "far-team"}
    if route.name in ("person", "metrics-person"):
        yield "", {"username": "otto"}
    for query in QUERIES.get(route.name, ()):
        yield query, {}
    if route.is_api and not route.parameters and route.name not in ("api-schema", "api-docs", "api-me", "api-metrics"):
        for query in API_QUERIES:
            yield query, {}


def _readable(answer: Any) -> bytes:
    if answer.whole[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.whole)) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    return answer.whole


OUTSIDERS = ("requester", "second_line", "supplier")
"""Of whom each has something to come across; the others are asked with the slow tests."""


@pytest.mark.parametrize(
    "role", [role if role in OUTSIDERS else pytest.param(role, marks=pytest.mark.slow) for role in ROLES]
)
def test_nobody_comes_across_what_is_not_for_them(role: str, world: World, secrets: Secrets) -> None:
    asker = Asker(world, role)

    found = [f"{at}: {word}" for at, text in crawl(asker, secrets) for word in secrets.seen_in(text, role)]

    assert not found, "\n".join(["", *found])


@pytest.mark.slow
def test_who_may_come_across_them_does(world: World, secrets: Secrets) -> None:
    asker = Asker(world, "agent")
    everything = b"".join(text for _at, text in crawl(asker, secrets)).decode("utf-8", "replace").upper()

    missing = [word for word, roles in secrets.may_see.items() if "agent" in roles and word not in everything]

    assert missing == []


def test_mails_carry_nothing_that_is_not_for_their_readers(world: World, secrets: Secrets) -> None:
    by_address = {person.email: role for role, person in world.cast.items()}
    outbox.sweep_deliveries()
    mails.send_due()

    found = [
        f"to {address}: {word} in {sent.subject}"
        for sent in mail.outbox
        for address in sent.to
        for word in secrets.seen_in(
            f"{sent.subject}\n{sent.message().as_string()}\n{sent.body}", by_address.get(address, "")
        )
    ]

    assert mail.outbox
    assert not found, "\n".join(["", *found])


@pytest.mark.slow
def test_whoever_leaves_the_team_sees_no_more_with_the_same_session_and_token(world: World, secrets: Secrets) -> None:
    asker = Asker(world, "second_line")
    before = b"".join(text for _at, text in crawl(asker, secrets)).decode("utf-8", "replace").upper()
    Membership.objects.filter(user=world.cast["second_line"]).delete()
    known_to_the_desk = ("CANARYLOCATIONYRANAC", "NETCORE")
    secrets.may_see = {word: () for word in secrets.may_see if word not in known_to_the_desk}

    found = [f"{at}: {word}" for at, text in crawl(asker, secrets) for word in secrets.seen_in(text, "second_line")]

    assert "CANARYNOTEYRANAC" in before
    assert not found, "\n".join(["", *found])
