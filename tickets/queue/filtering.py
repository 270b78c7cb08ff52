"""The dialog "Add filter": a form over a queue's parameters, which says what to put into the query string."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Team, User
from tickets.models import Category, Ticket

YES_OR_NO = (("", _("Either")), ("true", _("Yes")), ("false", _("No")))


def yes_or_no(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=YES_OR_NO, required=False)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _person(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=choices, widget=forms.Select(attrs={"data-combobox": ""})
    )


class FilterForm(forms.Form):
    """One value for each parameter; the parameters that it does not know stay as they are."""

    assignee = _person(_("Assignee"), [])
    team = forms.ChoiceField(label=_("Team"), required=False)
    requester = _person(_("Requester"), [])
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("Any")), *Ticket.Channel.choices])
    opened_from = _day(_("Opened from"))
    opened_to = _day(_("Opened until"))
    restricted = yes_or_no(_("Restricted"))
    vip = yes_or_no(_("Requester is a VIP"))
    watched = yes_or_no(_("Watched by me"))

    def __init__(self, user: Any, query: QueryDict, data: Any = None) -> None:
        super().__init__(data, initial={name: query.get(name, "") for name in self.base_fields})
        self.query = query
        people = User.objects.visible_to(user).active()
        agents = people.filter(memberships__team__is_active=True).distinct()
        anybody = ("", _("Anybody"))
        self._choose("assignee", [anybody, ("me", _("Me")), ("none", _("Nobody")), *_named(agents)])
        teams = Team.objects.filter(is_active=True).values_list("key", "name")
        self._choose("team", [("", _("Any")), ("mine", _("My teams")), ("none", _("None")), *teams])
        self._choose("requester", [anybody, ("me", _("Me")), *_named(people)])
        self._choose("organisation", [("", _("Any")), *_as_tree(Organisation.objects.visible_to(user).active())])
        self._choose("category", [("", _("Any")), *_as_tree(Category.objects.filter(is_active=True))])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """Several values that are in force already are kept as one choice, so that opening the dialog loses none."""
        field = self.fields[name]
        several = self.query.getlist(name)
        if len(several) > 1:
            joined = ",".join(several)
            self.initial[name] = joined
            labels = dict(choices)
            choices = [(joined, ", ".join(str(labels.get(each, each)) for each in several)), *choices]
        field.choices = choices  # type: ignore[attr-defined]  # they are all choice fields

    def narrowed(self) -> QueryDict:
        """The query string with what was chosen in place of what it said of the same parameters."""
        query = self.query.copy()
        for name, value in self.cleaned_data.items():
            if value in (None, ""):
                query.pop(name, None)
            else:
                query.setlist(name, str(value).split(",") if name in MANY else [str(value)])
        for passing in ("page", "all"):
            query.pop(passing, None)
        return query

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        first, last = cleaned.get("opened_from"), cleaned.get("opened_to")
        if first and last and first > last:
            self.add_error("opened_to", _("This is before the first day."))
        return cleaned


MANY = ("assignee", "team", "requester", "organisation", "category")


def _named(people: Any) -> list[tuple[str, str]]:
    return [(username, name) for username, name in people.order_by("name").values_list("username", "name")[:2000]]


def _as_tree(nodes: Any) -> list[tuple[str, str]]:
    return [(node.key, f"{'– ' * node.depth}{node.name}") for node in nodes.order_by("path")[:2000]]
