"""API tokens."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import InRows, PersonField
from accounts.models import User
from accounts.scopes import SCOPES
from accounts.validators import known_network


class TokenForm(InRows, forms.Form):
    """A token of one's own."""

    name = forms.CharField(label=_("What it is for"), max_length=100)
    expires_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until it is revoked."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=lambda: list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself."),
    )
    allowed_networks = forms.CharField(
        label=_("Addresses that may use it"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One address or network a line, such as 192.0.2.0/24. Empty: from anywhere."),
    )  # fmt: skip
    rows: tuple[tuple[str, ...], ...] = (("name", "expires_on"), ("scopes",), ("allowed_networks",))

    def clean_allowed_networks(self) -> list[str]:
        networks: list[str] = self.cleaned_data["allowed_networks"].split()
        for network in networks:
            known_network(network)
        return networks

    def clean_expires_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."), code="past")
        return day

    def answers(self) -> dict[str, Any]:
        """What `create_token` asks for: the last day counts to its end, in the reader's time zone."""
        given = dict(self.cleaned_data)
        day = given.pop("expires_on")
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time()) if day else None
        return given | {"expires_at": timezone.make_aware(end) if end else None}


class IntegrationTokenForm(TokenForm):
    """A token that an administrator makes for an integration's account."""

    owner = PersonField(
        label=_("Account"),
        queryset=User.objects.active().filter(is_integration=True),
        help_text=_("An integration's account. The token may do no more than it."),
    )
    rows = (("owner",), ("name", "expires_on"), ("scopes",), ("allowed_networks",))
