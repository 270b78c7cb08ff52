"""What may happen to a person: administrators do most of it; some of it people do themselves."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User
from accounts.permissions import require_administrator
from accounts.roles import GIVEN, Role, key_of
from accounts.services.edits import change, locked
from core.activity import record
from core.exceptions import AnswersMissing, Refused

OWN_FIELDS = frozenset({"name", "phone", "time_zone", "language", "theme", "density", "has_shortcuts", "job_title"})
"""What people may change on themselves."""

_CHAINS = 20_261_121
"""Advisory lock: deputies and managers are changed one at a time, so that two edits cannot close a loop together."""


@transaction.atomic
def create_person(
    *, actor: User | None, username: str, name: str, password: str | None = None, roles: Role = Role.NONE, **fields: Any
) -> User:
    """Add a person. Without a password they set one by the link that `Forgotten?` sends, or use single sign-on."""
    require_administrator(actor)
    person = User.objects.create_user(username, password=password, name=name, **fields)
    record("person.created", person, actor=actor, data={"username": person.username, "name": person.name})
    if roles:
        set_roles(person, roles, actor=actor)
    return person


@transaction.atomic
def edit_person(person: User, *, actor: User | None, **fields: Any) -> User:
    """Change columns of a person. Roles, deputy and activity have verbs of their own."""
    require_administrator(actor)
    if fields.get("manager"):
        _refuse_loop(person, fields["manager"], "manager_id", _("%(person)s would report to themselves."))
    if "email" in fields:
        fields["email"] = fields["email"].lower()
    person = locked(person)
    if changes := change(person, fields):
        record("person.edited", person, actor=actor, changes=changes)
    return person


@transaction.atomic
def edit_profile(person: User, *, actor: User, **fields: Any) -> User:
    """People change what is theirs to change: how they are reached and how pages look to them."""
    if actor.pk != person.pk or set(fields) - OWN_FIELDS:
        raise PermissionDenied(_("You may change your own profile only."))
    person = locked(person)
    if changes := change(person, fields):
        record("person.edited", person, actor=actor, changes=changes)
    return person


@transaction.atomic
def deactivate_person(person: User, *, actor: User | None) -> User:
    """Shut somebody out at once: no sign-in, no session, no token. What they did stays."""
    require_administrator(actor)
    if actor is not None and actor.pk == person.pk:
        raise Refused(_("You cannot deactivate yourself."))
    person = locked(person)
    if not person.is_active:
        return person
    if person.is_superuser or person.groups.filter(name=key_of(Role.ADMINISTRATOR)).exists():
        _refuse_last_administrator(person)
    change(person, {"is_active": False, "session_version": person.session_version + 1})
    revoked = ApiToken.objects.filter(owner=person, revoked_at__isnull=True).update(revoked_at=timezone.now())
    record("person.deactivated", person, actor=actor, data={"tokens_revoked": revoked})
    return person


@transaction.atomic
def reactivate_person(person: User, *, actor: User | None) -> User:
    """Let somebody in again. Sessions and tokens that ended stay ended."""
    require_administrator(actor)
    person = locked(person)
    if change(person, {"is_active": True}):
        record("person.reactivated", person, actor=actor)
    return person


@transaction.atomic
def end_sessions(person: User, *, actor: User | None) -> User:
    """Sign somebody out everywhere; people may do this to themselves."""
    if actor is None or actor.pk != person.pk:
        require_administrator(actor)
    person = locked(person)
    change(person, {"session_version": person.session_version + 1})
    record("person.signed_out", person, actor=actor)
    return person


@transaction.atomic
def set_deputy(
    person: User, deputy: User | None, *, actor: User | None, from_on: date | None = None, until_on: date | None = None
) -> User:
    """Name who stands in for somebody, and when. A chain of deputies that leads back to its start is refused."""
    if actor is None or actor.pk != person.pk:
        require_administrator(actor)
    if deputy is None:
        from_on = until_on = None
    elif not deputy.is_active:
        raise AnswersMissing({"deputy": [_("%(person)s is no longer active.") % {"person": deputy}]})
    if from_on and until_on and until_on < from_on:
        raise AnswersMissing({"deputy_until_on": [_("The last day is before the first.")]})
    if deputy is not None:
        _refuse_loop(person, deputy, "deputy_id", _("%(person)s would stand in for themselves."), field="deputy")
    person = locked(person)
    values = {"deputy": deputy, "deputy_from_on": from_on, "deputy_until_on": until_on}
    if changes := change(person, values):
        record("person.deputy_set", person, actor=actor, changes=changes)
    return person


@transaction.atomic
def set_roles(person: User, roles: Role, *, actor: User | None) -> User:
    """Give somebody exactly these roles. Being a requester or a supplier's person follows from other facts."""
    require_administrator(actor)
    person = locked(person)
    wanted = {key_of(role) for role in GIVEN if role & roles}
    have = set(person.groups.filter(name__in=[key_of(role) for role in GIVEN]).values_list("name", flat=True))
    administrator = key_of(Role.ADMINISTRATOR)
    if administrator in have - wanted:
        if actor is not None and actor.pk == person.pk:
            raise Refused(_("You cannot take the administrator's role from yourself."))
        _refuse_last_administrator(person)
    person.groups.remove(*Group.objects.filter(name__in=have - wanted))
    person.groups.add(*Group.objects.filter(name__in=wanted - have))
    if wanted != have:
        record("person.roles_set", person, actor=actor, changes={"roles": [sorted(have), sorted(wanted)]})
    return person


def _refuse_last_administrator(person: User) -> None:
    others = User.objects.active().filter(groups__name=key_of(Role.ADMINISTRATOR)).exclude(pk=person.pk)
    supers = User.objects.active().filter(is_superuser=True).exclude(pk=person.pk)
    if not others.exists() and not supers.exists():
        raise Refused(_("%(person)s is the last administrator. Name another one first.") % {"person": person})


def _refuse_loop(person: User, start: User, column: str, words: str, *, field: str = "manager") -> None:
    """Follow managers or deputies from `start`; refuse when they lead back to the person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAINS])
    seen: set[int] = set()
    current: int | None = start.pk
    while current is not None and current not in seen:
        if current == person.pk:
            raise AnswersMissing({field: [words % {"person": person}]})
        seen.add(current)
        current = User.objects.values_list(column, flat=True).get(pk=current)
