"""What the desk says when it announces a disturbance."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from cmdb.models import Service
from incidents.models import Announcement
from incidents.questions import IncidentNumber
from tickets.questions import moment_field, words_field


class AnnouncementForm(forms.Form):
    """A disturbance in the words of those whom it hits."""

    title = forms.CharField(
        label=gettext_lazy("What people notice"),
        max_length=150,
        help_text=gettext_lazy("In a few words, without the time: “Order desk is slow”. The portal adds since when."),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("The service is"),
        choices=Announcement.State,
        initial="slow",
        widget=forms.RadioSelect,
    )
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label=gettext_lazy("Service"),
        required=False,
        to_field_name="key",
        empty_label=gettext_lazy("None in particular"),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("For"),
        required=False,
        to_field_name="key",
        empty_label=gettext_lazy("Everybody"),
        help_text=gettext_lazy("An organisation with all below it."),
    )
    text = words_field(
        gettext_lazy("What people should know"),
        max_length=2000,
        help_text=gettext_lazy("What still works, what to do meanwhile. Everybody reads this."),
    )
    started_at = moment_field(gettext_lazy("Since"))
    next_word_at = moment_field(gettext_lazy("Next word by"))
    expected_end_at = moment_field(gettext_lazy("Expected to be over"), gettext_lazy("If you know."))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"] = IncidentNumber(
            actor=user,
            label=gettext_lazy("Stands for the incident"),
            max_length=20,
            required=False,
            help_text=gettext_lazy("Its number, if there is one. The portal doesn't show it."),
        )
        services, organisations = self.fields["service"], self.fields["organisation"]
        assert isinstance(services, forms.ModelChoiceField)
        assert isinstance(organisations, forms.ModelChoiceField)
        services.queryset = Service.objects.visible_to(user).in_use()
        organisations.queryset = Organisation.objects.visible_to(user).active()
        for name in ("text", "next_word_at", "expected_end_at"):
            self.fields[name].required = False

    def clean_started_at(self) -> Any:
        moment = self.cleaned_data["started_at"]
        if moment > timezone.now() + timedelta(minutes=1):
            raise ValidationError(_("This lies in the future. Planned work is announced with its change."))
        return moment

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        started, ends = cleaned.get("started_at"), cleaned.get("expected_end_at")
        if started and ends and ends < started:
            self.add_error("expected_end_at", _("This is before it began."))
        return cleaned
