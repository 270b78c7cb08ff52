from enum import Flag
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from accounts.roles import LABELS, Role
from core.lifecycle_docs import markdown

TARGET = Path(settings.BASE_DIR) / "docs" / "lifecycles.md"


def role_names(roles: Flag) -> list[str]:
    """The labels of the roles in a set."""
    names = [str(label) for role, label in LABELS.items() if role & roles]
    return [*names, "System"] if roles & Role.SYSTEM else names


class Command(BaseCommand):
    help = "Draw docs/lifecycles.md from the lifecycle tables."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en-gb"):
            TARGET.write_text(markdown(role_names))
        self.stdout.write(f"Written: {TARGET}")
