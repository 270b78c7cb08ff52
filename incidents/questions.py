"""What the moves of an incident ask."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cmdb.models import ConfigurationItem
from core.lifecycle import Question
from incidents.models.incident import FixKind, HoldReason, Incident, ResolutionCode
from tickets.questions import assignee_field, category_field, moment_field, team_field, words_field

NO_ITEM = "none"
"""The answer "no item was at fault", which has to be said rather than left out."""


class ItemOrNone(forms.CharField):
    """The key of an item, or `none`. Cleans to the item or to `NO_ITEM`."""

    def __init__(self, *, actor: Any, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.key if isinstance(value, ConfigurationItem) else value

    def clean(self, value: Any) -> Any:
        key = super().clean(value)
        if key in ("", NO_ITEM):
            return key
        items = ConfigurationItem.objects.all()
        if self.actor is not None:
            items = items.visible_to(self.actor)
        try:
            return items.get(key=key)
        except ConfigurationItem.DoesNotExist:
            raise ValidationError(_("There is no item called %(key)s.") % {"key": key}) from None


def _item(record: Any, actor: Any) -> forms.Field:
    choices = [("", _("Choose")), (NO_ITEM, _("None"))]
    if record is not None:
        choices += [(ci.key, ci.name) for ci in record.cis.all()]
    return ItemOrNone(
        actor=actor,
        label=gettext_lazy("Item at fault"),
        help_text=gettext_lazy("The item that caused it, or none."),
        widget=forms.Select(choices=choices),
    )


def _past_moment(label: Any, help_text: Any) -> forms.Field:
    asked = moment_field(label, help_text)
    asked.validators.append(_not_in_the_future)
    return asked


def _not_in_the_future(value: Any) -> None:
    if value > timezone.now() + timedelta(minutes=1):
        raise ValidationError(_("This lies in the future."))


class IncidentNumber(forms.CharField):
    """The number of another incident that the person sees. Cleans to the incident."""

    def __init__(self, *, actor: Any, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.number if isinstance(value, Incident) else value

    def clean(self, value: Any) -> Any:
        number = super().clean(value).upper()
        if not number:
            return None
        seen = Incident.objects.all() if self.actor is None else Incident.objects.visible_to(self.actor)
        found = seen.filter(number=number).first()
        if found is None:
            raise ValidationError(_("There is no incident %(number)s.") % {"number": number})
        return found


def _choice(label: Any, choices: Any) -> Any:
    return lambda record, actor: forms.ChoiceField(label=label, choices=[("", _("Choose")), *choices])


QUESTIONS = (
    Question("team", team_field),
    Question("assignee", assignee_field),
    Question("category", category_field),
    Question("hold_reason", _choice(gettext_lazy("Why it waits"), HoldReason.choices)),
    Question(
        "hold_awaits",
        lambda record, actor: forms.CharField(
            label=gettext_lazy("What is awaited"), max_length=200, help_text=gettext_lazy("Who has to do what.")
        ),
    ),
    Question("wake_at", lambda record, actor: moment_field(gettext_lazy("Wakes by itself"))),
    Question("resolution_code", _choice(gettext_lazy("Resolution code"), ResolutionCode.choices)),
    Question(
        "resolution",
        lambda record, actor: words_field(
            gettext_lazy("Words for the requester"),
            help_text=gettext_lazy("What was wrong and what was done. The requester reads this."),
        ),
    ),
    Question("fix_kind", _choice(gettext_lazy("Workaround or permanent"), FixKind.choices)),
    Question("resolved_ci", _item),
    Question(
        "restored_at",
        lambda record, actor: _past_moment(
            gettext_lazy("Service restored"), gettext_lazy("When people could work again; now, unless you say.")
        ),
    ),
    Question("reason", lambda record, actor: words_field(gettext_lazy("Reason"), rows=2, max_length=2000)),
    Question(
        "into",
        lambda record, actor: IncidentNumber(actor=actor, label=gettext_lazy("Into which incident"), max_length=20),
    ),
)
