"""Forms of the incident's page: fields edited in place, a few at a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmdb.models import Service
from incidents.models import Incident
from tickets.models import Category, Ticket


class EditForm(forms.Form):
    """Some fields of an incident, over the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    title_words: Any = ""

    def __init__(self, incident: Incident, user: Any, *args: Any, **kwargs: Any) -> None:
        self.incident, self.user = incident, user
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = incident.version
        for name in self.changeable:
            self.fields[name].initial = getattr(incident, name)

    @property
    def changeable(self) -> list[str]:
        return [name for name in self.fields if name not in ("version", "reason")]

    @property
    def answers(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changeable}


class WordsForm(EditForm):
    title_words = _("Title and description")
    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 8}))


class CategoryForm(EditForm):
    title_words = _("Category")
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True), required=False, label=_("Category"), empty_label=_("None")
    )


class ServiceForm(EditForm):
    title_words = _("Service")
    service = forms.ModelChoiceField(Service.objects.none(), required=False, label=_("Service"), empty_label=_("None"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = Service.objects.visible_to(self.user).in_use()
        self.fields["service"].queryset = services  # type: ignore[attr-defined]  # a choice of rows


class ImpactForm(EditForm):
    title_words = _("Impact and urgency")
    impact = forms.TypedChoiceField(label=_("Impact"), choices=Ticket.Level.choices, coerce=int)
    urgency = forms.TypedChoiceField(label=_("Urgency"), choices=Ticket.Level.choices, coerce=int)


class OverrideForm(EditForm):
    title_words = _("Priority by hand")
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Ticket.Priority.choices, coerce=int)
    reason = forms.CharField(
        label=_("Why the scheme's priority is not right"),
        max_length=300,
        help_text=_("The timeline keeps it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RequesterForm(EditForm):
    title_words = _("Requester")
    requester = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Requester"),
        to_field_name="username",
        widget=forms.Select(attrs={"data-combobox": ""}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = User.objects.visible_to(self.user).active()
        requester = self.fields["requester"]
        known = seen | User.objects.filter(pk=self.incident.requester_id)
        requester.queryset = known  # type: ignore[attr-defined]  # a choice of rows
        requester.initial = self.incident.requester.username


FORMS: dict[str, type[EditForm]] = {
    "words": WordsForm,
    "category": CategoryForm,
    "service": ServiceForm,
    "impact": ImpactForm,
    "priority": OverrideForm,
    "requester": RequesterForm,
}
