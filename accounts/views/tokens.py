"""API tokens: one's own, and those of integrations."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.tokens import IntegrationTokenForm, TokenForm
from accounts.models import ApiToken, User
from accounts.permissions import SignedInRequest, for_administrators
from accounts.services import create_token, revoke_token
from accounts.views.saving import done, form_page, saved, step


@login_required
@require_GET
def own_tokens(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/tokens.html", {"tokens": ApiToken.objects.filter(owner_id=request.user.pk)})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_token_new(request: SignedInRequest) -> HttpResponse:
    """Make a token; its only copy is shown in the answer itself and kept nowhere."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_token(owner=request.user, actor=request.user, **form.answers()))
        if made:
            return render(request, "accounts/token_made.html", {"token": made[0], "text": made[1]})
    return form_page(request, "accounts/token_new.html", form)


@login_required
@require_POST
def own_token_revoke(request: SignedInRequest, key: str) -> HttpResponse:
    token = get_object_or_404(ApiToken, owner_id=request.user.pk, key=key)
    revoke_token(token, actor=request.user)
    return done(request, _("The token %(name)s is revoked.") % {"name": token.name}, reverse("profile-tokens"))


@for_administrators
@require_GET
def integrations(request: SignedInRequest) -> HttpResponse:
    tokens = ApiToken.objects.select_related("owner").order_by("owner__name", "-created_at")
    accounts: Any = User.objects.active().filter(is_integration=True)
    return render(request, "administration/integrations.html", {"tokens": tokens, "accounts": accounts})


@for_administrators
@never_cache
@require_http_methods(["GET", "POST"])
def integration_token_new(request: SignedInRequest) -> HttpResponse:
    form = IntegrationTokenForm(request.POST or None, initial={"owner": request.GET.get("owner", "")})
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_token(actor=request.user, **form.answers()))
        if made:
            return render(request, "administration/token_made.html", {"token": made[0], "text": made[1]})
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New token"),
        breadcrumb=step((_("Integrations"), reverse("administration-integrations")), (_("New token"), "")),
        submit_label=_("Make the token"),
        cancel_url=reverse("administration-integrations"),
    )


@for_administrators
@require_POST
def integration_token_revoke(request: SignedInRequest, key: str) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.select_related("owner"), key=key)
    revoke_token(token, actor=request.user)
    words = _("The token %(name)s of %(owner)s is revoked.") % {"name": token.name, "owner": token.owner}
    return done(request, words, reverse("administration-integrations"))
