"""The groups that roles are. They are installed after each migration, however often it runs."""

from typing import Any

from django.contrib.auth.models import Group

from accounts.roles import GROUPS, key_of


def install_groups(*, using: str = "default", **_signal: Any) -> None:
    """Make the groups that are missing. Nothing is renamed or taken away, and no move right is touched."""
    wanted = [key_of(role) for role in GROUPS]
    have = set(Group.objects.using(using).filter(name__in=wanted).values_list("name", flat=True))
    Group.objects.using(using).bulk_create(
        [Group(name=name) for name in wanted if name not in have], ignore_conflicts=True
    )
