"""The desk of this folder: who owns its services, and how another command finds them."""

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from itsm.embedded import services
from itsm.embedded.binaries import ServiceError

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("ITSM_VAR_DIR") or ROOT / "var")
LOGS = VAR / "log"
EMBEDDED = VAR / "embedded"
OWNER, GUESTS, ADDRESSES = EMBEDDED / "owner.lock", EMBEDDED / "guests.lock", EMBEDDED / "addresses.json"


def base_environment() -> dict[str, str]:
    """What every process of an embedded desk is told."""
    return {"ITSM_EMBEDDED": "1", "ITSM_VAR_DIR": str(VAR), "DJANGO_SETTINGS_MODULE": "itsm.settings"}


def take(path: Path, how: int) -> IO[str] | None:
    """The lock, or None when somebody else has it. It falls when the file is closed or its process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def is_running() -> bool:
    lock = take(OWNER, fcntl.LOCK_EX)
    if lock:
        lock.close()
    return lock is None


@contextmanager
def owned() -> Generator[services.Services, None, None]:
    """Be the one owner of the services while the body runs; they are started, and stopped after it."""
    lock = take(OWNER, fcntl.LOCK_EX)
    if lock is None:
        raise ServiceError(
            "The desk of this folder runs already. Stop it first (Ctrl-C where it runs), or use it as it is."
        )
    with lock, _served() as servers:
        yield servers


@contextmanager
def attached() -> Generator[dict[str, str], None, None]:
    """The addresses of the services: those of a running desk, else of some that are started for the body."""
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        yield {}
        return
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if lock := take(OWNER, fcntl.LOCK_EX):
            with lock, _served() as servers:
                yield servers.environment
                _wait_for_guests()
            return
        guest = take(GUESTS, fcntl.LOCK_SH)  # held while we work, so that the owner waits for us
        if guest:
            with guest:
                if addresses := _addresses():
                    yield addresses
                    return
        time.sleep(0.1)
    raise ServiceError("The desk of this folder is starting or stopping, and did not become ready within a minute.")


@contextmanager
def _served() -> Generator[services.Services, None, None]:
    ADDRESSES.unlink(missing_ok=True)  # of an owner that was killed
    servers = services.for_folder(EMBEDDED, LOGS)
    servers.start()
    try:
        ADDRESSES.write_text(json.dumps(servers.environment))
        yield servers
    finally:
        ADDRESSES.unlink(missing_ok=True)
        servers.stop()


def _wait_for_guests() -> None:
    """Another command may use what this one started: its work ends first, and no other joins any more."""
    ADDRESSES.unlink(missing_ok=True)
    with GUESTS.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def _addresses() -> dict[str, str] | None:
    try:
        found: dict[str, str] = json.loads(ADDRESSES.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return found
