"""Disturbances made known in the portal: announced, updated, ended, and who says "me too"."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import User
from accounts.roles import DESK
from core.activity import record
from core.exceptions import AnswersMissing, Refused
from core.moves import shown
from incidents.models import Announcement

EDITABLE = (
    "title",
    "text",
    "service",
    "organisation",
    "incident",
    "state",
    "started_at",
    "next_word_at",
    "expected_end_at",
)


@transaction.atomic
def announce(*, actor: User, title: str, started_at: datetime | None = None, **fields: Any) -> Announcement:
    """Make a disturbance known in the portal."""
    _may(actor)
    if not title.strip():
        raise AnswersMissing({"title": [_("Say in a few words what is wrong.")]})
    announcement = Announcement.objects.create(
        title=title.strip(), started_at=started_at or timezone.now(), created_by=actor, **fields
    )
    record("announcement.made", announcement, actor=actor, data={"title": announcement.title})
    return announcement


@transaction.atomic
def update_announcement(*, announcement: Announcement, actor: User, **fields: Any) -> Announcement:
    """Change what people are told."""
    _may(actor)
    if unknown := sorted(set(fields) - set(EDITABLE)):
        raise AnswersMissing({name: [_("This cannot be changed.")] for name in unknown})
    if "title" in fields and not fields["title"].strip():
        raise AnswersMissing({"title": [_("Say in a few words what is wrong.")]})
    announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if announcement.ended_at is not None:
        raise Refused(_("This is over already; make a new announcement."))
    columns = {each.name: each for each in Announcement._meta.concrete_fields}
    changes = {}
    for name, value in fields.items():
        column = columns[name]
        before = getattr(announcement, column.attname)
        setattr(announcement, name, value)
        if before != getattr(announcement, column.attname):
            changes[name] = [shown(column, before), shown(column, getattr(announcement, column.attname))]
    if changes:
        announcement.save(update_fields=list(changes))
        record("announcement.updated", announcement, actor=actor, changes=changes)
    return announcement


@transaction.atomic
def end_announcement(*, announcement: Announcement, actor: User | None, at: datetime | None = None) -> Announcement:
    """Say that the disturbance is over. Twice is the same as once."""
    if actor is not None:
        _may(actor)
    announcement = Announcement.objects.select_for_update().get(pk=announcement.pk)
    if announcement.ended_at is None:
        announcement.ended_at = at or timezone.now()
        announcement.save(update_fields=["ended_at"])
        record("announcement.ended", announcement, actor=actor, at=at)
    return announcement


def say_affected(*, announcement: Announcement, actor: User) -> int:
    """A person says that it affects them too; how many did. Twice is the same as once."""
    if announcement.ended_at is not None:
        raise Refused(_("This is over already."))
    announcement.affected.add(actor)
    return announcement.affected.count()


def _may(actor: User) -> None:
    if not access_of(actor).roles & DESK:
        raise PermissionDenied(_("You may not announce disturbances."))
