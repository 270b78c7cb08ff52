"""Items, services, relationships, and their classes and types."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import InRows, PersonField, PersonInput, TreeField, TreeMultipleField
from accounts.forms.organisations import TreeForm
from accounts.models import Location, Organisation, Team
from cmdb.models import CiClass, ConfigurationItem, RelationshipType, Service

KEY_HELP = gettext_lazy("Names it in addresses and in the API: small letters, digits and hyphens. It stays.")


ICONS = {
    "box": gettext_lazy("Box"),
    "layers-linked": gettext_lazy("Layers"),
    "stack-2": gettext_lazy("Stack"),
    "server": gettext_lazy("Server"),
    "server-2": gettext_lazy("Servers"),
    "database": gettext_lazy("Database"),
    "network": gettext_lazy("Network"),
    "wifi": gettext_lazy("Wireless"),
    "device-desktop": gettext_lazy("Desktop"),
    "device-laptop": gettext_lazy("Laptop"),
    "phone": gettext_lazy("Telephone"),
    "printer": gettext_lazy("Printer"),
    "camera": gettext_lazy("Camera"),
    "plug": gettext_lazy("Interface"),
    "power": gettext_lazy("Power"),
    "building": gettext_lazy("Building"),
    "key": gettext_lazy("Key or licence"),
    "file": gettext_lazy("Document"),
    "world": gettext_lazy("Web site"),
    "code": gettext_lazy("Code"),
    "package": gettext_lazy("Package"),
    "users": gettext_lazy("People"),
}
"""Icons that a class may have, all of the sprite."""


class CiForm(InRows, forms.ModelForm):
    """An item. Its key is given once, its status only when it is written down: afterwards it moves."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ci_class = TreeField(queryset=CiClass.objects.all(), label=gettext_lazy("Class"))
    owner = PersonField(required=False, label=gettext_lazy("Owner"), help_text=gettext_lazy("Who answers for it."))
    support_team = forms.ModelChoiceField(
        queryset=Team.objects.active(), required=False, empty_label="–", label=gettext_lazy("Support team"),
        help_text=gettext_lazy("Takes the incidents that name it."),
    )  # fmt: skip
    organisation = TreeField(
        queryset=Organisation.objects.none(), required=False, label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Whose it is. Left empty, the whole desk sees it."),
    )  # fmt: skip
    location = TreeField(
        queryset=Location.objects.filter(is_active=True), required=False, label=gettext_lazy("Location")
    )
    rows: tuple[tuple[str, ...], ...] = (
        ("version",),
        ("name", "key"),
        ("ci_class", "status"),
        ("environment", "importance"),
        ("description",),
        ("support_team", "owner"),
        ("organisation", "location"),
    )

    class Meta:
        model: type[ConfigurationItem] = ConfigurationItem
        fields = [
            "name", "key", "ci_class", "status", "environment", "importance", "description", "support_team", "owner",
            "organisation", "location",
        ]  # fmt: skip
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "key": KEY_HELP,
            "importance": gettext_lazy("What it means to the business when it fails."),
        }

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = self.fields["organisation"]
        organisations.queryset = Organisation.objects.visible_to(actor)  # type: ignore[attr-defined]  # a TreeField
        if self.instance.pk:
            del self.fields["key"], self.fields["status"]
            self.fields["version"].initial = self.instance.version

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ServiceForm(CiForm):
    """A service, which is an item with users."""

    used_by = TreeMultipleField(
        queryset=Organisation.objects.none(), required=False, label=gettext_lazy("Used by"),
        help_text=gettext_lazy("These organisations see it in the portal. Left empty, everybody does."),
    )  # fmt: skip
    rows = (*CiForm.rows, ("used_by",), ("user_count",), ("is_requestable",))

    class Meta(CiForm.Meta):
        model = Service
        fields = [*CiForm.Meta.fields, "user_count", "is_requestable"]

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        used_by = self.fields["used_by"]
        used_by.queryset = Organisation.objects.visible_to(actor)  # type: ignore[attr-defined]  # a TreeMultipleField
        if self.instance.pk:
            used_by.initial = self.instance.used_by.all()


class ItemInput(PersonInput):
    """The key of an item, with suggestions where there is JavaScript."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-people"] = reverse_lazy("cis-find")
        return context


class ItemField(forms.CharField):
    """One item that the person sees, written as its key or its whole name."""

    widget = ItemInput

    def __init__(self, *, actor: Any, **options: Any) -> None:
        self.actor = actor
        super().__init__(max_length=150, **options)
        self.widget.attrs["placeholder"] = _("Key or name")

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        items = ConfigurationItem.objects.visible_to(self.actor)
        found = list(items.filter(key__iexact=words)[:1]) or list(items.filter(name__iexact=words)[:2])
        if not found:
            raise ValidationError(_("There is no item called %(name)s.") % {"name": words})
        if len(found) > 1:
            raise ValidationError(_("There is more than one %(name)s. Write the key.") % {"name": words})
        return found[0]


class RelationshipForm(forms.Form):
    """A relationship read from the item at hand: it *runs on* which other, or *hosts* which."""

    reading = forms.ChoiceField(label=gettext_lazy("This item"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = {each.key: each for each in RelationshipType.objects.all()}
        choices = []
        for each in self.types.values():
            choices.append((each.key, each.name))
            if each.reverse_name != each.name:
                choices.append((f"{each.key}:reverse", each.reverse_name))
        self.fields["reading"].choices = sorted(choices, key=lambda choice: choice[1])  # type: ignore[attr-defined]  # a choice field
        self.fields["other"] = ItemField(actor=actor, label=_("the other item"))

    def ends(self, ci: ConfigurationItem) -> dict[str, Any]:
        """Source, target and type, whichever way round it was read."""
        key, _colon, reverse = self.cleaned_data["reading"].partition(":")
        other = self.cleaned_data["other"]
        source, target = (other, ci) if reverse else (ci, other)
        return {"source": source, "target": target, "type": self.types[key]}


class CiClassForm(TreeForm):
    parent = TreeField(queryset=CiClass.objects.all(), required=False, label=gettext_lazy("Inside"))
    icon = forms.ChoiceField(label=gettext_lazy("Icon"), choices=list(ICONS.items()))
    rows = (("name", "key"), ("parent", "icon"))

    class Meta:
        model = CiClass
        fields = ["name", "key", "parent", "icon"]
        labels = {"key": gettext_lazy("Key")}
        help_texts = {"key": gettext_lazy("Names it in addresses and in the API: small letters, digits and hyphens.")}


class RelationshipTypeForm(InRows, forms.ModelForm):
    rows = (("name", "reverse_name"), ("key", "impact"))

    class Meta:
        model = RelationshipType
        fields = ["name", "reverse_name", "key", "impact"]
        labels = {"key": gettext_lazy("Key")}
        help_texts = {
            "key": gettext_lazy("Names it in addresses and in the API: small letters, digits and hyphens."),
            "name": gettext_lazy("As in: the order desk “depends on” the database."),
            "reverse_name": gettext_lazy("As in: the database “is needed by” the order desk."),
            "impact": gettext_lazy("Which end suffers when the other fails."),
        }
