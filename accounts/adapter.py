"""What allauth asks of the desk: nobody signs up by themselves, and guessing is counted in our own table."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.forms import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address_of
from accounts.models import SignInAttempt, User
from accounts.throttling import Action, TooManyTries, forget, reserve

NOT_RIGHT = _("The name or the password is not right.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NOT_RIGHT,
        "email_password_mismatch": NOT_RIGHT,
        "incorrect_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right. It may have just run out: try the next one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; refused before the password is looked at, so that the answer says nothing about it."""
        name = str(credentials.get("username") or credentials.get("email") or "")
        try:
            self._attempt = reserve(Action.PASSWORD, name, address_of(request))
        except TooManyTries as refusal:
            raise ValidationError(str(refusal), code="too_many_tries") from refusal

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth calls this when the password was right."""
        forget(self._attempt)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever could set a new password by mail need not wait for the old one's tries."""
        names = [str(value).lower() for value in credentials.values() if value]
        SignInAttempt.objects.filter(action=Action.PASSWORD, name__in=names).delete()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens the desk to people whom it knows: an unknown address is turned away, not signed up."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie the provider's account to the person with the same verified address, on their first sign-in."""
        if sociallogin.is_existing:
            return
        verified = [each.email for each in sociallogin.email_addresses if each.verified and each.email]
        person = User.objects.active().filter(email__in=[email.lower() for email in verified]).first()
        if person is not None:
            sociallogin.connect(request, person)
