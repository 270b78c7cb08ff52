from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.operations.archive import ArchiveRefused
from core.operations.postgres import ToolFailed
from core.operations.restore import test_restore


class Command(BaseCommand):
    """Prove that the last backup can be restored."""

    help = "Restore the last backup into a database that is thrown away, and say how long it took."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup = test_restore()
        except (ArchiveRefused, ToolFailed, OSError) as error:
            raise CommandError(f"The last backup could not be restored. {error}") from error
        self.stdout.write(f"{backup.name} was restored into a throw-away database in {backup.rto_seconds:.1f} s.")
