"""Forms of the administration of priority schemes, windows and reminders, and propagation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import InRows, TreeField
from accounts.models import Organisation
from cmdb.models import Service
from incidents.matrix import DEFAULT
from incidents.models import IncidentPolicy, PriorityScheme, PropagationRule
from incidents.models.incident import HoldReason, Status
from incidents.services.administering import DAYS, PASSABLE, is_common
from tickets.models import Ticket

PARTS = ("code", "name", "description", "target")
LENGTHS = {"code": 10, "name": 40, "description": 200, "target": 200}
PART_LABELS = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Name"),
    "description": gettext_lazy("When it is right"),
    "target": gettext_lazy("Target in words"),
}


class SchemeForm(InRows, forms.Form):
    """A scheme whole: where it holds, its nine cells, and what its five priorities mean."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    organisation = TreeField(
        queryset=Organisation.objects.active(), required=False, label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("And all below it. Left empty: every organisation."),
    )  # fmt: skip
    service = forms.ModelChoiceField(
        queryset=Service.objects.none(), required=False, empty_label="–", label=gettext_lazy("Service"),
        help_text=gettext_lazy("A scheme for a service goes before one for an organisation."),
    )  # fmt: skip
    rows = (("name",), ("organisation", "service"))

    def __init__(
        self, *args: Any, actor: Any, scheme: PriorityScheme | None, like: PriorityScheme | None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.scheme = scheme
        organisation: Any = self.fields["organisation"]
        known = Organisation.objects.visible_to(actor).active().values("pk")
        own = Q(pk=scheme.organisation_id if scheme else None)
        organisation.queryset = Organisation.objects.filter(Q(pk__in=known) | own)
        service: Any = self.fields["service"]
        seen = Service.objects.visible_to(actor).values("pk")
        service.queryset = Service.objects.filter(Q(pk__in=seen) | Q(pk=scheme.service_id if scheme else None))
        source = scheme or like
        cells = {(cell.impact, cell.urgency): cell.priority for cell in source.cells.all()} if source else {}
        for (impact, urgency), usual in DEFAULT.items():
            self.fields[f"cell_{impact}_{urgency}"] = forms.TypedChoiceField(
                label=_("Impact %(impact)s, urgency %(urgency)s")
                % {"impact": Ticket.Level(impact).label.lower(), "urgency": Ticket.Level(urgency).label.lower()},
                choices=[(priority, f"P{priority}") for priority in range(1, 6)],
                coerce=int,
                initial=cells.get((impact, urgency), usual),
                widget=forms.Select(attrs={"class": "input"}),
            )
        levels = {level.priority: level for level in source.levels.all()} if source else {}
        for priority in range(1, 6):
            for part in PARTS:
                self.fields[f"level_{priority}_{part}"] = forms.CharField(
                    label=f"P{priority}: {PART_LABELS[part]}",
                    max_length=LENGTHS[part],
                    required=part in ("code", "name"),
                    widget=forms.TextInput(attrs={"class": "input"}),
                    initial=getattr(levels.get(priority), part, f"P{priority}" if part == "code" else ""),
                )
        if scheme is not None:
            for name in ("name", "organisation", "service"):
                self.fields[name].initial = getattr(scheme, name)
            if is_common(scheme):
                del self.fields["organisation"], self.fields["service"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        taken = PriorityScheme.objects.filter(name=name).values_list("pk", flat=True)
        if any(self.scheme is None or pk != self.scheme.pk for pk in taken):
            raise ValidationError(_("Another scheme is called so."))
        return name

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "organisation": given.get("organisation"),
            "service": given.get("service"),
            "cells": {(impact, urgency): given[f"cell_{impact}_{urgency}"] for impact, urgency in DEFAULT},
            "levels": {
                priority: {part: given[f"level_{priority}_{part}"] for part in PARTS} for priority in range(1, 6)
            },
        }

    @property
    def matrix(self) -> list[dict[str, Any]]:
        """A row for each impact, with a field for each urgency."""
        return [
            {"label": label, "fields": [self[f"cell_{impact}_{urgency}"] for urgency in Ticket.Level.values]}
            for impact, label in Ticket.Level.choices
        ]

    @property
    def levels(self) -> list[dict[str, Any]]:
        """A row for each priority, with its fields."""
        return [
            {"priority": priority, "fields": [self[f"level_{priority}_{part}"] for part in PARTS]}
            for priority in range(1, 6)
        ]


class Days(forms.CharField):
    """Days, separated by commas: `2, 4`."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(day) for day in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        words = super().clean(value).replace(";", ",").split(",")
        days = [word.strip() for word in words if word.strip()]
        if any(not (day.isascii() and day.isdigit() and len(day) < 4) for day in days):
            raise ValidationError(_("Write days as numbers, separated by commas: 2, 4."))
        return [int(day) for day in days]


class PolicyForm(InRows, forms.ModelForm):
    """Windows and reminders, all in days."""

    reminder_days = Days(
        label=gettext_lazy("Remind the requester after"), required=False, max_length=60,
        help_text=gettext_lazy("Days on hold without an answer, separated by commas. Left empty: no reminders."),
    )  # fmt: skip
    rows = (("reopen_for_days", "close_after_days"), ("reminder_days", "no_answer_after_days"))

    class Meta:
        model = IncidentPolicy
        fields = [*DAYS, "reminder_days"]
        labels = {
            "reopen_for_days": gettext_lazy("May be reopened for"),
            "close_after_days": gettext_lazy("Closes by itself after"),
            "no_answer_after_days": gettext_lazy("Counts as no answer after"),
        }
        help_texts = {
            "reopen_for_days": gettext_lazy("Days after resolving; later a reply opens a follow-up."),
            "close_after_days": gettext_lazy("Days after resolving, unless the requester confirms or reopens."),
            "no_answer_after_days": gettext_lazy("Days on hold for the requester; then it can be resolved as such."),
        }


def propagation_rows() -> list[dict[str, Any]]:
    """The table as it stands: every event of a parent, whether it passes down, and whether it ever may."""
    passes = {
        (rule.event, rule.hold_reason): rule.passes == PropagationRule.Passes.STATUS
        for rule in PropagationRule.objects.all()
    }
    events = [
        (Status.IN_PROGRESS, ""),
        *((Status.ON_HOLD, reason) for reason in HoldReason.values),
        (Status.RESOLVED, ""),
        (Status.CLOSED, ""),
        (Status.CANCELLED, ""),
    ]
    return [
        {
            "value": f"{event}.{reason}",
            "label": Status(event).label,
            "detail": HoldReason(reason).label if reason else "",
            "passes": passes.get((event, reason), False) and (event, reason) in PASSABLE,
            "may_pass": (event, reason) in PASSABLE,
        }
        for event, reason in events
    ]
