"""Form fields that moves of several practices ask with: references by what people say, not by primary key."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Team, User
from core.moments import FIRST, LAST, can_be_kept
from tickets.models import Category


def team_field(record: Any, actor: Any) -> forms.Field:
    return forms.ModelChoiceField(
        Team.objects.filter(is_active=True), to_field_name="key", label=_("Team"), empty_label=_("Choose a team")
    )


def assignee_field(record: Any, actor: Any) -> forms.Field:
    people = User.objects.filter(is_active=True, memberships__team__is_active=True).distinct()
    return forms.ModelChoiceField(
        people, to_field_name="username", label=_("Assignee"), empty_label=_("Nobody in particular")
    )


def category_field(record: Any, actor: Any) -> forms.Field:
    return forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        to_field_name="key",
        label=_("Category"),
        initial=record.category.key if record and record.category else None,
    )


def supplier_field(record: Any, actor: Any) -> forms.Field:
    suppliers = Organisation.objects.filter(kind=Organisation.Kind.SUPPLIER, is_active=True)
    return forms.ModelChoiceField(suppliers, to_field_name="key", label=_("Supplier"))


def words_field(label: Any, *, rows: int = 3, help_text: Any = "", max_length: int = 10_000) -> forms.Field:
    return forms.CharField(
        label=label, help_text=help_text, max_length=max_length, widget=forms.Textarea(attrs={"rows": rows})
    )


def moment_field(label: Any, help_text: Any = "") -> forms.Field:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[_can_be_kept],
    )


def _can_be_kept(value: Any) -> None:
    if not can_be_kept(value):
        raise ValidationError(
            _("Choose a moment between %(first)s and %(last)s."), params={"first": FIRST.year, "last": LAST.year - 1}
        )
