from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.operations.archive import ArchiveRefused
from core.operations.postgres import ToolFailed
from core.operations.restore import examine, restore


class Command(BaseCommand):
    """Put an archive in the place of the whole desk."""

    help = "Restore an archive of `backup`. It is checked first; if it is refused, nothing has been touched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument("--check", action="store_true", help="only say whether it could be restored")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["archive"]
        try:
            if options["check"]:
                manifest = examine(path)
                self.stdout.write(f"{path} of {manifest.made_at} is whole and can be restored.")
                return
            done = restore(path)
        except (ArchiveRefused, ToolFailed, OSError) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        self.stdout.write(f"Restored the desk of {done.manifest.made_at}, with {done.file_count} files.")
        if done.secrets_differ:
            self.stdout.write(
                "Its secret key is not this desk's: sessions and API tokens of then are not valid now. To keep them, "
                "set ITSM_SECRET_KEY to the key in secrets.json of the archive."
            )
