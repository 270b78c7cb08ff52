"""The commands of ./run. Each prints what it does and what to do next, and returns the exit code."""

import argparse
import os
import shutil
import signal
import socket
import string
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from itsm.embedded import desk, doctor, processes
from itsm.embedded.binaries import ServiceError
from itsm.embedded.desk import ROOT, VAR
from itsm.embedded.supervisor import Stopped, Supervisor

USAGE = """Evenkeel, an IT service desk.

  ./run demo [--empty] [--port N]   the whole desk at http://127.0.0.1:8000, with demo data unless --empty
  ./run test [--all] [pytest …]     the tests on a throw-away database; --all adds browser, fuzz and slow ones
  ./run lint                        every check that is not a test
  ./run manage COMMAND …            Django's manage.py, beside a running desk or with services of its own
  ./run import incident-log FILE    take in another system's incidents with their history
  ./run bench [AREA] [--rows N]     measure against the performance budget, on a database of its own
  ./run backup                      database, files and secrets into one archive
  ./run restore FILE                the same back; checks the archive before it touches anything
  ./run reset [--yes]               delete this folder's database and files, and begin anew
  ./run doctor                      what the desk would run on, what is wrong, and how to mend it
"""


def main() -> int:
    command, *rest = sys.argv[1:] or ["help"]
    try:
        if command in COMMANDS:
            return COMMANDS[command](rest)
    except ServiceError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(USAGE)
    if command in {"help", "-h", "--help"}:
        return 0
    print(f"There is no command {command!r}.", file=sys.stderr)
    return 2


def demo(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("--empty", action="store_true", help="start without demo data")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    if not _is_free(options.host, options.port):
        raise ServiceError(
            f"Something else listens on port {options.port}. Stop it, or take another: ./run demo --port 8001"
        )
    supervisor = Supervisor(say=lambda text: print(text, flush=True))
    supervisor.listen()
    print("Starting PostgreSQL and Valkey.", flush=True)
    with desk.owned() as servers:
        supervisor.services = servers.started
        try:
            return _run_desk(supervisor, options, servers.environment)
        except Stopped:
            return 0
        finally:
            print("Stopping.", flush=True)
            supervisor.stop()
            print(f"Stopped. The data are kept in {VAR}; the next start goes on with them.", flush=True)


def _run_desk(supervisor: Supervisor, options: argparse.Namespace, addresses: dict[str, str]) -> int:
    url = f"http://{options.host}:{options.port}"
    environment = os.environ | desk.base_environment() | addresses | {"ITSM_PUBLIC_URL": url}
    environment["ITSM_ALLOWED_HOSTS"] = os.environ.get("ITSM_ALLOWED_HOSTS", f"127.0.0.1,localhost,{options.host}")
    if not options.empty:
        environment["ITSM_DEMO"] = "1"
    print("Preparing the database.", flush=True)
    code = supervisor.run_once(processes.prepare(environment, demo=not options.empty))
    if code:
        print("The database could not be prepared; the lines above say why.", file=sys.stderr)
        return code
    supervisor.processes = [
        processes.web(environment, host=options.host, port=options.port),
        processes.beat(environment),
        processes.worker(environment),
    ]
    for child in supervisor.processes:
        child.start()
    patience = time.monotonic() + 60
    supervisor.watch(until=lambda: _is_alive(url) or time.monotonic() > patience)
    if supervisor.is_asked_to_stop:
        return 0
    if not _is_alive(url):
        print(
            f"The desk does not answer yet; the reason stands in {desk.LOGS / 'web.log'}.", file=sys.stderr, flush=True
        )
    else:
        who = "Use the 'admin' told at the first start." if options.empty else "Its page offers one click per role."
        print(f"\nEvenkeel is ready: {url}\nSign in: {who}\nLogs: {desk.LOGS}\nCtrl-C stops it.\n", flush=True)
    supervisor.watch()
    return 0


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) != 0


