"""What a person reads on the page of notifications: the newest first, each with what they may read of it now."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.models import Activity
from notifications.models import Notification
from notifications.subjects import News, news

PER_PAGE = 30


@dataclass(frozen=True)
class Line:
    """One notification with its activity and what may be read of it."""

    notification: Notification
    activity: Activity
    news: News


@dataclass(frozen=True)
class Page:
    """A page of lines, and the key after which the next begins (None on the last)."""

    lines: Sequence[Line]
    next_before: int | None

    @property
    def etag(self) -> str:
        """Changes when anything that the lines show changes."""
        shown = [
            [
                line.notification.pk,
                line.notification.read_at is None,
                line.news.sentence,
                line.news.title,
                line.news.words,
            ]
            for line in self.lines
        ]
        return f'"{hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]}"'


def page_of(user: Any, *, unread_only: bool = False, before: int | None = None) -> Page:
    """The newest notifications, or those before a key. What the person may not read any more is left out."""
    rows = Notification.objects.visible_to(user).order_by("-pk")
    if unread_only:
        rows = rows.unread()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    activities = Activity.objects.select_related("actor").in_bulk([each.activity_id for each in shown])
    told = news(user, activities.values())
    lines = [
        Line(each, activities[each.activity_id], told[each.activity_id]) for each in shown if each.activity_id in told
    ]
    return Page(lines, shown[-1].pk if len(found) > PER_PAGE else None)
