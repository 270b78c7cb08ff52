"""The one place that writes `status`: `perform` makes a move, whoever asks; `replay` writes a past history in bulk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.activity import Happening, record, record_past
from core.exceptions import AnswersMissing, MoveRefused
from core.kinds import Kind, kind_of
from core.lifecycle import Lifecycle, Making, Move
from core.models import Activity

UNTRACKED = frozenset({"version", "updated_at", "reader_ids", "stage"})
"""Columns that move along by themselves and would only be noise on a timeline."""


@dataclass(frozen=True)
class Offer:
    """A move as it stands for one person now: open, or refused with its reason."""

    move: Move
    allowed: bool
    reason: str | None


def offers(subject: Any, actor: Any) -> list[Offer]:
    """The moves that a person may know of on this record: those of their roles, open ones and refused ones.

    A move that leads from another status is left out, but for the next ones that its guards or the table refuse:
    those say why. Moves that the person may never make are absent.
    """
    found, now = [], timezone.now()
    for move in kind_of(subject).lifecycle.moves_list:
        if not subject.may(actor, move):
            continue
        if subject.status not in move.sources:
            found.append(Offer(move, allowed=False, reason=_wrong_status(subject)))
            continue
        reason = _refusal(subject, move, actor, now)
        found.append(Offer(move, allowed=reason is None, reason=reason))
    return sorted(found, key=lambda offer: offer.move.rank)


def cleaned(subject: Any, move: Move, actor: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
    """A move's answers after its form; `AnswersMissing` names what is absent, wrong or not asked."""
    unknown = set(answers) - {*move.needs, *move.takes}
    if unknown:
        raise AnswersMissing({name: [_("This move does not ask for it.")] for name in sorted(unknown)})
    if not move.needs and not move.takes:
        return {}
    form_class = kind_of(subject).lifecycle.form(subject, move, actor)
    form = form_class(data=_as_form_data(form_class, answers))
    if not form.is_valid():
        raise AnswersMissing({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return {name: value for name, value in form.cleaned_data.items() if name in answers or value not in (None, "", [])}


@transaction.atomic
def perform(
    subject: Any, name: str, *, actor: Any, at: datetime | None = None, is_public: bool | None = None, **answers: Any
) -> Any:
    """Lock the record, check the move against it as it is now, make it, and record it. Returns the record as moved.

    `actor=None` is the system. `at` is for demo data. Raises `PermissionDenied`, `MoveRefused` or `AnswersMissing`.
    """
    kind = kind_of(subject)
    lifecycle = kind.lifecycle
    if name not in lifecycle.moves:
        raise MoveRefused(_("There is no move called %(name)s.") % {"name": name})
    move = lifecycle.moves[name]
    subject = kind.locked(subject.pk)

    if not subject.may(actor, move):
        raise PermissionDenied(_("You may not do this."))
    if subject.status not in move.sources:
        raise MoveRefused(_wrong_status(subject))
    moment = at or timezone.now()
    if reason := _refusal(subject, move, actor, moment):
        raise MoveRefused(reason)
    making = Making(actor, moment, cleaned(subject, move, actor, answers))

    before = values_of(subject)
    if move.target is not None:
        subject.status = move.target
        subject.stage = lifecycle.stages[move.target]
    if move.effect:
        move.effect(subject, making)
    changes = save_changes(subject, before, at=making.at)
    record(
        f"{kind.name}.{move.event}",
        subject,
        actor=actor,
        at=making.at,
        changes=changes,
        data={"move": move.name, **_kept_answers(making.answers)},
        audience=Activity.Audience.REQUESTER if (is_public or move.tells_requester) else Activity.Audience.INTERNAL,
        version=subject.version,
    )
    if move.after:
        move.after(subject, making)
    return subject


def values_of(subject: models.Model) -> dict[str, Any]:
    """The column values of a record, by attribute name, to see later what changed."""
    return {
        each.attname: getattr(subject, each.attname)
        for each in subject._meta.concrete_fields
        if each.attname not in subject.get_deferred_fields()
    }


def save_changes(subject: Any, before: Mapping[str, Any], *, at: datetime) -> dict[str, list[Any]]:
    """Save the columns that differ from `before` and count the version up; gives the changes, old and new."""
    changed = [
        each
        for each in subject._meta.concrete_fields
        if each.attname in before and before[each.attname] != getattr(subject, each.attname)
    ]
    subject.version += 1
    subject.updated_at = at
    subject.save(update_fields=[each.name for each in changed] + ["version", "updated_at"])
    return {
        each.name: [shown(each, before[each.attname]), shown(each, getattr(subject, each.attname))]
        for each in changed
        if each.name not in UNTRACKED
    }


def shown(column: Any, value: Any) -> Any:
    """A column's value as an activity keeps it: JSON, references by primary key."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | dict | str | int | float | bool | None):
        return value
    return str(value)


def _wrong_status(subject: Any) -> str:
    return _("%(number)s is %(status)s.") % {
        "number": subject.number,
        "status": subject.get_status_display().lower(),
    }


def _refusal(subject: Any, move: Move, actor: Any, at: datetime) -> str | None:
    for guard in move.guards:
        if reason := guard(subject, actor, at):
            return str(reason)
    return None


def _as_form_data(form_class: type[forms.Form], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as the form takes them: references as its fields write them, moments in ISO form."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else form_class.base_fields[name].prepare_value(value)
        for name, value in answers.items()
    }


def _kept_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.pk if isinstance(value, models.Model) else value
        for name, value in answers.items()
        if isinstance(value, str | int | bool | models.Model)
    }


@dataclass(frozen=True, slots=True)
class Past:
    """One line of a past history: when, by whom, to which status (None: no move), which columns took which value.

    `verb` names a line that is no move of the lifecycle; a move has the name that its table gives it. References in
    `values` are given by attribute name and primary key (`team_id`).
    """

    at: datetime
    verb: str
    actor: Any = None
    status: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


def fold(kind: Kind, subject: Any, history: Iterable[Past]) -> list[Happening]:
    """Apply a past history to an unsaved or locked record in memory; the activities that it makes, in order.

    A record without a status begins with its first line, whose values it is given rather than changed to. A
    transition that the table does not know, and a beginning other than the table's, is kept and its activity marked
    `imported: true`; the latter tells its status as changed from nothing.
    """
    columns = _columns_of(type(subject))
    happenings: list[Happening] = []
    for past in history:
        begins = not subject.status
        verb, data, changes = past.verb, dict(past.data), {}
        audience: str = Activity.Audience.INTERNAL
        if past.status is not None and past.status != subject.status:
            move = _move_between(kind.lifecycle, subject.status, past.status)
            if move is not None:
                verb, data["move"] = f"{kind.name}.{move.event}", move.name
            elif not begins or past.status != kind.lifecycle.initial:
                data["imported"] = True
            if move is not None or "imported" in data:
                changes["status"] = [subject.status, past.status]
            if begins or (move is not None and move.tells_requester):
                audience = Activity.Audience.REQUESTER
            subject.status = past.status
            subject.stage = kind.lifecycle.stages[past.status]
        for name, value in past.values.items():
            column = columns[name]
            before = getattr(subject, column.attname)
            if before == value:
                continue
            setattr(subject, column.attname, value)
            if not begins and column.name not in UNTRACKED:
                changes[column.name] = [shown(column, before), shown(column, value)]
        subject.version += not begins
        subject.updated_at = past.at
        happenings.append(
            Happening(verb, subject, past.actor, past.at, changes, data, audience, subject.version, Activity.Via.IMPORT)
        )
    return happenings


def replay(happenings: Iterable[Happening]) -> list[Activity]:
    """Record folded histories of saved records: activities at their own times, born delivered."""
    return record_past(happenings)


def _columns_of(model: type[models.Model]) -> dict[str, models.Field]:
    """A model's columns by name and by attribute name."""
    return {name: each for each in model._meta.concrete_fields for name in (each.name, each.attname)}


def _move_between(lifecycle: Lifecycle, source: str, target: str) -> Move | None:
    """The first move of the table that leads from one status to another."""
    return next((move for move in lifecycle.moves_list if source in move.sources and move.target == target), None)
