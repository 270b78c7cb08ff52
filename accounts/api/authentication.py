"""Who calls the API: a bearer token's owner, or the person of the browser session with its CSRF token."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.addresses import address_of
from accounts.tokens import TokenRefused, authenticate


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer itsm_<key>_<secret>`."""

    def authenticate(self, request: Request) -> Any:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        try:
            return authenticate(header, address_of(request._request))
        except TokenRefused as refusal:
            raise AuthenticationFailed(str(refusal)) from None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="evenkeel"'


class TokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document says it."""

    target_class = "accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "itsm_<key>_<secret>",
            "description": "A token with scopes; its owner's rights bound it as well.",
        }
