"""What a desk needs between its services and its first page, in one process: tables, static files, people, data."""

import argparse
import hashlib
import secrets
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo", action="store_true")
    wants_demo = parser.parse_args().demo
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    collect_static_files()
    if not get_user_model().objects.exists():
        if wants_demo:
            make_demo_data()
        else:
            make_first_administrator()


def collect_static_files() -> None:
    """Hash and compress them, unless that has been done with exactly these files."""
    stamp = Path(settings.VAR_DIR) / "static-files"
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state and Path(settings.STATIC_ROOT).is_dir():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state)


def _static_state() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            digest.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def make_demo_data() -> None:
    if "demo_data" not in get_commands():
        print("There is no demo data in this version yet; the desk starts empty.")
        make_first_administrator()
        return
    print("Making the demo data. This happens once.", flush=True)
    call_command("demo_data")


def make_first_administrator() -> None:
    """An empty desk lets nobody in, so it gets one person, whose password is told once."""
    password = secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser("admin", "admin@localhost", password)
    print(f"The first administrator is 'admin', with the password {password}. It is shown only this once.")


if __name__ == "__main__":
    main()
