"""Signing in: allauth's views with our status codes, and the panel of a demo."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import LoginView
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.demo_roles import DEMO_ROLES, DemoRole
from accounts.models import User
from core import registries

View = Callable[..., HttpResponseBase]
BACKEND = "django.contrib.auth.backends.ModelBackend"


def unprocessable(view: View) -> View:
    """Answer a form with mistakes by 422, which allauth's views answer by 200."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and isinstance(response, TemplateResponse) and response.status_code == 200:
            form = (response.context_data or {}).get("form")
            if form is not None and form.errors:
                response.status_code = 422
        return response

    return answered


def provider_origins() -> list[str]:
    """Where the sign-in page's form may lead to: the origin of single sign-on, when there is one."""
    parts = urlsplit(settings.OIDC_SERVER_URL)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


@method_decorator(csp_update({"form-action": provider_origins()}), name="dispatch")
class SignInView(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            demo_roles=demo_cards() if settings.DEMO else [],
            demo_panels=registries.panels("accounts.demo", self.request, None) if settings.DEMO else [],
            single_sign_on=settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"],
            version=settings.VERSION,
        )


sign_in = unprocessable(SignInView.as_view())


def demo_cards() -> list[tuple[DemoRole, User]]:
    """The roles of the demo whose people exist, in order."""
    names = [role.username for role in DEMO_ROLES]
    people = {person.username: person for person in User.objects.active().filter(username__in=names)}
    return [(role, people[role.username]) for role in DEMO_ROLES if role.username in people]


@require_POST
@never_cache
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Enter as one of the demo's people by one click. Outside a demo there is no such address."""
    if not settings.DEMO:
        raise Http404
    username = request.POST.get("username", "")
    if username not in {role.username for role in DEMO_ROLES}:
        raise Http404
    person = get_object_or_404(User.objects.active(), username=username)
    login(request, person, backend=BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)
