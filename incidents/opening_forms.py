"""The forms with which incidents are reported: by the desk, and by people themselves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Location, User
from cmdb.models import ConfigurationItem, Service
from incidents.matrix import suggest
from tickets import scripts
from tickets.models import Category, Ticket
from tickets.questions import moment_field

PEOPLE = (("one", _("Just one person")), ("several", _("Several people")), ("many", _("A whole site or department")))
WORK = (("continues", _("Work goes on")), ("hindered", _("Work is hindered")), ("stopped", _("Work has stopped")))
COST = (("none", _("Nothing much")), ("some", _("It costs something")), ("high", _("It costs a lot, soon")))
ANSWERS = ("people", "work", "cost", "critical_period", "harm", "law", "nuisance")


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Any number of files; each is checked where it is taken in."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(SeveralFiles, self).clean(each, initial) for each in data or []]


class ImpactAnswers(forms.Form):
    """What impact and urgency are made of. A requester answers; nobody picks a priority."""

    people = forms.ChoiceField(label=_("Who is affected"), choices=PEOPLE, initial="one", widget=forms.RadioSelect)
    work = forms.ChoiceField(label=_("Can people work"), choices=WORK, initial="hindered", widget=forms.RadioSelect)
    cost = forms.ChoiceField(label=_("What does waiting cost"), choices=COST, initial="none", required=False)
    critical_period = forms.BooleanField(label=_("This is a critical period"), required=False)
    harm = forms.BooleanField(label=_("People may come to harm"), required=False)
    law = forms.BooleanField(label=_("The law or a contract is touched"), required=False)
    nuisance = forms.BooleanField(label=_("It is a nuisance only"), required=False)

    @property
    def answers(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ANSWERS if self.cleaned_data.get(name)}


class DeskReport(ImpactAnswers):
    """An incident as an agent writes it down."""

    requester = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who reports it"),
        to_field_name="username",
        widget=forms.Select(attrs={"data-combobox": ""}),
    )
    channel = forms.ChoiceField(
        label=_("How it reached us"),
        choices=[
            (Ticket.Channel.PHONE, _("Telephone")),
            (Ticket.Channel.WALK_IN, _("In person")),
            (Ticket.Channel.AGENT, _("I noticed it myself")),
        ],
        initial=Ticket.Channel.PHONE,
    )
    title = forms.CharField(
        label=_("What is wrong, in a few words"),
        max_length=200,
        widget=forms.TextInput(attrs={"data-suggest": "/incidents/similar/", "data-suggest-into": "similar"}),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What they see, since when, what they tried. Markdown works."),
    )
    service = forms.ModelChoiceField(Service.objects.none(), label=_("Service"), required=False, to_field_name="key")
    cis = forms.ModelMultipleChoiceField(
        ConfigurationItem.objects.none(),
        label=_("Items that are hit"),
        required=False,
        to_field_name="key",
        widget=forms.SelectMultiple(attrs={"data-combobox": ""}),
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True), label=_("Category"), required=False, to_field_name="key"
    )
    location = forms.ModelChoiceField(
        Location.objects.filter(is_active=True), label=_("Where"), required=False, to_field_name="key"
    )
    impact = forms.TypedChoiceField(
        label=_("Impact"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("From the answers")), *Ticket.Level.choices],
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("From the answers")), *Ticket.Level.choices],
    )
    impact_started_at = moment_field(_("Impact started"), _("If you know; otherwise we assume the report."))
    detected_at = moment_field(_("Detected"))
    take = forms.BooleanField(label=_("I take it"), required=False, initial=True)
    files = SeveralFiles(label=_("Files"), required=False)  # type: ignore[assignment]  # Django takes fields off the class

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        services, items = Service.objects.visible_to(user), ConfigurationItem.objects.visible_to(user)
        people = User.objects.visible_to(user).active()
        self.fields["requester"].queryset = people  # type: ignore[attr-defined]  # a choice of rows
        self.fields["service"].queryset = services.in_use()  # type: ignore[attr-defined]  # a choice of rows
        self.fields["cis"].queryset = items.in_use()  # type: ignore[attr-defined]  # a choice of rows
        for name in ("impact_started_at", "detected_at"):
            self.fields[name].required = False
        self.questions = scripts.questions_of(_chosen_category(self))
        self.fields.update(scripts.fields_for(self.questions))

    @property
    def script_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(scripts.PREFIX)]


class Colleague(forms.CharField):
    """Somebody of one's own organisation by mail address, user name or full name. Nobody is listed to choose from."""

    user: User | None = None

    def clean(self, value: Any) -> User | None:
        words = " ".join(super().clean(value).split())
        if not words or self.user is None:
            return None
        people = User.objects.filter(
            is_active=True, is_integration=False, organisation_id=self.user.organisation_id or 0
        )
        named = Q(username__iexact=words) | Q(email__iexact=words)
        found = list(people.filter(named)[:2]) or list(people.filter(name__iexact=words)[:2])
        if len(found) != 1:
            several = _("Several people are called %(words)s; give the mail address.")
            nobody = _("Nobody of your organisation is known as %(words)s.")
            raise ValidationError((several if found else nobody) % {"words": words})
        return found[0]


