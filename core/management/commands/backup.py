from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.operations.backup import back_up, path_of
from core.operations.postgres import ToolFailed


class Command(BaseCommand):
    """Put the whole desk into one archive."""

    help = "Put the database, the files and the secrets into one archive, and prune old ones."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup = back_up()
        except (ToolFailed, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        self.stdout.write(f"{path_of(backup)} ({backup.size:,} bytes)\nSHA-256 {backup.sha256}")
        self.stdout.write("It holds the secret key: keep it as carefully as the desk itself.")
