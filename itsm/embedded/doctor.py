"""What the desk would run on here, what is wrong with it, and how to mend it."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from itsm.embedded import binaries, desk, services
from itsm.embedded.account import service_account
from itsm.embedded.binaries import ServiceError
from itsm.embedded.desk import EMBEDDED, VAR


def report() -> int:
    """Print one line per thing looked at; the exit code is 1 when something must be mended."""
    wrong = 0
    for name, look in LOOKS:
        try:
            print(f"  ok     {name:<12} {look()}")
        except (ServiceError, OSError, RuntimeError) as error:
            wrong += 1
            print(f"  WRONG  {name:<12} {error}")
    print("\nAll is well." if not wrong else f"\n{wrong} to mend; what to do stands in each line.")
    return 1 if wrong else 0


def data_folders() -> list[Path]:
    """What ./run reset deletes: all that a desk makes while it is used, but for its backups, logs and keys."""
    place = services.place_for(EMBEDDED)
    folders = [EMBEDDED, VAR / "media", VAR / "beat", VAR / "static-files", place.sockets]
    return folders if place.folder == EMBEDDED.resolve() else [*folders, place.folder]


def _python() -> str:
    return f"{sys.version.split()[0]} at {sys.executable}"


def _postgres() -> str:
    if "DATABASE_URL" in os.environ:
        return "DATABASE_URL is set; no embedded server is started"
    found = binaries.find_postgres(service_account())
    return f"{found.version} ({found.source}: {found.bin})"


def _redis() -> str:
    if "REDIS_URL" in os.environ:
        return "REDIS_URL is set; no embedded server is started"
    found = binaries.find_redis(service_account())
    return f"{found.version} ({found.source}: {found.server})"


def _data() -> str:
    place = services.place_for(EMBEDDED)
    if "DATABASE_URL" not in os.environ:
        services.refuse_other_version(place.postgres_data, binaries.find_postgres(place.account))
    state = "made" if place.postgres_data.is_dir() else "not made yet"
    return f"{place.postgres_data} ({state})"


def _account() -> str:
    account = service_account()
    return f"services run as '{account.name}', since we are root" if account else "services run as ourselves"


def _sockets() -> str:
    place = services.place_for(EMBEDDED)
    longest = len(os.fsencode(place.sockets / services.LONGEST_SOCKET_NAME))
    return f"{place.sockets} (path of {longest} of {services.SOCKET_PATH_LIMIT} bytes)"


def _owner() -> str:
    return "a desk runs in this folder" if desk.is_running() else "no desk runs in this folder"


def _disk() -> str:
    free = shutil.disk_usage(VAR if VAR.exists() else VAR.parent).free // 2**20
    if free < 500:
        raise ServiceError(f"only {free} MB are free for {VAR}; make room, or name another folder by ITSM_VAR_DIR")
    return f"{free:,} MB free"


def _browser() -> str:
    for name in ("chromium", "chromium-headless-shell", "google-chrome"):
        if path := shutil.which(name):
            return f"{path}, for the browser tests"
    return "no Chromium; only the browser tests need it (on Debian: sudo apt install chromium)"


LOOKS: list[tuple[str, Callable[[], str]]] = [
    ("Python", _python),
    ("PostgreSQL", _postgres),
    ("Valkey", _redis),
    ("Data", _data),
    ("Account", _account),
    ("Sockets", _sockets),
    ("Owner", _owner),
    ("Disk", _disk),
    ("Browser", _browser),
]
