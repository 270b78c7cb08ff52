"""What the list of people can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TreeField
from accounts.models import Organisation, Team, User
from accounts.roles import GIVEN, LABELS, key_of


class TreeFilter(django_filters.ModelChoiceFilter):
    field_class = TreeField


class PersonFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="with_words",
        label=_("Search"),
        widget=forms.TextInput(attrs={"type": "search", "class": "input", "placeholder": _("Name, user name or mail")}),
    )
    organisation = TreeFilter(
        queryset=Organisation.objects.all(),
        method="in_organisation",
        label=_("Organisation"),
        empty_label=_("Any organisation"),
    )
    team = django_filters.ModelChoiceFilter(
        field_name="teams",
        queryset=Team.objects.all(),
        to_field_name="key",
        label=_("Team"),
        empty_label=_("Any team"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    role = django_filters.ChoiceFilter(
        field_name="groups__name",
        choices=[(key_of(role), LABELS[role]) for role in GIVEN],
        label=_("Role"),
        empty_label=_("Any role"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    state = django_filters.ChoiceFilter(
        method="in_state",
        choices=[("inactive", _("Deactivated")), ("integration", _("Integrations")), ("all", _("Everybody"))],
        label=_("Who"),
        empty_label=_("Active people"),
        widget=forms.Select(attrs={"class": "input"}),
    )

    class Meta:
        model = User
        fields: list[str] = []

    def with_words(self, people: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:5]:
            people = people.filter(Q(name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word))
        return people

    def in_organisation(self, people: QuerySet, name: str, value: Organisation) -> QuerySet:
        return people.filter(organisation__path__startswith=value.path)

    def in_state(self, people: QuerySet, name: str, value: str) -> QuerySet:
        return people  # decided in filter_queryset, where its absence means something too

    def filter_queryset(self, queryset: Any) -> Any:
        people = super().filter_queryset(queryset)
        state = self.form.cleaned_data.get("state")
        if state == "all":
            return people
        if state == "integration":
            return people.filter(is_integration=True)
        return people.filter(is_active=state != "inactive", is_integration=False)
