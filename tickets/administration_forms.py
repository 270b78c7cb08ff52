"""Forms of the administration of categories, first-contact scripts and canned replies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import InRows, TreeField
from accounts.forms.organisations import TreeForm
from accounts.models import Team, User
from tickets.canned import VARIABLES
from tickets.models import Category, CategoryQuestion
from tickets.services.canned import FOR_THE_DESK


class CategoryForm(TreeForm):
    """A category. Who sees its tickets is for administrators to say."""

    parent = TreeField(queryset=Category.objects.filter(is_active=True), required=False, label=_("Inside"))
    support_team = forms.ModelChoiceField(
        queryset=Team.objects.active(), required=False, empty_label="–", label=_("Support team"),
        help_text=_("Takes its incidents when no item or service routes them. Left empty, the category above decides."),
    )  # fmt: skip
    restricted_to = forms.ModelMultipleChoiceField(
        queryset=Team.objects.active(), required=False, label=_("Restricted to"),
        help_text=_(
            "Tickets opened here or in a category below are seen by these teams and the people named on them, nobody"
            " else. Tickets that exist already stay as they are."
        ),
        widget=forms.SelectMultiple(attrs={"data-combobox": True}),
    )  # fmt: skip
    rows = (("name", "key"), ("parent", "support_team"), ("restricted_to",), ("is_requestable",))

    class Meta:
        model = Category
        fields = ["name", "key", "parent", "support_team", "is_requestable"]
        labels = {"key": _("Key")}
        help_texts = {"key": _("Names it in addresses and in the API: small letters, digits and hyphens.")}

    def __init__(self, *args: Any, may_restrict: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_restrict:
            del self.fields["restricted_to"]
        elif self.instance.pk:
            self.fields["restricted_to"].initial = self.instance.restricted_to.all()


class QuestionForm(InRows, forms.ModelForm):
    """A question of a script."""

    rows = (("text",), ("kind", "choices"), ("is_required", "is_for_requester"))

    class Meta:
        model = CategoryQuestion
        fields = ["text", "kind", "choices", "is_required", "is_for_requester"]
        widgets = {"choices": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"choices": _("For a question with one of several answers.")}


class ReplyForm(InRows, forms.Form):
    """A canned reply, for one team or the whole desk."""

    title = forms.CharField(label=_("Title"), max_length=80)
    team = forms.ModelChoiceField(queryset=Team.objects.none(), required=False, label=_("For"))
    text = forms.CharField(label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 8}))
    rows = (("title", "team"), ("text",))

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        if actor.has_role(FOR_THE_DESK):
            team.queryset, team.empty_label = Team.objects.active(), _("The whole desk")
        else:
            team.queryset = Team.objects.active().filter(pk__in=[*actor.access.team_ids, *actor.access.led_team_ids])
            team.required, team.empty_label = True, _("Choose a team")
        names = ", ".join(f"{{{{ {name} }}}}" for name in VARIABLES)
        self.fields["text"].help_text = _("These are filled in: %(names)s.") % {"names": names}
