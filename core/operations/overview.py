"""What an administrator should know of the desk's keeping: its backups, the proof that they can be restored, its work
in the background, and the versions it runs on."""

import hashlib
import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.models import Backup, Heartbeat
from core.operations import health
from core.operations.backup import path_of
from core.operations.retention import Tier, tiers

LOCK = 7_310_001
"""The advisory lock of whoever makes a backup or tests one, so that a person and a schedule never do so at once."""

LONGEST = timedelta(hours=1)  # after this a backup that never ended is one whose worker is gone
BACKUP_MAY_BE = timedelta(hours=26)  # one is made every night
TEST_MAY_BE = timedelta(days=8)  # one is made every week

_HELD = """
SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
  WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.granted
  AND l.classid = 0 AND l.objid = %s AND l.objsubid = 1)
"""


@dataclass(frozen=True)
class Archive:
    """A kept archive: why it is kept, and whether its file still stands in its place."""

    backup: Backup
    tier: Tier
    is_there: bool


@dataclass(frozen=True)
class Overview:
    now: datetime
    making: Backup | None
    is_testing: bool
    last: Backup | None
    tested: Backup | None
    failed: Backup | None
    archives: list[Archive]
    findings: list[health.Finding]
    outbox: health.Outbox
    sweeps: dict[str, datetime]
    versions: dict[str, str]

    @property
    def is_busy(self) -> bool:
        return self.making is not None or self.is_testing

    @property
    def is_backup_late(self) -> bool:
        return self.last is None or self.now - self.last.started_at > BACKUP_MAY_BE

    @property
    def is_test_late(self) -> bool:
        return bool(self.archives) and (
            self.tested is None
            or self.tested.restore_tested_at is None
            or self.now - self.tested.restore_tested_at > TEST_MAY_BE
        )

    @property
    def etag(self) -> str:
        """Changes with everything that the page says but the ages, which tick by themselves."""
        told: list[Any] = [self.is_busy, self.is_backup_late, self.is_test_late, self.outbox.dead]
        told += [(each.backup.pk, each.tier, each.is_there) for each in self.archives]
        told += [(each.name, each.is_well, each.reason) for each in self.findings]
        for each in (self.making, self.last, self.failed):
            told.append(each and each.pk)
        told.append(self.tested and (self.tested.pk, self.tested.restore_tested_at))
        return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:24]}"'


def look() -> Overview:
    """Everything as it is now."""
    now = timezone.now()
    newest = Backup.objects.first()
    is_locked = _is_locked()
    making = newest if newest and newest.finished_at is None and not newest.error else None
    if making and not is_locked and now - making.started_at > LONGEST:
        making = None
    good = Backup.objects.good()
    return Overview(
        now=now,
        making=making,
        is_testing=is_locked and making is None,
        last=good.first(),
        tested=good.filter(restore_tested_at__isnull=False).order_by("-restore_tested_at").first(),
        failed=newest if newest and newest.error else None,
        archives=_archives(now),
        findings=health.look_at_all(),
        outbox=health.outbox(),
        sweeps=_sweeps(),
        versions=_versions(),
    )


def is_busy() -> bool:
    """Whether somebody makes a backup or tests one just now."""
    return _is_locked()


def _is_locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [LOCK])
        return bool(cursor.fetchone()[0])


def _archives(now: datetime) -> list[Archive]:
    """Those kept, newest first; of several on one day all are named until the rule lets the older ones go."""
    kept = list(Backup.objects.kept())
    why = tiers({backup.started_at.date() for backup in kept}, now.date())
    return [Archive(backup, why.get(backup.started_at.date(), Tier.DAILY), path_of(backup).exists()) for backup in kept]


def _sweeps() -> dict[str, datetime]:
    """When each sweep was last asked for."""
    found = Heartbeat.objects.filter(name__startswith="sweep.").order_by("name").values_list("name", "at")
    return {name.removeprefix("sweep."): at for name, at in found}


def _versions() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = str(cursor.fetchone()[0])
    return {
        "Evenkeel": settings.VERSION,
        "PostgreSQL": server.split(" ")[0],
        "Django": django.get_version(),
        "Python": platform.python_version(),
    }
