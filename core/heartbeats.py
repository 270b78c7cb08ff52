"""Signs of life in the database, by its own clock: beat's, and that of each sweep.

Written in SQL, so that it can be imported before the apps are ready, as the worker's start-up does.
"""

from django.db import connection

BEAT = "beat"

_WRITE = """
INSERT INTO core_heartbeat (name, at) VALUES (%s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET at = clock_timestamp()
WHERE core_heartbeat.at < clock_timestamp() - make_interval(secs => %s)
"""
_AGE = "SELECT extract(epoch FROM clock_timestamp() - at) FROM core_heartbeat WHERE name = %s"


def beat(name: str, *, at_most_every: float = 0) -> None:
    """Say that it happened now; calls that follow within `at_most_every` seconds leave the row alone."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [name, at_most_every])


def age_seconds(name: str) -> float | None:
    """Seconds since it last happened; None when it never did."""
    with connection.cursor() as cursor:
        cursor.execute(_AGE, [name])
        found = cursor.fetchone()
    return float(found[0]) if found else None
