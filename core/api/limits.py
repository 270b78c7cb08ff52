"""How many requests a token may make in a window of time, counted in the cache. With no cache, nothing is refused."""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from core.api.problems import Problem


@dataclass(frozen=True)
class Standing:
    """Where a caller stands in the present window."""

    limit: int
    window: int
    used: int
    resets_in: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes it."""
        left = max(self.limit - self.used, 0)
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={self.window}',
            "RateLimit": f'"default";r={left};t={self.resets_in}',
        }


def count(caller: str) -> Standing | None:
    """Count one request of a caller. None when limits are switched off or nothing can be counted now."""
    limit, window = settings.API_RATE_LIMIT, settings.API_RATE_WINDOW
    if not limit:
        return None
    now = int(time.time())
    start = now - now % window
    used = _counted(f"api-rate:{caller}:{start}", window)
    if used is None:
        return None
    return Standing(limit, window, used, start + window - now)


def check(caller: str) -> Standing | None:
    """Count one request, and refuse it with 429 when the window is used up."""
    standing = count(caller)
    if standing is not None and standing.used > standing.limit:
        raise Problem(
            429,
            "too-many-requests",
            _("Too many requests."),
            _("At most %(limit)s in %(window)s seconds. Try again in %(wait)s.")
            % {"limit": standing.limit, "window": standing.window, "wait": standing.resets_in},
            headers={"Retry-After": str(standing.resets_in), **standing.headers},
        )
    return standing


def _counted(key: str, window: int) -> int | None:
    try:
        used: Any = cache.incr(key)
    except ValueError:  # the first of its window
        if cache.add(key, 1, timeout=window + 1):
            return 1
        try:
            used = cache.incr(key)
        except ValueError:
            return None
    except Exception:
        return None
    return used if isinstance(used, int) else None
