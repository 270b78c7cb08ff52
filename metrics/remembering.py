"""Answers that are kept until the roll-ups change: what a page asks again within that time is not worked out again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection, transaction

from metrics.definitions import Figure
from metrics.selection import Narrowing
from metrics.sight import Sight

KEPT_SECONDS = 600
ROOM = "64MB"

Answer = TypeVar("Answer")


def remembered(
    question: tuple[str | Figure | date | None, ...], sight: Sight, narrowing: Narrowing, work_out: Callable[[], Answer]
) -> Answer:
    """The answer to a question for one sight: as it was kept, or worked out now and kept.

    Without a cache, or before the first refresh, it is worked out each time.
    """
    if sight.as_of is None:
        return work_out()
    words = [
        *(f"{each.name} {each.version}" if isinstance(each, Figure) else str(each) for each in question),
        sight.signature,
        sight.as_of.isoformat(),
        narrowing.signature,
    ]
    key = f"metrics:{sha256('|'.join(words).encode()).hexdigest()}"
    kept: Any = cache.get(key)
    if kept is None:
        kept = work_out()
        cache.set(key, kept, KEPT_SECONDS)
    return kept


@contextmanager
def room_to_sort() -> Iterator[None]:
    """A block in which the database has enough memory to sort a million lengths of time without a file."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL work_mem = '{ROOM}'")
        yield
