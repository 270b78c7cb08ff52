"""Organisations, suppliers, locations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import InRows, TreeField
from accounts.models import Location, Organisation, Team


class TreeForm(InRows, forms.ModelForm):
    """A node of a tree: it cannot be put under itself or below."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        if self.instance.pk and isinstance(parent, TreeField) and parent.queryset is not None:
            parent.queryset = parent.queryset.exclude(path__startswith=self.instance.path)


class OrganisationForm(TreeForm):
    parent = TreeField(queryset=Organisation.objects.active(), required=False, label=_("Part of"))
    rows = (("name", "key"), ("kind", "parent"), ("portal_name", "phone"), ("people_see_all",), ("is_active",))

    class Meta:
        model = Organisation
        fields = ["name", "key", "kind", "parent", "portal_name", "phone", "people_see_all", "is_active"]
        labels = {"key": _("Key")}
        help_texts = {"key": _("Names it in addresses and in the API: small letters, digits and hyphens.")}


class LocationForm(TreeForm):
    parent = TreeField(queryset=Location.objects.filter(is_active=True), required=False, label=_("Inside"))
    organisation = TreeField(queryset=Organisation.objects.active(), required=False, label=_("Organisation"))
    support_team = forms.ModelChoiceField(
        queryset=Team.objects.active(), required=False, empty_label="–", label=_("Support team"),
        help_text=_("Takes the tickets from here that no item, service or category routes."),
    )  # fmt: skip
    rows = (("name", "key"), ("parent", "organisation"), ("support_team",), ("is_active",))

    class Meta:
        model = Location
        fields = ["name", "key", "parent", "organisation", "support_team", "is_active"]
        labels = {"key": _("Key")}
        help_texts = {"key": _("Names it in addresses and in the API: small letters, digits and hyphens.")}
