"""The migrated template of the tests, kept between runs: making it costs several seconds of rendering models.

It is kept before `post_migrate`, whose receivers install what stands in code, and under a digest of every migration,
of the modules that migrations import, and of the locked packages. CI never uses it.
"""

import hashlib
import os
import re
import subprocess
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from itsm.embedded.desk import ROOT, VAR

FOLDER = VAR / "test-template"
APPS = ("core", "accounts", "notifications", "cmdb", "tickets", "incidents", "metrics", "demo")
_IMPORT = re.compile(rf"^(?:from|import) ((?:{'|'.join(APPS)})\b[\w.]*)", re.MULTILINE)


def migrate() -> None:
    """Bring the empty database that `connection` names to the last migration, from what is kept if that fits."""
    tools = os.environ.get("ITSM_PG_TOOLS")
    if not tools or os.environ.get("CI"):
        _apply_all()
        return
    kept = FOLDER / f"{digest()}.dump"
    if kept.exists() and _call(tools, "pg_restore", "--single-transaction", "--no-owner", str(kept)):
        return
    _apply_all()
    _keep(tools, kept)


def digest() -> str:
    files = sorted(path for app in APPS for path in (ROOT / app / "migrations").glob("*.py"))
    imported = {name for path in files for name in _IMPORT.findall(path.read_text())}
    files += [path for name in sorted(imported) if (path := ROOT / f"{name.replace('.', '/')}.py").exists()]
    found = hashlib.sha256(str(connection.pg_version).encode())  # type: ignore[attr-defined]  # PostgreSQL has it
    for path in [ROOT / "requirements" / "dev.txt", *files]:
        found.update(path.as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:24]


def _apply_all() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _keep(tools: str, kept: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in sorted(FOLDER.glob("*.dump"), key=lambda path: path.stat().st_mtime)[:-3]:
        old.unlink(missing_ok=True)
    making = kept.with_suffix(f".{os.getpid()}")
    if _call(tools, "pg_dump", "--format=custom", "--compress=1", f"--file={making}"):
        making.rename(kept)


def _call(tools: str, name: str, *arguments: str) -> bool:
    """Whether one of PostgreSQL's programs succeeded on the template."""
    chosen = connection.settings_dict
    address = [f"--host={chosen['HOST']}", f"--username={chosen['USER']}", f"--dbname={chosen['NAME']}"]
    connection.close()
    return subprocess.run([Path(tools) / name, *address, *arguments], capture_output=True).returncode == 0
