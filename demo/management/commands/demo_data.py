"""Make the demo: Northgate Logistics with its people, services, items and ninety days of incidents."""

import time
from datetime import timedelta
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.context import acting
from demo.company import PASSWORD, Company, make_company
from demo.estate import Estate, make_estate
from demo.incidents import COUNT, make_incidents
from demo.stories import CANNED, CATEGORIES, QUESTIONS
from incidents.models import Incident
from incidents.services import announce
from metrics.rollups import rebuild
from tickets.models import CannedReply, Category, CategoryQuestion, Ticket


class Command(BaseCommand):
    help = "Make the demo data in an empty database."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--incidents", type=int, default=COUNT)
        parser.add_argument("--seed", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("There are people already; demo data are made in an empty database only.")
        started, random = time.monotonic(), Random(options["seed"])
        with acting(via="page", delivers=False), transaction.atomic():
            company = make_company()
            estate = make_estate(company, random)
            make_categories(company)
            made = make_incidents(company, estate, random, options["incidents"])
            make_family(company, estate)
        rebuild()
        people = len(company.people)
        seconds = time.monotonic() - started
        self.stdout.write(
            f"Northgate Logistics: {people} people, {len(company.teams)} teams, {len(estate.services)} services, "
            f"{len(estate.items)} items, {made} incidents, in {seconds:.0f} s.\n"
            f"Everybody's password is {PASSWORD}; sign in as mara, ben, sam or noor."
        )


def make_categories(company: Company) -> None:
    """The category tree, its scripts and the canned replies."""
    made: dict[str, Category] = {}
    for key, name, parent, restricted_to in CATEGORIES:
        made[key] = Category.objects.create(key=key, name=name, parent=made.get(parent or ""))
        made[key].restricted_to.set([company.teams[team] for team in restricted_to])
    for order, (category, text, kind, choices, is_required, is_for_requester) in enumerate(QUESTIONS):
        CategoryQuestion.objects.create(
            category=made[category], text=text, kind=kind, choices=choices, order=order, is_required=is_required,
            is_for_requester=is_for_requester,
        )  # fmt: skip
    for title, text in CANNED:
        CannedReply.objects.create(title=title, text=text)


def make_family(company: Company, estate: Estate) -> None:
    """A disturbance that is going on now: announced, one parent with the incidents that followed."""
    parent = (
        Incident.objects.filter(service__key="order-desk", stage="open", category__key="app-slow")
        .order_by("opened_at")
        .last()
    )
    if parent is None:
        return
    followers = Incident.objects.filter(service__key="order-desk", stage="open").exclude(pk=parent.pk)
    Ticket.objects.filter(pk__in=followers.values("pk")[:3]).update(parent_id=parent.pk)
    now = timezone.now()
    announcement = announce(
        actor=company.people["sam"],
        title="Order desk is slow",
        text="Saving an order can take 40 seconds. We know the cause and are working on it.",
        service=estate.services["order-desk"],
        incident=parent,
        started_at=max(parent.opened_at, now - timedelta(hours=3)),
        next_word_at=now + timedelta(minutes=45),
        expected_end_at=now + timedelta(hours=2),
    )
    announcement.affected.set([company.people[name] for name in ("oliver", "petra", "mila", "amir")])
