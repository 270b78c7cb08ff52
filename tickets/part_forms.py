"""The forms of what belongs to a ticket: tasks, ties, items, referrals, restriction. Each knows its verb."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from cmdb.models import ConfigurationItem
from tickets.models import Link, Ticket, TicketCi
from tickets.questions import moment_field, supplier_field
from tickets.services import linking, referring, restricting, tasks

COMBOBOX = {"data-combobox": ""}


class PartForm(forms.Form):
    """A form over one ticket; `carry_out` calls the service."""

    heading: ClassVar[Any] = ""
    submit: ClassVar[Any] = gettext_lazy("Save")

    def __init__(self, ticket: Any, user: User, *args: Any, **kwargs: Any) -> None:
        self.ticket, self.user = ticket, user
        super().__init__(*args, **kwargs)

    def carry_out(self) -> None:
        raise NotImplementedError


class TaskForm(PartForm):
    heading = gettext_lazy("Add a task")
    submit = gettext_lazy("Add task")
    title = forms.CharField(label=gettext_lazy("What has to be done"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    team = forms.ModelChoiceField(
        Team.objects.filter(is_active=True), label=gettext_lazy("Team"), required=False, to_field_name="key"
    )
    assignee = forms.ModelChoiceField(
        User.objects.filter(is_active=True, memberships__isnull=False).distinct(),
        label=gettext_lazy("Assignee"),
        required=False,
        to_field_name="username",
    )
    planned_start_at = moment_field(gettext_lazy("Planned start"))
    planned_end_at = moment_field(gettext_lazy("Planned end"))
    is_required = forms.BooleanField(label=gettext_lazy("Must be done before the ticket is resolved"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["planned_start_at"].required = self.fields["planned_end_at"].required = False

    def carry_out(self) -> None:
        tasks.open_task(ticket=self.ticket, actor=self.user, **self.cleaned_data)


class TicketNumber(forms.CharField):
    """The number of another ticket that the person sees. Cleans to the ticket."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"placeholder": "INC0000123"}), **kwargs)


class LinkForm(PartForm):
    heading = gettext_lazy("Link another ticket")
    submit = gettext_lazy("Link")
    RELATIONS: ClassVar[list[tuple[str, Any]]] = [
        *Link.Kind.choices,
        ("parent", gettext_lazy("Child of it: follows it")),
        ("child", gettext_lazy("Parent of it: leads it")),
    ]
    relation = forms.ChoiceField(label=gettext_lazy("This ticket is"), choices=RELATIONS)
    number = TicketNumber(label=gettext_lazy("Number of the other"))

    def clean_number(self) -> Any:
        number = self.cleaned_data["number"].strip().upper()
        found = Ticket.objects.visible_to(self.user).filter(number=number).first()
        if found is None:
            raise ValidationError(_("There is no ticket %(number)s.") % {"number": number})
        return found

    def carry_out(self) -> None:
        other, relation = self.cleaned_data["number"], self.cleaned_data["relation"]
        if relation == "parent":
            linking.set_parent(child=self.ticket, parent=other, actor=self.user)
        elif relation == "child":
            linking.set_parent(child=other, parent=self.ticket, actor=self.user)
        else:
            linking.link(source=self.ticket, target=other, kind=relation, actor=self.user)


class ItemForm(PartForm):
    heading = gettext_lazy("Name an item that is hit")
    submit = gettext_lazy("Add item")
    ci = forms.ModelChoiceField(
        ConfigurationItem.objects.none(),
        label=gettext_lazy("Item"),
        to_field_name="key",
        widget=forms.Select(attrs=COMBOBOX),
    )
    role = forms.ChoiceField(label=gettext_lazy("It is"), choices=TicketCi.Role.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = ConfigurationItem.objects.visible_to(self.user)
        self.fields["ci"].queryset = items  # type: ignore[attr-defined]  # a choice of rows

    def carry_out(self) -> None:
        linking.add_ci(ticket=self.ticket, actor=self.user, **self.cleaned_data)


class ReferralForm(PartForm):
    heading = gettext_lazy("Refer to a supplier")
    submit = gettext_lazy("Hand over")
    supplier = supplier_field(None, None)
    question = forms.CharField(label=gettext_lazy("What we ask of them"), widget=forms.Textarea(attrs={"rows": 4}))
    reference = forms.CharField(label=gettext_lazy("Their reference"), max_length=100, required=False)
    contact = forms.CharField(label=gettext_lazy("Contact"), max_length=150, required=False)
    promised_at = moment_field(gettext_lazy("Promised for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promised_at"].required = False

    def carry_out(self) -> None:
        referring.refer(ticket=self.ticket, actor=self.user, **self.cleaned_data)


class RestrictForm(PartForm):
    heading = gettext_lazy("Restrict to named teams")
    submit = gettext_lazy("Restrict")
    teams = forms.ModelMultipleChoiceField(
        Team.objects.filter(is_active=True),
        label=gettext_lazy("Teams that may see it"),
        to_field_name="key",
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("People who may see it besides"),
        required=False,
        to_field_name="username",
        widget=forms.SelectMultiple(attrs=COMBOBOX),
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = User.objects.visible_to(self.user).active()  # type: ignore[attr-defined]  # a choice of models

    def carry_out(self) -> None:
        asked = self.cleaned_data
        restricting.restrict(
            ticket=self.ticket,
            actor=self.user,
            teams=list(asked["teams"]),
            people=list(asked["people"]),
            reason=asked["reason"],
        )


class UnrestrictForm(PartForm):
    heading = gettext_lazy("Lift the restriction")
    submit = gettext_lazy("Lift it")
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def carry_out(self) -> None:
        restricting.unrestrict(ticket=self.ticket, actor=self.user, reason=self.cleaned_data["reason"])


FORMS: dict[str, type[PartForm]] = {
    "task": TaskForm,
    "link": LinkForm,
    "item": ItemForm,
    "referral": ReferralForm,
    "restrict": RestrictForm,
    "unrestrict": UnrestrictForm,
}
