"""PostgreSQL refuses to run as root: a root lends it an account without rights. Others run it as themselves."""

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED_FOLDER = Path("/var/lib/itsm-embedded")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def for_popen(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_account() -> Account | None:
    """The account of the embedded services when we are root; None when they run as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise RuntimeError("Neither an account 'postgres' nor 'nobody' is there for PostgreSQL to run as.")


def can_reach(account: Account | None, folder: Path) -> bool:
    """Whether the account may enter the folder, which asks every parent too."""
    if account is None:
        return os.access(folder, os.X_OK)
    test = subprocess.run(["/bin/sh", "-c", 'test -x "$1"', "sh", folder], cwd="/", **account.for_popen)
    return test.returncode == 0


def private_folder(folder: Path, account: Account | None) -> Path:
    """The folder, made if need be, closed to all but the services' account (and root)."""
    folder.mkdir(parents=True, exist_ok=True)
    found = folder.lstat()
    ours = {os.geteuid(), account.uid if account else os.geteuid()}
    if found.st_uid not in ours or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to somebody else, so no service is started in it.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder


def temporary_folder(account: Account | None, prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    return private_folder(folder, account)
