"""What administrators fill in about people, and people about themselves."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import InRows, PersonField, TreeField
from accounts.models import Location, Organisation, User
from accounts.roles import GIVEN, LABELS, Role, key_of
from accounts.validators import visible_characters

RESERVED = {"find", "new"}
"""Words that stand where user names stand in addresses."""


def time_zones() -> list[tuple[str, str]]:
    """Places as people know them; the technical aliases are left out."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if name.startswith(areas)] + [
        ("UTC", "UTC")
    ]


class TimeZoneField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Time zone"))
        super().__init__(choices=time_zones, widget=forms.Select(attrs={"data-combobox": True}), **options)


class LanguageField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Language"))
        super().__init__(choices=settings.LANGUAGES, **options)


class PersonForm(InRows, forms.ModelForm):
    """A person as an administrator sees them."""

    organisation = TreeField(queryset=Organisation.objects.active(), required=False, label=_("Organisation"))
    location = TreeField(queryset=Location.objects.filter(is_active=True), required=False, label=_("Location"))
    manager = PersonField(required=False, label=_("Manager"))
    time_zone = TimeZoneField()
    language = LanguageField()
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=[(key_of(role), LABELS[role]) for role in GIVEN],
        widget=forms.CheckboxSelectMultiple,
    )
    rows = (
        ("name", "username"),
        ("email", "phone"),
        ("job_title", "manager"),
        ("organisation", "location"),
        ("time_zone", "language"),
        ("is_vip", "is_integration"),
        ("roles",),
    )

    class Meta:
        model = User
        fields = [
            "name", "username", "email", "phone", "job_title", "manager", "organisation", "location", "time_zone",
            "language", "is_vip", "is_integration",
        ]  # fmt: skip
        help_texts = {"username": _("Signs in with it; colleagues mention it as @name.")}
        labels = {"is_integration": _("Account of an integration, not of a person")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            held = self.instance.groups.values_list("name", flat=True)
            self.fields["roles"].initial = list(held)

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        visible_characters(username)
        if username.lower() in RESERVED:
            raise forms.ValidationError(_("This name is an address of the desk. Choose another."), code="reserved")
        if User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else has this user name."), code="taken")
        return username

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if email and User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else has this mail address."), code="taken")
        return email

    def clean_roles(self) -> Role:
        return Role(sum(role.value for role in GIVEN if key_of(role) in self.cleaned_data["roles"]))

    def _get_validation_exclusions(self) -> set[str]:
        """The two names are checked above, in words of their own."""
        return {*super()._get_validation_exclusions(), "username", "email"}  # type: ignore[misc]  # the stubs lack it


class ProfileForm(InRows, forms.ModelForm):
    """What people change on themselves."""

    time_zone = TimeZoneField()
    language = LanguageField()
    rows = (
        ("name", "job_title"),
        ("phone",),
        ("time_zone", "language"),
        ("theme", "density"),
        ("has_shortcuts",),
    )

    class Meta:
        model = User
        fields = ["name", "job_title", "phone", "time_zone", "language", "theme", "density", "has_shortcuts"]
        labels = {"has_shortcuts": _("Single-key shortcuts, such as j and k in lists")}


class DeputyForm(InRows, forms.Form):
    """Who stands in, and when. An empty name ends it."""

    deputy = PersonField(required=False, label=_("Who stands in for you"))
    deputy_from_on = forms.DateField(
        required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    deputy_until_on = forms.DateField(
        required=False, label=_("Until and including"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    rows = (("deputy",), ("deputy_from_on", "deputy_until_on"))
