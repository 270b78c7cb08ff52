"""One world in which every route has something to show: the cast, a ticket with all that can belong to one, and more.

The ticket is the requester's, at the service desk, referred to the supplier. `resolved` and `closed` are the
requester's too; `foreign` is the stranger's, whose organisation no team serves.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from accounts.services import create_token
from cmdb.models import RelationshipType
from cmdb.services import relate
from core.moves import perform
from incidents.models import Incident, PriorityScheme
from incidents.services import announce, open_incident
from tests.authorisation.expected import ROLES
from tests.factories import (
    CategoryFactory,
    CiClassFactory,
    ConfigurationItemFactory,
    LocationFactory,
    OrganisationFactory,
    ServiceFactory,
)
from tickets.models import CategoryQuestion
from tickets.services.canned import save_reply
from tickets.services.files import attach
from tickets.services.linking import add_ci, link
from tickets.services.referring import refer
from tickets.services.tasks import open_task
from tickets.services.viewing import save_view
from tickets.services.watching import watch
from tickets.services.words import add_comment

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000"
    "000049454e44ae426082"
)


@dataclass
class World:
    """What the routes are asked about."""

    cast: dict[str, User]
    ticket: Incident
    resolved: Incident
    closed: Incident
    another: Incident
    foreign: Incident
    keys: dict[str, Any]
    words: dict[str, Any]

    def parameters(self, route: Any, about: str = "ticket") -> dict[str, Any]:
        """The parts of a route's address: those of `keys` by the route's name, else by the part's."""
        number = getattr(self, about).number
        given: dict[str, Any] = {"number": number, "username": "carla", "kind": "incident", "name": "cancel"}
        given |= self.keys.get(route.name, {})
        return {name: given[name] for name in route.parameters}


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> dict[str, User]:
    return {role: request.getfixturevalue(role) for role in ROLES if role != "anonymous"}


def resolution(category: Any) -> dict[str, Any]:
    return {
        "resolution_code": "fixed",
        "resolution": "Turned it on.",
        "category": category,
        "resolved_ci": "none",
        "fix_kind": "permanent",
    }


