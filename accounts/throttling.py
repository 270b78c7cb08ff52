"""Slowing down whoever guesses: tries are counted in PostgreSQL, so that it works while Redis is down.

A try is written down before it is decided and taken away when it succeeds, under a lock per address, so that a
hundred at once count as a hundred. Names that exist and names that do not are counted alike.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import SignInAttempt

WINDOW = timedelta(minutes=15)
PER_NAME = 5
"""Tries on one name from one address within the window."""
PER_ADDRESS = 50
"""Tries from one address, whatever the names."""
KEPT_FOR = timedelta(days=1)

Action = SignInAttempt.Action


@dataclass
class TooManyTries(Exception):
    """Somebody has to wait."""

    wait: timedelta

    def __str__(self) -> str:
        minutes = max(1, -(-int(self.wait.total_seconds()) // 60))
        return (
            _("Too many tries.")
            + " "
            + ngettext(
                "Please wait %(n)d minute, then try again.", "Please wait %(n)d minutes, then try again.", minutes
            )
            % {"n": minutes}
        )


@transaction.atomic
def reserve(action: Action, name: str, address: str) -> SignInAttempt:
    """Count a try before it is decided; raises `TooManyTries` when the window is full."""
    name, now = name.strip().lower()[:254], timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in {address}"])
    recent = SignInAttempt.objects.filter(action=action, address=address, at__gt=now - WINDOW)
    for tries, limit in ((recent.filter(name=name), PER_NAME), (recent, PER_ADDRESS)):
        moments: list[datetime] = list(tries.order_by("-at").values_list("at", flat=True)[:limit])
        if len(moments) == limit:
            raise TooManyTries(moments[-1] + WINDOW - now)
    SignInAttempt.objects.filter(at__lt=now - KEPT_FOR).delete()
    return SignInAttempt.objects.create(action=action, name=name, address=address, at=now)


def forget(attempt: SignInAttempt) -> None:
    """A try that succeeded does not count; the failures before it do."""
    attempt.delete()
