"""What a person is and may reach, read with one query per request and kept on the person."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import connection

from accounts.roles import BY_KEY, DESK, READS_DESK, Role
from core.lifecycle import Move


class Person(Protocol):
    """What has to be known of somebody to read their access."""

    pk: Any
    is_active: bool
    is_superuser: bool
    organisation_id: int | None


_QUERY = """
SELECT
  coalesce((SELECT array_agg(g.name) FROM accounts_user_groups ug JOIN auth_group g ON g.id = ug.group_id
            WHERE ug.user_id = %(user)s), '{}'),
  coalesce((SELECT array_agg(team_id) FROM accounts_membership WHERE user_id = %(user)s), '{}'),
  coalesce((SELECT array_agg(id) FROM accounts_team WHERE lead_id = %(user)s), '{}'),
  coalesce((SELECT array_agg(DISTINCT below.id)
            FROM accounts_membership m
            JOIN accounts_teamserves s ON s.team_id = m.team_id
            JOIN accounts_organisation served ON served.id = s.organisation_id
            JOIN accounts_organisation below ON below.path LIKE served.path || '%%'
            WHERE m.user_id = %(user)s), '{}'),
  coalesce((SELECT array_agg(below.id)
            FROM accounts_organisation own
            JOIN accounts_organisation below ON below.path LIKE own.path || '%%'
            WHERE own.id = %(organisation)s AND own.people_see_all), '{}'),
  (SELECT kind FROM accounts_organisation WHERE id = %(organisation)s),
  coalesce((SELECT array_agg(kind || '.' || move || '.' || role) FROM accounts_moveright WHERE NOT is_allowed), '{}'),
  coalesce((SELECT array_agg(kind || '.' || move || '.' || role) FROM accounts_moveright WHERE is_allowed), '{}')
"""


@dataclass(frozen=True)
class Access:
    """A person's roles and reach.

    `*_ids` are primary keys; `granted` and `withheld` depart from the tables' defaults.
    """

    user_id: int | None
    roles: Role
    team_ids: list[int] = field(default_factory=list)
    led_team_ids: list[int] = field(default_factory=list)
    served_ids: list[int] = field(default_factory=list)
    shared_ids: list[int] = field(default_factory=list)
    supplier_id: int | None = None
    withheld: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()

    @classmethod
    def of(cls, user: Person) -> "Access":
        """Read it for a person; someone inactive has none."""
        if not user.is_active or user.pk is None:
            return NOBODY
        with connection.cursor() as cursor:
            cursor.execute(_QUERY, {"user": user.pk, "organisation": user.organisation_id})
            groups, teams, led, served, shared, kind, withheld, granted = cursor.fetchone()
        roles = Role.REQUESTER
        for name in groups:
            roles |= BY_KEY.get(name, Role.NONE)
        if user.is_superuser:
            roles |= Role.ADMINISTRATOR
        supplier = user.organisation_id if kind == "supplier" else None
        if supplier is not None:
            roles |= Role.SUPPLIER
        return cls(user.pk, roles, teams, led, served, shared, supplier, frozenset(withheld), frozenset(granted))

    @property
    def is_desk(self) -> bool:
        """Whether the person works on the desk's side."""
        return bool(self.roles & DESK)

    @property
    def reads_desk(self) -> bool:
        """Whether the desk's pages are for this person, not the portal alone."""
        return bool(self.roles & READS_DESK)

    @property
    def reads_everywhere(self) -> bool:
        """Auditors and administrators read every unrestricted ticket, whatever their teams serve."""
        return bool(self.roles & (Role.AUDITOR | Role.ADMINISTRATOR))

    def may(self, kind: str, move: Move, roles: Role) -> bool:
        """Whether someone with these roles on a record may make the move: the table of moves × roles."""
        if not self.granted and not self.withheld:
            return bool(move.by & roles)
        for name, role in BY_KEY.items():
            if not role & roles:
                continue
            cell = f"{kind}.{move.name}.{name}"
            if cell in self.granted or (move.by & role and cell not in self.withheld):
                return True
        return False


NOBODY = Access(None, Role.NONE)


def access_of(user: Any) -> Access:
    """The access of a request's user, of an anonymous one too."""
    return user.access if getattr(user, "is_authenticated", False) else NOBODY
