"""Recording what happened, and telling those who subscribed.

`record` writes the activity and its deliveries in the caller's transaction, and calls the `@during` handlers with the
list of activities that it has just written; an error in one of them aborts the transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from core import outbox
from core.context import current
from core.copying import assign_keys, copy_in
from core.models import Activity, Delivery
from core.subscriptions import during_handlers, subscribers_of


class Subject(Protocol):
    """What an activity can be about."""

    pk: Any
    subject_kind: str


@dataclass
class Happening:
    """An activity to be recorded: the arguments of `record`, for batches."""

    verb: str
    subject: Subject
    actor: Any = None
    at: datetime | None = None
    changes: Mapping[str, list[Any]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    audience: str = Activity.Audience.INTERNAL
    version: int | None = None
    via: str | None = None


def record(verb: str, subject: Subject, **rest: Any) -> Activity:
    """Write one activity with its deliveries; see `Happening` for the arguments."""
    return record_all([Happening(verb, subject, **rest)])[0]


def record_all(happenings: Iterable[Happening]) -> list[Activity]:
    """Write several activities of one transaction, with their deliveries."""
    activities = _written_down(happenings)
    with transaction.atomic(savepoint=False):
        Activity.objects.bulk_create(activities, batch_size=2000)
        deliveries = [
            Delivery(activity_id=activity.pk, subscriber=name)
            for activity in activities
            for name in subscribers_of(activity.verb)
        ]
        if deliveries and current().delivers:
            Delivery.objects.bulk_create(deliveries, batch_size=2000)
            transaction.on_commit(outbox.nudge, robust=True)
        for handler in during_handlers():
            handler(activities)
    return activities


def record_past(happenings: Iterable[Happening]) -> list[Activity]:
    """Write the activities of a past history by COPY. They are born delivered: subscribers are not told of the past."""
    activities = _written_down(happenings)
    with transaction.atomic():
        assign_keys(Activity, activities)
        copy_in(Activity, activities)
        for handler in during_handlers():
            handler(activities)
    return activities


def _written_down(happenings: Iterable[Happening]) -> list[Activity]:
    context, now = current(), timezone.now()
    return [
        Activity(
            verb=each.verb,
            subject_kind=each.subject.subject_kind,
            subject_id=each.subject.pk,
            actor=each.actor,
            via=each.via or context.via,
            audience=each.audience,
            at=each.at or now,
            changes=dict(each.changes),
            data={**each.data, **({"token": context.token} if context.token else {})},
            version=each.version,
            request_id=context.request_id,
        )
        for each in happenings
    ]