@pytest.fixture
def world(cast, northgate, depot, elsewhere, supplier_organisation, desk, network) -> World:
    agent, requester = cast["agent"], cast["requester"]
    category = CategoryFactory(key="screens", name="Screens")
    LocationFactory(key="quay", name="Quay", organisation=northgate)
    OrganisationFactory(key="othercore", name="Othercore", kind=Organisation.Kind.SUPPLIER)
    CiClassFactory(key="service")
    web, _database, disk = (
        ConfigurationItemFactory(key=key, organisation=northgate) for key in ("web-01", "db-01", "disk-01")
    )
    service = ServiceFactory(key="printing", name="Printing", organisation=northgate, used_by=[northgate])
    runs_on, _new = RelationshipType.objects.get_or_create(
        key="runs-on", defaults={"name": "runs on", "reverse_name": "carries"}
    )
    edge = relate(source=web, target=disk, type=runs_on, actor=None)

    def opened(title: str, person: User = requester, **fields: Any) -> Incident:
        return open_incident(
            actor=fields.pop("actor", person), requester=person, title=title, channel="portal", **fields
        )

    ticket, another, resolved, closed = map(opened, ("The printer is dark", "Another printer", "Solved", "Done"))
    foreign = opened("Milk is sour", cast["stranger"])
    resolved = perform(resolved, "resolve", actor=agent, **resolution(category))
    closed = perform(perform(closed, "resolve", actor=agent, **resolution(category)), "close", actor=requester)

    perform(ticket, "escalate", actor=agent, team=network)
    ticket = perform(ticket, "escalate", actor=agent, team=desk)
    referral = refer(ticket=ticket, supplier=supplier_organisation, actor=agent, question="Is it the panel?")
    comment = add_comment(ticket=ticket, text="We look at it.", actor=agent, audience="requester")
    add_comment(ticket=ticket, text="It smells of burning.", actor=agent)
    add_comment(ticket=ticket, text="Which panel?", actor=agent, audience="supplier", supplier=supplier_organisation)
    picture = SimpleUploadedFile("screen.png", PIXEL, "image/png")
    (attachment,) = attach(ticket=ticket, files=[picture], actor=requester, audience="requester")
    theirs = SimpleUploadedFile("panel.png", PIXEL, "image/png")
    (for_supplier,) = attach(
        ticket=ticket, files=[theirs], actor=agent, audience="supplier", supplier=supplier_organisation
    )
    task = open_task(ticket=ticket, title="Look behind it", actor=agent)
    tie = link(source=ticket, target=another, actor=agent)
    add_ci(ticket=ticket, ci=web, actor=agent)
    watch(ticket=ticket, user=requester, actor=requester)
    announcement = announce(actor=agent, title="Printing is slow", organisation=northgate)
    token, _text = create_token(owner=agent, actor=agent, name="A script", scopes=["*"])
    view = save_view(page="incidents", name="Mine", query="", actor=agent, check=lambda query: [])
    reply = save_reply(title="Thanks", text="Thank you.", actor=cast["administrator"])
    question = CategoryQuestion.objects.create(category=category, text="Since when?", kind="text")
    scheme = PriorityScheme.objects.first()

    ticket.refresh_from_db()
    below = "api-incidents-"
    keys: dict[str, dict[str, Any]] = {
        "account_reset_password_from_key": {"uidb36": "1", "key": "abc-def"},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
        "openid_connect_login": {"provider_id": "none"},
        "openid_connect_callback": {"provider_id": "none"},
        **{
            f"administration-{name}": {"key": "screens", "pk": question.pk, "way": "up"}
            for name in (
                "category",
                "category-retire",
                "category-restore",
                "question",
                "question-add",
                "question-move",
                "question-remove",
            )
        },
        **{f"administration-reply{name}": {"pk": reply.pk} for name in ("", "-retire", "-restore")},
        **{f"administration-priority{name}": {"pk": scheme.pk if scheme else 1} for name in ("", "-remove")},
        "administration-organisation": {"key": "northgate-depot"},
        "administration-location": {"key": "quay"},
        **{
            name: {"key": "desk"}
            for name in (
                "administration-team",
                "administration-team-member-add",
                "team",
                "handover-team",
                "handover-take",
                "handover-note",
            )
        },
        "administration-team-member-remove": {"key": "desk", "username": "mara"},
        "administration-team-member-return": {"key": "desk", "username": "mara"},
        "administration-integration-token-revoke": {"key": token.key},
        "profile-token-revoke": {"key": token.key},
        "person": {"username": "ben"},
        "metrics-person": {"username": "mara"},
        "metrics-export": {"panel": "figures"},
        "incident-edit": {"part": "words"},
        "file": {"key": attachment.key},
        "incidents-view-name": {"pk": view.pk},
        "incidents-view-restore": {"pk": view.pk},
        "incidents-view-change": {"pk": view.pk, "verb": "default"},
        "ticket-part": {"part": "task"},
        "ticket-task-move": {"task_number": task.number, "name": "start"},
        "ticket-unlink": {"pk": tie.pk},
        "ticket-item": {"key": "web-01", "verb": "exclude"},
        "ticket-referral": {"pk": referral.pk, "verb": "chase"},
        **{name: {"pk": announcement.pk} for name in ("announcement", "announcement-end")},
        **{name: {"key": "web-01", "name": "retire"} for name in ("ci", "ci-edit", "ci-move", "ci-relationship-new")},
        "ci-relationship-remove": {"key": "web-01", "pk": edge.pk},
        "ci-relationship-restore": {"key": "web-01", "source": "db-01", "type": "runs-on", "target": "disk-01"},
        "service": {"key": "printing"},
        "administration-ci-class": {"key": "server"},
        "administration-relationship-type": {"key": "runs-on"},
        "api-cis-moves": {"key": "web-01"},
        "api-cis-move": {"key": "web-01", "move": "retire"},
        "api-services-moves": {"key": "printing"},
        "api-services-move": {"key": "printing", "move": "retire"},
        "portal-affected": {"pk": announcement.pk},
        "api-people-one": {"key": "ben"},
        "api-teams-one": {"key": "desk"},
        "api-organisations-one": {"key": "northgate"},
        "api-locations-one": {"key": "quay"},
        "api-cis-one": {"key": "web-01"},
        "api-services-one": {"key": "printing"},
        "api-ci-classes-one": {"key": "server"},
        "api-relationship-types-one": {"key": "runs-on"},
        "api-relationships-one": {"key": edge.pk},
        "api-categories-one": {"key": "screens"},
        "api-priority-schemes-one": {"key": scheme.pk if scheme else 1},
        "api-metrics-one": {"name": "resolve"},
        f"{below}move": {"move": "take"},
        f"{below}attachments-one": {"key": attachment.key},
        f"{below}content": {"key": attachment.key},
        f"{below}links-one": {"key": tie.pk},
        f"{below}watchers-one": {"key": "ben"},
        f"{below}cis-one": {"key": "web-01"},
        f"{below}comments-one": {"key": comment.pk},
        **{f"{below}{name}": {"key": referral.pk} for name in ("referrals-one", "chase", "return")},
        **{
            f"{below}{name}": {"key": task.number, "move": "start"} for name in ("tasks-one", "task-moves", "task-move")
        },
        "file-for-supplier": {"key": for_supplier.key},
    }
    words = {
        "@another": another.number,
        "@server": web.ci_class_id,
        "@service": service.ci_class_id,
        "@reply": reply.pk,
        "@impact": runs_on.impact,
    }
    return World(cast, ticket, resolved, closed, another, foreign, keys, words)
