"""Which moments people may say. Beyond these years some zone, driver or sum of days cannot hold them."""

from datetime import UTC, datetime

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def can_be_kept(moment: datetime) -> bool:
    """Whether a moment with its offset can be stored and read again in every time zone."""
    return FIRST <= moment < LAST
