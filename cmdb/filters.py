"""What the list of items can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import TreeFilter
from accounts.models import Organisation, Team, User
from cmdb.models import CiClass, ConfigurationItem

Item = ConfigurationItem
SELECT = {"class": "input"}


class CiFilter(django_filters.FilterSet):
    """Search, people and teams stand above the list; classes and states beside it, with counts."""

    q = django_filters.CharFilter(
        method="with_words",
        label=_("Search"),
        widget=forms.TextInput(
            attrs={"type": "search", "class": "input", "placeholder": _("Name, key or description")}
        ),
    )
    team = django_filters.ModelChoiceFilter(
        field_name="support_team",
        queryset=Team.objects.filter(supported_cis__isnull=False).distinct(),
        to_field_name="key",
        label=_("Support team"),
        empty_label=_("Any team"),
        widget=forms.Select(attrs=SELECT),
    )
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.filter(owned_cis__isnull=False).order_by("name").distinct(),
        to_field_name="username",
        label=_("Owner"),
        empty_label=_("Any owner"),
        widget=forms.Select(attrs=SELECT),
    )
    organisation = TreeFilter(
        queryset=Organisation.objects.all(),
        method="in_organisation",
        to_field_name="key",
        label=_("Organisation"),
        empty_label=_("Any organisation"),
    )
    ci_class = django_filters.ModelMultipleChoiceFilter(
        queryset=CiClass.objects.all(), method="in_classes", to_field_name="key", label=_("Class")
    )
    status = django_filters.MultipleChoiceFilter(choices=Item.Status.choices, label=_("Status"))
    environment = django_filters.MultipleChoiceFilter(choices=Item.Environment.choices, label=_("Environment"))
    importance = django_filters.TypedMultipleChoiceFilter(
        choices=Item.Importance.choices, coerce=int, label=_("Importance")
    )

    class Meta:
        model = Item
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = self.filters["organisation"].field
        organisations.queryset = Organisation.objects.visible_to(self.request.user)

    def with_words(self, items: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:5]:
            items = items.filter(Q(name__icontains=word) | Q(key__icontains=word) | Q(description__icontains=word))
        return items

    def in_organisation(self, items: QuerySet, name: str, value: Organisation) -> QuerySet:
        return items.filter(organisation__path__startswith=value.path)

    def in_classes(self, items: QuerySet, name: str, value: list[CiClass]) -> QuerySet:
        """A class means all below it too."""
        wanted = Q(pk__in=[])
        for each in value:
            wanted |= Q(ci_class__path__startswith=each.path)
        return items.filter(wanted) if value else items
