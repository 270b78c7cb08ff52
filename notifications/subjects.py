"""The registry of what people can be told about. The app that owns a kind of record says who may read what of it.

Nothing of a record is kept in a notification or a mail that waits: its words are asked for here when they are shown or
sent, so that somebody who has lost sight of it since is told nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.models import Activity


@dataclass(frozen=True)
class Entry:
    """An activity by its key, subject and audience: enough to say whether somebody may read it."""

    activity_id: int
    subject_id: int
    audience: str


@dataclass(frozen=True)
class News:
    """What one person may read of one activity: the record, one sentence, and the words that were said, if any."""

    number: str
    title: str
    url: str
    sentence: str
    words: str = ""
    is_internal: bool = False


class Subject(Protocol):
    """What the owner of a kind of record answers."""

    def readable(self, user: Any, entries: Sequence[Entry]) -> set[int]:
        """The activities (by key) whose record and audience this person may read now. Cheap: each page asks."""

    def news(self, user: Any, activities: Sequence[Activity]) -> Mapping[int, News]:
        """What the person may read of each activity, by key; absent when nothing."""


_subjects: dict[str, Subject] = {}


def register(kind: str, subject: Subject) -> None:
    _subjects[kind] = subject


def readable(user: Any, entries: Iterable[tuple[str, Entry]]) -> set[int]:
    """Which activities of `entries` (kind and entry) this person may read now."""
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for kind, entry in entries:
        by_kind[kind].append(entry)
    found: set[int] = set()
    for kind, some in by_kind.items():
        if kind in _subjects:
            found |= _subjects[kind].readable(user, some)
    return found


def news(user: Any, activities: Iterable[Activity]) -> dict[int, News]:
    """What this person may read of these activities now, by key; what is absent is none of their business."""
    by_kind: dict[str, list[Activity]] = defaultdict(list)
    for activity in activities:
        by_kind[activity.subject_kind].append(activity)
    found: dict[int, News] = {}
    for kind, some in by_kind.items():
        if kind in _subjects:
            found.update(_subjects[kind].news(user, some))
    return found
