"""Moves over the API: what is possible now, and making one. Both read the lifecycle's table."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from core.api import problems
from core.api.idempotency import once
from core.api.rendering import answer
from core.api.resources import Field, Resource, Row, is_whole, record_of
from core.api.views import DetailView, after_writing
from core.exceptions import AnswersMissing
from core.kinds import get as kind_named
from core.kinds import kind_of
from core.lifecycle import Move
from core.moves import offers, perform


class OfferedMove(serializers.Serializer):
    """A move as it stands for the caller now."""

    name = serializers.CharField(help_text="The word that stands in its address.")
    label = serializers.CharField()  # type: ignore[assignment]  # a member of this name, not the field's own
    needs = serializers.ListField(child=serializers.CharField(), help_text="What must be answered.")
    takes = serializers.ListField(child=serializers.CharField(), help_text="What may be answered.")
    allowed = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True, help_text="Why it is not possible now.")


class AskedField(serializers.Serializer):
    """What a move asks."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a member of this name, not the field's own
    help = serializers.CharField()
    type = serializers.ChoiceField(choices=["text", "number", "flag", "moment", "choice", "reference"])
    required = serializers.BooleanField()  # type: ignore[assignment]  # a member of this name, not the field's own
    choices = serializers.ListField(child=serializers.CharField(), allow_null=True)


class MoveWithQuestions(OfferedMove):
    """A move with everything that it asks."""

    asks = AskedField(many=True)


class MoveList(serializers.Serializer):
    """The moves of a record, the likely one first."""

    results = MoveWithQuestions(many=True)


def listed(record: Any, actor: Any) -> list[dict[str, Any]]:
    """The moves of a record as the API shows them."""
    return [
        {
            "name": offer.move.name,
            "label": str(offer.move.label),
            "needs": list(offer.move.needs),
            "takes": list(offer.move.takes),
            "allowed": offer.allowed,
            "reason": offer.reason,
        }
        for offer in offers(record, actor)
    ]


def moves_field(resource_named: Any) -> Field:
    """The field `moves`, for a resource whose rows are read with all their columns on the detail."""

    def batch(rows: list[Row], request: Request) -> dict[Any, Any]:
        resource: Resource = resource_named()
        if not all(is_whole(resource, row) for row in rows):
            records = resource.rows(request).filter(pk__in=[row["id"] for row in rows])
            return {
                record.pk: listed(kind_of(record).model._default_manager.get(pk=record.pk), request.user)
                for record in records
            }
        return {row["id"]: listed(record_of(resource, row), request.user) for row in rows}

    return Field(
        "moves",
        serializers.ListField(child=OfferedMove(), help_text=gettext_lazy("What is possible now, and why not.")),
        batch=batch,
        is_extra=True,
        is_costly=True,
    )


class MovesView(DetailView):
    """The moves of a record, with what each asks."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.refuse_unknown_parameters()
        record = self.one().first()
        if record is None:
            raise problems.not_found()
        table = kind_of(record).lifecycle.moves
        found = listed(record, request.user)
        for each in found:
            each["asks"] = _questions(record, table[each["name"]], request.user)
        return answer({"results": found})


class MoveView(DetailView):
    """Makes one move."""

    http_method_names = ["post", "options"]
    kind: str = ""

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.refuse_unknown_parameters("fields", "expand")
        return once(request, self.caller, self._work)

    def _work(self) -> HttpResponse:
        name = self.kwargs["move"]
        with transaction.atomic():
            record = self.locked()
            move = kind_named(self.kind).lifecycle.moves.get(name)
            if move is None:
                raise problems.not_found(_("There is no move called %(name)s.") % {"name": name[:100]})
            perform(record, name, actor=self.request.user, **_answers(self.request.data, move))
        return after_writing(self.resource, self.request, record)

    def lock(self, pk: Any) -> Any:
        return kind_named(self.kind).locked(pk)


def _answers(data: Any, move: Move) -> dict[str, Any]:
    """A move's answers: an object of plain values, of what it asks and nothing else. A `null` is no answer."""
    if not isinstance(data, dict):
        raise problems.malformed(_("The answers of a move are a JSON object."))
    unknown = sorted(set(data) - {*move.needs, *move.takes})
    if unknown:
        raise AnswersMissing({name: [_("This move does not ask for it.")] for name in unknown})
    wrong = [name for name, value in data.items() if isinstance(value, dict | list)]
    if wrong:
        raise AnswersMissing({name: [_("This must be a plain value.")] for name in wrong})
    return {name: value for name, value in data.items() if value is not None}


def _questions(record: Any, move: Move, actor: Any) -> list[dict[str, Any]]:
    form = kind_of(record).lifecycle.form(record, move, actor)
    return [
        {
            "name": name,
            "label": str(asked.label or name),
            "help": str(asked.help_text),
            "type": type_of(asked),
            "required": asked.required,
            "choices": _choices(asked),
        }
        for name, asked in form.base_fields.items()
    ]


def _choices(asked: Any) -> list[str] | None:
    """The words of a closed choice; references are too many to name."""
    if asked.__class__ is not forms.ChoiceField:
        return None
    choices: Any = asked.choices
    return [str(value) for value, _label in choices if value != ""]


def type_of(asked: forms.Field) -> str:
    """A form field's type in the API's words."""
    for kind, word in _TYPES:
        if isinstance(asked, kind):
            return word
    return "text"


_TYPES: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.ModelChoiceField, "reference"),
    (forms.ChoiceField, "choice"),
    (forms.DateTimeField, "moment"),
    (forms.BooleanField, "flag"),
    (forms.IntegerField, "number"),
)
