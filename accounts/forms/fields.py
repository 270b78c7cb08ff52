"""Form fields that name a person, and places in a tree."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class PersonInput(forms.TextInput):
    """A user name, with suggestions where there is JavaScript."""

    template_name = "accounts/person_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        identity = context["widget"]["attrs"].get("id", name)
        context["widget"]["attrs"] |= {"list": f"{identity}_list", "autocomplete": "off"}
        context["widget"]["attrs"]["data-people"] = reverse_lazy("people-find")
        return context


class PersonField(forms.ModelChoiceField):
    """One person, written as user name, mail address or full name."""

    widget = PersonInput
    default_error_messages = {
        "unknown": _("Nobody here is called %(value)s. Write a user name, mail address or full name."),
        "several": _("There is more than one %(value)s. Write the user name."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=options.pop("queryset", User.objects.active()), **options)
        self.widget.attrs.setdefault("placeholder", _("Name or user name"))

    def to_python(self, value: Any) -> User | None:
        if isinstance(value, User):
            return value
        words = str(value or "").strip()
        if not words:
            return None
        if "\x00" in words:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"value": ""})
        written = words.rsplit("(", 1)[-1].rstrip(")") if words.endswith(")") else words
        known = self.queryset if self.queryset is not None else User.objects.none()
        people = known.filter(Q(username__iexact=written) | Q(email__iexact=written))[:1]
        found = list(people) or list(known.filter(name__iexact=words)[:2])
        if len(found) != 1:
            code = "several" if found else "unknown"
            raise ValidationError(self.error_messages[code], code=code, params={"value": words})
        person: User = found[0]
        return person

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = User.objects.filter(pk=value).first()
        return value.username if isinstance(value, User) else value


class TreeIterator(forms.models.ModelChoiceIterator):
    """The nodes of a tree, each below its parent and indented."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield "", str(self.field.empty_label)
        nodes = list(self.queryset.order_by("name"))
        shown = {node.pk for node in nodes}
        below: dict[int | None, list[Any]] = {}
        for node in nodes:
            below.setdefault(node.parent_id if node.parent_id in shown else None, []).append(node)
        yield from self._walk(below, None, 0)

    def _walk(self, below: dict[int | None, list[Any]], parent: int | None, depth: int) -> Iterator[tuple[Any, str]]:
        for node in below.get(parent, []):
            yield self.field.prepare_value(node), "\u2003" * depth + self.field.label_from_instance(node)
            yield from self._walk(below, node.pk, depth + 1)


class TreeField(forms.ModelChoiceField):
    iterator = TreeIterator

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **({"empty_label": "–"} | options))
        self.widget.attrs["data-combobox"] = True


class TreeMultipleField(forms.ModelMultipleChoiceField):
    iterator = TreeIterator

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.widget.attrs["data-combobox"] = True


class InRows:
    """A form whose fields stand in rows: `rows` names them, `field_rows` gives them to the template."""

    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def field_rows(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in row if name in self.fields] for row in self.rows]  # type: ignore[index,attr-defined]  # stands beside a Form
