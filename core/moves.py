"""The one place that writes `status`: `perform` makes a move, whoever asks; `replay` writes a past history in bulk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.activity import Happening, record, record_all
from core.exceptions import AnswersMissing, MoveRefused
from core.kinds import Kind, kind_of
from core.lifecycle import Making, Move
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
    found = []
    for move in kind_of(subject).lifecycle.moves_list:
        if not subject.may(actor, move):
            continue
        if subject.status not in move.sources:
            found.append(Offer(move, allowed=False, reason=_wrong_status(subject)))
            continue
        reason = _refusal(subject, move, actor)
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
    form = form_class(data=_as_form_data(answers))
    if not form.is_valid():
        raise AnswersMissing({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return {
        name: value
        for name, value in form.cleaned_data.items()
        if name in answers or value not in (None, "", [])
    }


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
    if reason := _refusal(subject, move, actor):
        raise MoveRefused(reason)
    making = Making(actor, at or timezone.now(), cleaned(subject, move, actor, answers))

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
    """Save the columns that differ from `before`, count the version up, and give the changes in words for a timeline."""
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


def _refusal(subject: Any, move: Move, actor: Any) -> str | None:
    for guard in move.guards:
        if reason := guard(subject, actor):
            return str(reason)
    return None


def _as_form_data(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a form takes them: model instances by primary key, moments in ISO form."""
    data = {}
    for name, value in answers.items():
        if isinstance(value, models.Model):
            value = value.pk
        elif isinstance(value, datetime):
            value = value.isoformat()
        data[name] = value
    return data


def _kept_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.pk if isinstance(value, models.Model) else value
        for name, value in answers.items()
        if isinstance(value, str | int | bool | models.Model)
    }


@dataclass(frozen=True)
class Past:
    """One line of a past history: when, by whom, to which status (None: no move), and which columns took which value."""

    at: datetime
    verb: str
    actor: Any = None
    status: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


def fold(kind: Kind, subject: Any, history: Iterable[Past]) -> list[Happening]:
    """Apply a past history to an unsaved or locked record in memory; the activities that it makes, in order.

    A transition that the table does not know is kept and its activity marked `imported: true`.
    """
    happenings: list[Happening] = []
    known = {(source, move.target) for move in kind.lifecycle.moves_list for source in move.sources}
    for past in history:
        before = values_of(subject)
        data = dict(past.data)
        if past.status is not None and past.status != subject.status:
            if (subject.status, past.status) not in known:
                data["imported"] = True
            subject.status = past.status
            subject.stage = kind.lifecycle.stages[past.status]
        for name, value in past.values.items():
            setattr(subject, name, value)
        subject.version += 1
        subject.updated_at = past.at
        changes = {
            each.name: [shown(each, before[each.attname]), shown(each, getattr(subject, each.attname))]
            for each in subject._meta.concrete_fields
            if before.get(each.attname) != getattr(subject, each.attname) and each.name not in UNTRACKED
        }
        happenings.append(
            Happening(
                past.verb, subject, past.actor, past.at, changes, data, version=subject.version, via=Activity.Via.IMPORT
            )
        )
    return happenings


def replay(happenings: Iterable[Happening]) -> list[Activity]:
    """Record folded histories of saved records: activities at their own times, born delivered."""
    return record_all(happenings, deliver=False)