class OwnReport(ImpactAnswers):
    """A problem as somebody reports it for themselves, or for somebody of their organisation."""

    title = forms.CharField(
        label=_("What is wrong?"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"data-suggest": "/portal/suggestions/", "data-suggest-into": "may-help", "autocomplete": "off"}
        ),
    )
    work = forms.ChoiceField(
        label=_("How bad is it?"),
        choices=[
            ("stopped", _("I cannot work")),
            ("hindered", _("I can work, but slowly")),
            ("continues", _("It can wait")),
        ],
        initial="hindered",
        widget=forms.RadioSelect,
    )
    people = forms.ChoiceField(
        label=_("Who has it?"),
        choices=[("one", _("Only me")), ("several", _("Several of us")), ("many", _("Our whole site or department"))],
        initial="one",
        widget=forms.RadioSelect,
    )
    critical_period = forms.BooleanField(label=_("It comes at an especially bad moment"), required=False)
    harm = forms.BooleanField(label=_("Somebody could get hurt"), required=False)
    law = forms.BooleanField(label=_("We could break a law or a contract"), required=False)
    cost = forms.ChoiceField(
        label=_("What does waiting cost?"),
        choices=[("none", _("Nothing much")), ("some", _("It costs something")), ("high", _("It costs a lot, soon"))],
        initial="none",
        required=False,
    )
    nuisance = None  # type: ignore[assignment]  # "It can wait" says it; this is how Django takes a field away
    for_whom = Colleague(
        label=_("For somebody else"),
        required=False,
        max_length=254,
        help_text=_("Their mail address, user name or full name. Leave it empty if it is for you."),
    )
    description = forms.CharField(
        label=_("Tell us more"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you see, since when, what you tried already."),
    )
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label=_("Which service"),
        required=False,
        to_field_name="key",
        empty_label=_("I do not know"),
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True, is_requestable=True),
        label=_("What is it about"),
        required=False,
        to_field_name="key",
        empty_label=_("I do not know"),
    )
    files = SeveralFiles(  # type: ignore[assignment]  # Django takes fields off the class
        label=_("Files"), required=False, help_text=_("A picture of what you see helps.")
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        services = Service.objects.visible_to(user).in_use().filter(is_requestable=True)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]  # a choice of rows
        self.fields["for_whom"].user = user  # type: ignore[attr-defined]  # a Colleague, who asks it
        self.questions = scripts.questions_of(_chosen_category(self), for_requester=True)
        self.fields.update(scripts.fields_for(self.questions))

    @property
    def script_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(scripts.PREFIX)]


def _chosen_category(form: forms.Form) -> Category | None:
    key = form.data.get("category") if form.is_bound else form.initial.get("category")
    if not key:
        return None
    try:
        return form.fields["category"].clean(key)
    except ValidationError:
        return None


def suggestion_for(data: Any, user: User) -> Any:
    """The impact and urgency that the answers of an unfinished form lead to."""
    service = Service.objects.visible_to(user).filter(key=data.get("service") or "").first()
    answers = {name: data.get(name) for name in ANSWERS if data.get(name)}
    return suggest(answers, service_is_critical=bool(service and service.is_critical)), service
