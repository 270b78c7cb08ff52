"""Teams."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import InRows, PersonField, TreeField, TreeMultipleField
from accounts.models import Organisation, Team


class TeamForm(InRows, forms.ModelForm):
    lead = PersonField(required=False, label=_("Lead"))
    supplier = TreeField(
        queryset=Organisation.objects.active().filter(kind=Organisation.Kind.SUPPLIER), required=False,
        label=_("Supplier"), help_text=_("For a team of a supplier's people."),
    )  # fmt: skip
    serves = TreeMultipleField(
        queryset=Organisation.objects.active(), required=False, label=_("Organisations that it serves"),
        help_text=_("Its members read the tickets of these, and of all below them."),
    )  # fmt: skip
    rows = (("name", "key"), ("level", "lead"), ("email", "supplier"), ("serves",), ("is_default", "is_active"))

    class Meta:
        model = Team
        fields = ["name", "key", "level", "lead", "email", "supplier", "is_default", "is_active"]
        labels = {"key": _("Key")}
        help_texts = {"key": _("Names it in addresses and in the API: small letters, digits and hyphens.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["serves"].initial = self.instance.serves.all()

    def _get_validation_exclusions(self) -> set[str]:
        """A new default team takes the place of the old one, so it is no mistake that there is one."""
        return {*super()._get_validation_exclusions(), "is_default"}  # type: ignore[misc]  # the stubs lack it


class MemberForm(forms.Form):
    person = PersonField(label=_("Add a member"))
