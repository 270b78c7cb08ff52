"""What writes may say: serializers that refuse what they do not know, and values of exactly the type that is meant."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from core.api.filters import moment
from core.moments import FIRST, LAST, can_be_kept


class Input(serializers.Serializer):
    """The body of a write. A field that it does not have is an error that names it, and says when it is read-only."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {str(name): [self._why_not(str(name))] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)

    def _why_not(self, name: str) -> str:
        if name in self.context.get("read_only", ()):
            return _("This field cannot be written here.")
        return _("There is no field called %(name)s.") % {"name": name[:100]}


class Text(serializers.CharField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("This must be text."))
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number, not its text."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError(_("This must be a whole number."))
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, bool):
            raise serializers.ValidationError(_("This must be true or false."))
        return data


class Word(serializers.ChoiceField):
    """One of several words."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("This must be text."))
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A moment with its offset, RFC 3339."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            read = moment(value)
        except (ValueError, TypeError, AttributeError, OverflowError):
            raise serializers.ValidationError(
                _("Write a moment with its offset, such as 2026-11-20T09:30:00Z.")
            ) from None
        if not can_be_kept(read):
            raise serializers.ValidationError(
                _("Write a moment between %(first)s and %(last)s.") % {"first": FIRST.year, "last": LAST.year - 1}
            )
        return read


class Answers(serializers.DictField):
    """Answers by name: text, numbers or yes and no."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict) or any(not isinstance(each, str | int | float | None) for each in data.values()):
            raise serializers.ValidationError(_("This must be an object of plain answers."))
        return data


class Reference(serializers.CharField):
    """Another record by the word that addresses it, among those that the caller sees: `rows(request)`."""

    def __init__(self, rows: Callable[[Request], Any], *, key: str = "key", **kwargs: Any) -> None:
        self.rows, self.key = rows, key
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("This must be text."))
        found = self.rows(self.context["request"]).filter(**{self.key: data}).first()
        if found is None:
            raise serializers.ValidationError(_("There is no %(value)s that you see.") % {"value": data[:100]})
        return found


def validated(kind: type[Input], request: Request, *, read_only: Any = (), partial: bool = False) -> dict[str, Any]:
    """A request's body as an input class reads it; what is wrong is raised with its pointers."""
    serializer = kind(data=request.data, partial=partial, context={"request": request, "read_only": read_only})
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
