"""allauth's forms, in our words and with our counting of tries."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address_of
from accounts.models import SignInAttempt
from accounts.throttling import Action, TooManyTries, forget, reserve


def counted(action: Action, name: str) -> SignInAttempt:
    """`reserve` for the request in hand, with its refusal as a form's error."""
    try:
        return reserve(action, name, address_of(context.request))
    except TooManyTries as refusal:
        raise forms.ValidationError(str(refusal), code="too_many_tries") from refusal


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["login"] = forms.CharField(
            label=_("User name or mail address"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            max_length=1024,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.fields["remember"].label = _("Stay signed in on this device")
        self.order_fields(["login", "password", "remember"])


class ResetForm(ResetPasswordForm):
    """Asks where to send the link, and says the same whether the address is known or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = forms.EmailField(
            label=_("Mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if email := cleaned.get("email"):
            counted(Action.RESET, email)
        return cleaned


class _NewPassword:
    """Our words for a pair of new passwords."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("At least 10 characters. A few words you can remember are best.")
        self.fields["password2"].label = _("The same once more")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class NewPasswordForm(_NewPassword, ResetPasswordKeyForm):
    pass


class FirstPasswordForm(_NewPassword, SetPasswordForm):
    pass


class ChangedPasswordForm(_NewPassword, ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")

    def clean_oldpassword(self) -> str:
        attempt = counted(Action.PASSWORD, self.user.username)
        password: str = super().clean_oldpassword()
        forget(attempt)
        return password


class _CountedCode:
    """Counts tries of a one-time code by person, so that six digits cannot be guessed."""

    user: Any
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 20}
        )

    def clean_code(self) -> str:
        attempt = counted(Action.CODE, f"user {self.user.pk}")
        code: str = super().clean_code()  # type: ignore[misc]  # of the form beside which this stands
        forget(attempt)
        return code


class CodeForm(_CountedCode, AuthenticateForm):
    pass


class ConfirmCodeForm(_CountedCode, ReauthenticateForm):
    pass


class ActivateCodeForm(_CountedCode, ActivateTOTPForm):
    pass
