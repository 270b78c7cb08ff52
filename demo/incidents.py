"""Ninety days of incidents, each made by the services and moves that people use, at past times."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import Team, User
from core.moves import perform
from demo.company import Company
from demo.estate import Estate
from demo.stories import STORIES, Story
from incidents.models import Incident
from incidents.services import open_incident
from tickets.models import Category
from tickets.services.referring import refer
from tickets.services.tasks import open_task
from tickets.services.words import add_comment

COUNT = 600
DAYS = 90
PRESENT_DAYS = 6
ENDINGS = (
    *["new"] * 14,
    *["disturbance"] * 4,
    *["taken"] * 18,
    *["escalated"] * 8,
    *["with second line"] * 8,
    "asked",
    *["asked later"] * 8,
    *["at the supplier"] * 2,
    *["observed"] * 3,
)
"""How the incidents of the last days stand now: what an agent finds in the queue."""
LABELS = next(story for story in STORIES if story.service == "printing")
REQUESTERS = (
    "ben", "oliver", "carla", "nadia", "isak", "petra", "henk", "laura", "david", "vera", "amir", "julia", "owen",
    "mila", "stefan", "linnea", "kofi", "rosa",
)  # fmt: skip
DESK = ("mara", "tom", "jana", "pieter", "sam")
SECOND_LINE = {
    "applications": ("elif", "luca", "aisha"),
    "network": ("nils", "yuki"),
    "platform": ("ravi", "hanna"),
    "workplace": ("sofie", "marek"),
}


def make_incidents(company: Company, estate: Estate, random: Random, count: int = COUNT) -> int:
    """Live through the incidents one by one; how many. Nothing lies in the future."""
    categories = {each.key: each for each in Category.objects.all()}
    weights = [story.weight for story in STORIES]
    now = timezone.now()
    present = min(len(ENDINGS), count // 2)
    for moment in _moments(random, count - present, now, DAYS):
        story = random.choices(STORIES, weights)[0]
        _Life(story, moment, now, company, estate, categories, random).live()
    endings = random.sample(ENDINGS, present)
    for moment, ending in zip(_moments(random, present, now, PRESENT_DAYS), endings, strict=True):
        story = {"disturbance": STORIES[0], "asked": LABELS}.get(ending) or random.choices(STORIES, weights)[0]
        life = _Life(story, moment, now, company, estate, categories, random, "ben" if ending == "asked" else "")
        life.live_until("asked" if ending == "asked later" else ending)
    return count


def _moments(random: Random, count: int, now: datetime, days: int) -> Iterator[datetime]:
    """Opening times in order over the last days: mostly office hours of working days, the last hours included."""
    found: list[datetime] = []
    while len(found) < count:
        at = now - timedelta(minutes=random.randint(4, days * 24 * 60))
        if days < DAYS and random.random() < 0.5:
            at = now - timedelta(minutes=random.randint(4, 20 * 60))
        busy = at.weekday() < 5 and 6 <= at.hour <= 17
        if busy or random.random() < 0.08:
            found.append(at)
    return iter(sorted(found))


class _Life:
    """One incident's life, step by step, until it ends or reaches the present."""

    def __init__(
        self,
        story: Story,
        opened_at: datetime,
        now: datetime,
        company: Company,
        estate: Estate,
        categories: dict[str, Category],
        random: Random,
        requester: str = "",
    ) -> None:
        self.requester = company.people[requester or random.choice(REQUESTERS)]
        self.story, self.at, self.now = story, opened_at, now
        self.company, self.estate, self.categories, self.random = company, estate, categories, random
        self.agent = self._desk_agent()
        self.incident: Incident = self._open()

    def live(self) -> None:
        fate = self.random.random()
        if fate < 0.03:
            if self._pass(20, 90):
                self._move("cancel", reason="Reported by mistake.")
            return
        if not self._pass(3, 70):
            return
        self._move("take")
        if self.random.random() < 0.75:
            self._say("We are looking into it.", "requester")
        if self.story.team and self.random.random() < 0.5 and not self._escalate():
            return
        if self._pass(10, 90):
            self._say(self.story.finding, "internal", kind="action_taken")
        if self.random.random() < 0.25 and not self._ask_requester():
            return
        if not self._work() or not self._resolve():
            return
        self._after()

    def live_until(self, ending: str) -> None:
        """Live only as far as the ending says, and stay there."""
        if ending == "new" or not self._pass(1, 3):
            return
        self._move("take")
        if ending == "disturbance":
            self._say("We see the same delay from here and treat it as high priority.", "requester")
            self._say(self.story.finding, "internal", kind="action_taken")
        elif ending in ("escalated", "with second line"):
            team = self.company.teams[self.story.team or "applications"]
            self._move("escalate", team=team, reason="Beyond what the desk can see.")
            if ending == "with second line":
                self.agent = self.company.people[SECOND_LINE[team.key][0]]
                self._move("take")
        elif ending == "asked":
            self._say(self.story.question, "requester")
            self._move("hold", hold_reason="requester", hold_awaits=self.story.question[:200])
        elif ending == "at the supplier":
            refer(
                ticket=self.incident, supplier=self.company.organisations["harbourline"], actor=self.agent,
                reference="HL-48213", question="Is the line to Rotterdam down?", at=self.at,
            )  # fmt: skip
            self._move("hold", hold_reason="supplier", hold_awaits="Their technician calls back.")
        elif ending == "observed":
            self._move("hold", hold_reason="observing", wake_at=self.now + timedelta(hours=20))

    def _pass(self, least: float, most: float) -> bool:
        """Let minutes pass, mostly few; False when that would lie in the future."""
        spread = math.exp(self.random.gauss(0, 0.6))
        moment = self.at + timedelta(minutes=min(least + (most - least) * 0.4 * spread, most * 3))
        if moment >= self.now:
            return False
        self.at = moment
        return True

    def _move(self, name: str, actor: User | None = None, **answers: Any) -> None:
        self.incident = perform(self.incident, name, actor=actor or self.agent, at=self.at, **answers)

    def _say(self, text: str, audience: str, actor: User | None = None, kind: str = "comment") -> None:
        self.at = min(self.at + timedelta(seconds=self.random.randint(20, 240)), self.now - timedelta(seconds=1))
        add_comment(
            ticket=self.incident, text=text, actor=actor or self.agent, audience=audience, kind=kind, at=self.at
        )

    def _desk_agent(self) -> User:
        return self.company.people[self.random.choice(DESK)]

    def _open(self) -> Incident:
        story, random = self.story, self.random
        requester = self.requester
        channel = random.choices(("portal", "phone", "agent", "walk_in"), (55, 30, 8, 7))[0]
        items = self.estate.of_service.get(story.service, [])
        return open_incident(
            actor=requester if channel == "portal" else self.agent,
            requester=requester,
            title=random.choice(story.titles),
            description=story.description,
            impact=random.choice(story.impact),
            urgency=random.choice(story.urgency),
            service=self.estate.services[story.service],
            category=self.categories[story.category],
            cis=random.sample(items, 1) if items and random.random() < 0.5 else (),
            team=self.company.teams["service-desk"],
            channel=channel,
            at=self.at,
            impact_started_at=self.at - timedelta(minutes=random.randint(5, 90)) if random.random() < 0.6 else None,
        )

    def _escalate(self) -> bool:
        team: Team = self.company.teams[self.story.team]
        if not self._pass(8, 60):
            return False
        self._move("escalate", team=team, reason="Beyond what the desk can see.")
        if not self._pass(10, 240):
            return False
        self.agent = self.company.people[self.random.choice(SECOND_LINE[self.story.team])]
        if self.random.random() < 0.07:
            self._move("return", reason="Not ours: please ask the requester first.")
            if not self._pass(5, 60):
                return False
            self.agent = self._desk_agent()
        self._move("take")
        return True

    def _ask_requester(self) -> bool:
        self._say(self.story.question, "requester")
        self._move("hold", hold_reason="requester", hold_awaits=self.story.question[:200])
        if not self._pass(30, 1500):
            return False
        self._say(self.story.answer, "requester", actor=self.incident.requester)
        self.incident = Incident.objects.get(pk=self.incident.pk)
        return self.incident.status == "in_progress"

    def _work(self) -> bool:
        random = self.random
        if random.random() < 0.08:
            open_task(ticket=self.incident, title="Check again after ten minutes", actor=self.agent, at=self.at)
        if random.random() < 0.05:
            self._move("hold", hold_reason="observing", wake_at=self.at + timedelta(days=1))
            if not self._pass(300, 1400):
                return False
            self._move("resume")
        hardest = {1: 180, 2: 400, 3: 1500, 4: 3000, 5: 6000}[self.incident.priority]
        return self._pass(15, hardest)

    def _resolve(self) -> bool:
        items = list(self.incident.cis.all()[:1])
        self._move(
            "resolve",
            resolution_code="workaround" if self.random.random() < 0.15 else "fixed",
            resolution=self.story.resolution,
            category=self.incident.category or self.categories[self.story.category],
            resolved_ci=items[0] if items else "none",
            fix_kind="workaround" if self.random.random() < 0.2 else "permanent",
        )
        return True

    def _after(self) -> None:
        """Reopened now and then; confirmed by some; the rest closes by itself after five days."""
        if self.random.random() < 0.05 and self._pass(60, 1500):
            self._move("reopen", actor=self.incident.requester, reason="It is back, just the same.")
            if not self._pass(30, 600) or not self._resolve():
                return
        if self.random.random() < 0.4 and self._pass(20, 1400):
            self._move("close", actor=self.incident.requester)
            return
        if self.at + timedelta(days=5) < self.now:
            self.at += timedelta(days=5)
            self.incident = perform(self.incident, "close", actor=None, at=self.at)
