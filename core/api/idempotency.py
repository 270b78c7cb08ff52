"""Requests sent again: the same `Idempotency-Key` with the same request gives the first answer, and works once.

The answer is stored in the transaction of the work itself, so neither can exist without the other. A refusal is not
kept: nothing was done, and the request may be sent again.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.problems import Problem
from core.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
MAX_LENGTH = 200
PRUNED_AT_ONCE = 5_000


def once(request: Request, caller: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the work in one transaction; with a key, do it once however often the request is sent."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        with transaction.atomic():
            return work()
    if not 1 <= len(key) <= MAX_LENGTH or not key.isascii() or not key.isprintable():
        raise Problem(
            400,
            "invalid",
            _("The request is not valid."),
            _("An Idempotency-Key has 1 to %(n)s printable ASCII characters.") % {"n": MAX_LENGTH},
        )
    asked = hash_of(request)
    with transaction.atomic():
        _claim(caller, key)
        kept = IdempotencyKey.objects.filter(caller=caller, key=key).first()
        if kept is not None and kept.created_at > timezone.now() - KEPT_FOR:
            return _again(kept, asked)
        if kept is not None:
            kept.delete()
        response = work()
        IdempotencyKey.objects.create(
            caller=caller,
            key=key,
            request_hash=asked,
            status=response.status_code,
            headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
            body=response.content,
        )
        return response


def hash_of(request: Request) -> str:
    """What makes two requests the same: method, address, and body; of an upload its parts, since boundaries differ."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        parts: Any = request.data
        for name, values in sorted(parts.lists()):
            for value in values:
                digest.update(f"\n{name}=".encode())
                digest.update(_bytes_of(value))
    else:
        digest.update(request._request.body)
    return digest.hexdigest()


def lock_of(caller: str, key: str) -> int:
    """The advisory lock that stands for a caller's key."""
    return int.from_bytes(hashlib.sha256(f"{caller}\n{key}".encode()).digest()[:8], "big", signed=True)


def prune() -> int:
    """Forget answers that are older than a day."""
    old = IdempotencyKey.objects.filter(created_at__lte=timezone.now() - KEPT_FOR)
    return IdempotencyKey.objects.filter(pk__in=old.values("pk")[:PRUNED_AT_ONCE]).delete()[0]


def _bytes_of(value: Any) -> bytes:
    if not isinstance(value, UploadedFile):
        return str(value).encode()
    digest = hashlib.sha256(f"{value.name}\n".encode())
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.digest()


def _claim(caller: str, key: str) -> None:
    """Hold the key until the transaction ends; somebody else who holds it is at work on the same request."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_of(caller, key)])
        if not cursor.fetchone()[0]:
            raise Problem(
                409,
                "in-flight",
                _("The same request is still being worked on."),
                _("Send it again in a moment to get its answer."),
                headers={"Retry-After": "1"},
            )


def _again(kept: IdempotencyKey, asked: str) -> HttpResponse:
    if kept.request_hash != asked:
        raise Problem(
            422,
            "key-reused",
            _("This Idempotency-Key was used for another request."),
            _("Take a new key for a new request."),
        )
    return HttpResponse(bytes(kept.body), status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"})
