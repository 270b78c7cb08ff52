"""Made-up tickets in bulk: words as unevenly spread as in a language, lives as long as incidents have them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from accounts.models import Membership, Team, User
from cmdb.models import Service
from core.activity import Happening
from core.models import Activity
from core.moves import replay
from incidents.models import Incident
from tickets.bulk import insert_rows, insert_tickets
from tickets.models import Assignment, Category, Comment

RARE, COMMON = "zephyrine", "printer"
COMMON_EVERY = 13
"""A thirteenth of all tickets has the common word: 77,000 of a million."""

COMMENTED_EVERY = 5
SYLLABLES = (
    "ba",
    "cor",
    "den",
    "fi",
    "gra",
    "hol",
    "ist",
    "jun",
    "kel",
    "lom",
    "mer",
    "nos",
    "pra",
    "qui",
    "ros",
    "tav",
)
STATES = {"closed": 90, "resolved": 3, "in_progress": 4, "on_hold": 1, "new": 2}
STAGES = {"closed": "closed", "resolved": "resolved", "in_progress": "open", "on_hold": "waiting", "new": "open"}
CODES = ("fixed", "fixed", "fixed", "advice", "workaround")
MOVES = (
    ("acknowledged_at", "started", "in_progress"),
    ("resolved_at", "resolved", "resolved"),
    ("closed_at", "closed", "closed"),
)


class Maker:
    """Makes the same tickets for the same seed, but for the clock."""

    def __init__(self, dice: Random, *, rare_every: int) -> None:
        self.dice, self.rare_every, self.made = dice, rare_every, 0
        self.people = list(User.objects.filter(organisation__isnull=False).exclude(organisation__kind="supplier"))
        self.teams = list(Team.objects.filter(supplier=None))
        self.members: dict[int, list[int]] = {}
        for team_id, user_id in Membership.objects.values_list("team_id", "user_id"):
            self.members.setdefault(team_id, []).append(user_id)
        self.services = list(Service.objects.values_list("pk", flat=True))
        self.categories = list(Category.objects.values_list("pk", flat=True))
        self.words = ["".join(dice.choices(SYLLABLES, k=dice.choice((2, 2, 3, 4)))) for _ in range(4_000)]
        self.shares = list(accumulate(1 / (rank + 10) for rank in range(len(self.words))))
        self.states, self.state_shares = list(STATES), list(accumulate(STATES.values()))

    def write(self, moments: Sequence[datetime], now: datetime) -> None:
        """Write a ticket opened at each of these moments."""
        incidents = [self._incident(moment, now) for moment in moments]
        insert_tickets(incidents)
        comments = [
            each for n, incident in enumerate(incidents) if n % COMMENTED_EVERY == 0 for each in self._said(incident)
        ]
        insert_rows(comments)
        insert_rows([self._stretch(incident) for incident in incidents])
        replay([happening for incident in incidents for happening in _past(incident)])

    def _incident(self, opened_at: datetime, now: datetime) -> Incident:
        dice, number = self.dice, self.made
        self.made += 1
        state = dice.choices(self.states, cum_weights=self.state_shares)[0]
        requester, team = dice.choice(self.people), dice.choice(self.teams)
        assignee_id = dice.choice(self.members[team.pk]) if state != "new" else None
        title = self._some_words(4)
        if number % COMMON_EVERY == 0:
            title = f"{title} {COMMON}"
        description = self._some_words(25)
        if number % self.rare_every == 0:
            description = f"{description} {RARE}"
        incident = Incident(
            kind="incident", title=title.capitalize(), description=description, status=state, stage=STAGES[state],
            priority=dice.choices((1, 2, 3, 4, 5), (1, 8, 30, 50, 11))[0], impact=dice.choice((1, 2, 3)),
            urgency=dice.choice((1, 2, 3)), channel=dice.choice(("portal", "phone", "mail", "agent")),
            requester_id=requester.pk, opened_by_id=requester.pk, organisation_id=requester.organisation_id,
            service_id=dice.choice(self.services), category_id=dice.choice(self.categories),
            owning_team_id=team.pk, team_id=team.pk, assignee_id=assignee_id, opened_at=opened_at,
            updated_at=opened_at, reported_at=opened_at, detected_at=opened_at, awaits_acceptance=state == "new",
        )  # fmt: skip
        incident.reader_ids = sorted({requester.pk, *([assignee_id] if assignee_id else [])})
        self._live(incident, now)
        return incident

    def _live(self, incident: Incident, now: datetime) -> None:
        """The moments that its state implies, none of them in the future."""
        dice = self.dice

        def later(moment: datetime, hours: float) -> datetime:
            return min(moment + timedelta(hours=dice.expovariate(1 / hours)), now)

        if incident.status == "new":
            return
        begun = later(incident.opened_at, 0.5)
        incident.acknowledged_at = incident.first_response_at = incident.work_started_at = begun
        incident.updated_at = begun
        if incident.status == "on_hold":
            incident.hold_reason, incident.held_at = "requester", begun
        if incident.status not in ("resolved", "closed"):
            return
        resolved = later(begun, 8)
        if incident.status == "resolved":
            resolved = max(resolved, now - timedelta(days=2))  # else it would be closed by itself
        incident.restored_at = incident.resolved_at = incident.updated_at = resolved
        incident.resolution, incident.resolution_code = "Restarted it.", dice.choice(CODES)
        incident.resolved_by_id = incident.assignee_id
        if incident.status == "closed":
            incident.closed_at = incident.updated_at = later(resolved, 100)

    def _some_words(self, count: int) -> str:
        return " ".join(self.dice.choices(self.words, cum_weights=self.shares, k=count))

    def _said(self, incident: Incident) -> list[Comment]:
        whom: list[tuple[Any, str]] = [(incident.requester_id, "requester"), (incident.assignee_id, "internal")]
        whom.append((incident.assignee_id, "requester"))
        return [
            Comment(ticket_id=incident.pk, author_id=author, text=self._some_words(15), audience=audience, via="page",
                    created_at=incident.opened_at + timedelta(minutes=20 * n))
            for n, (author, audience) in enumerate(whom)
        ]  # fmt: skip

    def _stretch(self, incident: Incident) -> Assignment:
        ended = incident.resolved_at
        return Assignment(
            ticket_id=incident.pk, team_id=incident.team_id, assignee_id=incident.assignee_id,
            assigned_at=incident.opened_at, accepted_at=incident.acknowledged_at, ended_at=ended,
            end=Assignment.End.RESOLVED if ended else "",
        )  # fmt: skip


def _past(incident: Incident) -> list[Happening]:
    """Opened, and the moves that its moments tell of."""
    happenings = [
        Happening("incident.opened", incident, None, incident.opened_at, {}, {"channel": incident.channel},
                  Activity.Audience.REQUESTER, 1, Activity.Via.IMPORT)
    ]  # fmt: skip
    before = "new"
    for moment, event, status in MOVES:
        if at := getattr(incident, moment):
            changes = {"status": [before, status]}
            happenings.append(Happening(f"incident.{event}", incident, None, at, changes, {"move": event}, version=2))
            before = status
    return happenings