def _is_alive(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/livez", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test(arguments: list[str]) -> int:
    everything = "--all" in arguments
    given = [argument for argument in arguments if argument != "--all"]
    chosen = [] if everything else ["-m", "smoke or not (browser or fuzz or slow)"]
    if any(argument == "-m" or argument.startswith("-m=") for argument in given):
        chosen = []
    spread = [] if any(argument.startswith(("-n", "--pdb")) for argument in given) else ["-n", "2"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ITSM_EMBEDDED")}
    return _call([sys.executable, "-m", "pytest", *spread, *chosen, *given], environment)


def lint(arguments: list[str]) -> int:
    """Every check, even after one has failed, so that one run tells all there is to mend."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "itsm.settings_test"}
    production = os.environ | {"DJANGO_SETTINGS_MODULE": "itsm.settings", "ITSM_SECRET_KEY": string.ascii_letters}
    production |= {"ITSM_ALLOWED_HOSTS": "desk.example.org"}
    failed = []
    with desk.attached() as addresses:
        for name, command in checks():
            print(f"— {name}", flush=True)
            chosen = production if "--deploy" in command else environment
            if _call(command, chosen | addresses):
                failed.append(name)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.", flush=True)
    return 1 if failed else 0


def checks() -> list[tuple[str, list[str]]]:
    tools = Path(sys.executable).parent
    manage = [sys.executable, str(ROOT / "manage.py")]
    found = [
        ("ruff check", [str(tools / "ruff"), "check", "."]),
        ("ruff format --check", [str(tools / "ruff"), "format", "--check", "."]),
        ("mypy", [str(tools / "mypy")]),
        ("lint-imports", [str(tools / "lint-imports")]),
        ("djlint", [str(tools / "djlint"), "--lint", "--quiet", "templates"]),
        ("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"]),
        ("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
        ("migration linter", [*manage, "lintmigrations", "--no-cache", "--warnings-as-errors", "RUNPYTHON_REVERSIBLE"]),
    ]
    if (ROOT / "docs" / "openapi.yaml").exists():
        found.append(("openapi.yaml is current", [sys.executable, str(ROOT / "tools" / "check_openapi.py")]))
    return found


def manage(arguments: list[str]) -> int:
    with desk.attached() as addresses:
        environment = os.environ | desk.base_environment() | addresses
        return _call([sys.executable, str(ROOT / "manage.py"), *arguments], environment)


def take_in(arguments: list[str]) -> int:
    """./run import incident-log FILE is manage.py import_log, whose first word names the kind of log."""
    return manage(["import_log", *arguments])


def bench(arguments: list[str]) -> int:
    """On services of its own in a folder of its own, whatever desk or database this folder and environment have."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = kept | desk.base_environment() | {"ITSM_VAR_DIR": str(VAR / "bench")}
    return _call([sys.executable, "-m", "itsm.bench", *arguments], environment)


def backup(arguments: list[str]) -> int:
    return manage(["backup", *arguments])


def restore(arguments: list[str]) -> int:
    if desk.is_running():
        raise ServiceError("The desk of this folder runs. Stop it first: nobody may write while it is restored.")
    return manage(["restore", *arguments])


def reset(arguments: list[str]) -> int:
    if desk.is_running():
        raise ServiceError("The desk of this folder runs. Stop it first (Ctrl-C where it runs).")
    doomed = [path for path in doctor.data_folders() if path.exists()]
    if not doomed:
        print("There is nothing to delete.")
        return 0
    print("This deletes the desk's database and files:", *doomed, sep="\n  ")
    print(f"Backups in {VAR / 'backups'} stay.")
    if "--yes" not in arguments and input("Type 'yes' to go on: ").strip().lower() != "yes":
        print("Nothing was deleted.")
        return 1
    for path in doomed:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    print("Deleted. ./run demo begins anew.")
    return 0


def examine(arguments: list[str]) -> int:
    return doctor.report()


def _call(command: list[str], environment: dict[str, str]) -> int:
    """Run it in this terminal; Ctrl-C is the child's to answer, and we wait for it."""
    child = subprocess.Popen(command, env=environment, cwd=None)
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, previous)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "test": test,
    "lint": lint,
    "manage": manage,
    "import": take_in,
    "bench": bench,
    "backup": backup,
    "restore": restore,
    "reset": reset,
    "doctor": examine,
}

if __name__ == "__main__":
    sys.exit(main())
