"""Words for what is recorded about people, teams, organisations and rights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Location, MoveRight, Organisation, Team, User
from core.models import Activity

SUBJECTS: dict[str, type[Model]] = {each.subject_kind: each for each in (User, Team, Organisation, Location, MoveRight)}

KINDS: dict[str, str | Promise] = {
    "person": _("People"),
    "team": _("Teams"),
    "organisation": _("Organisations"),
    "location": _("Locations"),
    "move_right": _("Moves and roles"),
}

WORDS: dict[str, str | Promise] = {
    "person.created": _("Person added"),
    "person.edited": _("Person changed"),
    "person.deactivated": _("Person deactivated"),
    "person.reactivated": _("Person let in again"),
    "person.signed_out": _("Signed out everywhere"),
    "person.deputy_set": _("Deputy named"),
    "person.roles_set": _("Roles changed"),
    "person.token_created": _("Token made"),
    "person.token_revoked": _("Token revoked"),
    "team.created": _("Team added"),
    "team.edited": _("Team changed"),
    "team.member_added": _("Member added"),
    "team.member_removed": _("Member taken out"),
    "team.serves_set": _("Organisations served changed"),
    "organisation.created": _("Organisation added"),
    "organisation.edited": _("Organisation changed"),
    "location.created": _("Location added"),
    "location.edited": _("Location changed"),
    "move_right.changed": _("Right to a move changed"),
}


COLUMNS: dict[tuple[str, str], str | Promise] = {}
"""What is recorded as changed and is no column of the subject, in words."""


def add_subject(
    model: Any,
    label: str | Promise,
    words: Mapping[str, str | Promise],
    columns: Mapping[str, str | Promise] | None = None,
) -> None:
    """Let the audit show what is recorded about a higher app's reference data: its verbs and changes in words."""
    SUBJECTS[model.subject_kind] = model
    KINDS[model.subject_kind] = label
    WORDS.update(words)
    COLUMNS.update({(model.subject_kind, name): each for name, each in (columns or {}).items()})


@dataclass(frozen=True)
class Line:
    """One line of the audit: what happened, to whom, and the values before and after."""

    activity: Activity
    label: str | Promise
    subject: str
    changes: list[tuple[str, str, str]]
    detail: str


def lines(activities: Iterable[Activity]) -> list[Line]:
    """Activities in words, with one query for each kind of subject."""
    activities = list(activities)
    names: dict[tuple[str, int], str] = {}
    for kind, model in SUBJECTS.items():
        wanted = {activity.subject_id for activity in activities if activity.subject_kind == kind}
        for pk, row in (model._default_manager.in_bulk(wanted) if wanted else {}).items():
            names[kind, pk] = str(row)
    return [
        Line(
            activity,
            WORDS.get(activity.verb, activity.verb),
            names.get((activity.subject_kind, activity.subject_id)) or _named_in(activity.data),
            [_change(activity.subject_kind, name, values) for name, values in activity.changes.items()],
            _detail(activity.data),
        )
        for activity in activities
    ]


def changes_of(kind: str, ids: Iterable[int] | None = None, *, most: int = 20) -> list[Line]:
    """The latest changes to some subjects of a kind, or to all of them: who, when, what was and what is."""
    rows = Activity.objects.filter(subject_kind=kind).select_related("actor").order_by("-at", "-id")
    if ids is not None:
        rows = rows.filter(subject_id__in=list(ids))
    return lines(rows[:most])


def _named_in(data: dict[str, Any]) -> str:
    """What the activity itself says of a subject that is gone: a right that went back to its default."""
    if "move" in data:
        return f"{data.get('role')}: {data.get('kind')}.{data['move']}"
    return str(data.get("name", ""))


def _change(kind: str, name: str, values: list[Any]) -> tuple[str, str, str]:
    """A column in the words of its form, with both values; what is no column stays as it was recorded."""
    if (kind, name) in COLUMNS:
        return str(COLUMNS[kind, name]), *_both(values)
    try:
        column: Any = SUBJECTS[kind]._meta.get_field(name)
    except (KeyError, FieldDoesNotExist):
        return name, *_both(values)
    choices = {str(value): label for value, label in getattr(column, "flatchoices", ())}
    before, after = (choices.get(str(value), value) for value in values)
    return str(getattr(column, "verbose_name", name)), _shown(before), _shown(after)


def _detail(data: dict[str, Any]) -> str:
    """What an activity says besides columns: the member, the token with its scopes."""
    return ", ".join(_shown(value) for name, value in data.items() if name != "token" and value)


def _both(values: list[Any]) -> tuple[str, str]:
    before, after = values
    return _shown(before), _shown(after)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "" if value is None else str(value)
