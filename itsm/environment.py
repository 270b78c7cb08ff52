"""The environment, read through a few typed helpers: every setting that differs per installation comes from here."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FALSE_WORDS = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() not in FALSE_WORDS


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def secret_key(kept_at: Path | None) -> str:
    """The key from the environment; where a file may keep one, it is made once and kept there for its owner alone."""
    if key := text("ITSM_SECRET_KEY"):
        return key
    if kept_at is None:
        raise ImproperlyConfigured(
            "ITSM_SECRET_KEY is not set, and the desk does not start without it. Make one with: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    kept_at.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(kept_at, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept_at.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return kept_at.read_text().strip()


def database(url: str, *, statement_timeout: int, in_parallel: bool = True) -> dict[str, Any]:
    """Django's settings for postgresql://user:password@host:port/name, or ?host=/a/folder for a unix socket.

    The statement timeout is in seconds; 0 means none. `in_parallel` allows one statement several processes.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// — no other database is supported.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    user = options.pop("user", None) or unquote(parts.username or "")
    options["options"] = f"-c statement_timeout={statement_timeout * 1000}"
    if not in_parallel:
        options["options"] += " -c max_parallel_workers_per_gather=0"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "evenkeel",
        "USER": user,
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def redis_location(url: str, *, database: int) -> str:
    """The address of one numbered database of the server at `url`, as redis clients write it."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={database}"
    if parts.scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://.")
    return f"{parts.scheme}://{parts.netloc}/{database}" + (f"?{parts.query}" if parts.query else "")


def broker_location(url: str, *, database: int) -> str:
    """The same as Celery writes it, which has a scheme of its own for sockets."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={database}"
    return redis_location(url, database=database)
