"""Telling people: what is written for whom when something happened, and what they do with it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from core import nudges
from core.models import Activity
from notifications.messages import message_id
from notifications.models import Mail, Notice, Notification, Preference
from notifications.notices import Wish, offered_to, strongest, wishes
from notifications.subjects import Entry, news, readable

MAIL_TASK = "notifications.tasks.send_mails"

PAST_FOR_MAIL = timedelta(hours=1)
PAST = timedelta(days=2)
"""What was recorded so long after it happened is history: an import, made-up data. It is news to nobody."""

KEPT_FOR = timedelta(days=180)
COUNTED = 100
"""The bell counts no further."""


@transaction.atomic
def notify(told: Mapping[Notice, Iterable[int]], *, activity: Activity) -> list[int]:
    """Tell people, by primary key, of an activity: in the product and by mail as each wants it, once per person.

    Each gets the strongest notice that names them. Left out are whoever did it, inactive people, accounts of
    integrations, and those who may not read it. Returns who was told.
    """
    late = activity.recorded_at - activity.at
    chosen = strongest(told)
    chosen.pop(activity.actor_id or 0, None)
    if late > PAST or not chosen:
        return []
    people = User.objects.filter(pk__in=chosen, is_active=True, is_integration=False)
    readers = [(person, found) for person in people if (found := news(person, [activity]).get(activity.pk))]
    wanted = wishes({person.pk: chosen[person.pk] for person, _news in readers})

    Notification.objects.bulk_create(
        [_notification(pk, chosen[pk], activity) for pk, wish in wanted.items() if wish.in_product],
        ignore_conflicts=True,
    )
    mails = [
        _mail(person, chosen[person.pk], activity, found.number)
        for person, found in readers
        if wanted[person.pk].by_mail and person.email
    ]
    if mails and late <= PAST_FOR_MAIL:
        Mail.objects.bulk_create(mails, ignore_conflicts=True)
        transaction.on_commit(lambda: nudges.nudge(MAIL_TASK), robust=True)
    return sorted(wanted)


def _notification(user_id: int, notice: Notice, activity: Activity) -> Notification:
    return Notification(
        user_id=user_id,
        activity_id=activity.pk,
        notice=notice,
        subject_kind=activity.subject_kind,
        subject_id=activity.subject_id,
        audience=activity.audience,
        created_at=activity.at,
    )


def _mail(person: User, notice: Notice, activity: Activity, number: str) -> Mail:
    return Mail(
        activity_id=activity.pk,
        user=person,
        notice=notice,
        address=person.email,
        message_id=message_id(number, activity.pk, person.pk),
        subject_kind=activity.subject_kind,
        subject_id=activity.subject_id,
    )


def unread_count(user: Any) -> int:
    """How many unread notifications the person has of what they may still read: two queries, at most `COUNTED`."""
    rows = Notification.objects.visible_to(user).unread().order_by("-created_at", "-id")
    pairs = rows.values_list("subject_kind", "activity_id", "subject_id", "audience")[:COUNTED]
    entries = [(kind, Entry(activity, subject, audience)) for kind, activity, subject, audience in pairs]
    return len(readable(user, entries)) if entries else 0


def mark_read(*, actor: User, ids: Iterable[int]) -> int:
    """Mark one's own notifications as read; how many were unread."""
    return Notification.objects.visible_to(actor).unread().filter(pk__in=list(ids)).update(read_at=timezone.now())


def mark_all_read(*, actor: User) -> int:
    return Notification.objects.visible_to(actor).unread().update(read_at=timezone.now())


def mark_subject_read(*, actor: User, kind: str, subject_id: int) -> int:
    """Mark what a person was told of one record as read: they are looking at it."""
    rows = Notification.objects.visible_to(actor).unread().filter(subject_kind=kind, subject_id=subject_id)
    return rows.update(read_at=timezone.now())


@transaction.atomic
def set_preferences(*, actor: User, wanted: Mapping[Notice, Wish]) -> None:
    """Keep what a person wants of each notice that can reach them; others are left as they are."""
    offered = set(offered_to(actor.access))
    Preference.objects.bulk_create(
        [
            Preference(user=actor, notice=notice, in_product=wish.in_product, by_mail=wish.by_mail)
            for notice, wish in wanted.items()
            if notice in offered
        ],
        update_conflicts=True,
        unique_fields=["user", "notice"],
        update_fields=["in_product", "by_mail"],
    )


def prune(limit: int = 10_000) -> int:
    """Delete notifications from long ago, read or not, at most `limit`: the timeline keeps what happened."""
    old = Notification.objects.filter(created_at__lt=Now() - KEPT_FOR).order_by("pk").values("pk")[:limit]
    return Notification.objects.filter(pk__in=old).delete()[0]
