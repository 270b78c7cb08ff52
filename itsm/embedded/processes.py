"""The desk's own processes, as commands: what ./run starts here, docker-compose.yml starts in containers."""

import sys
from collections.abc import Mapping

from itsm.embedded.child import Child
from itsm.embedded.desk import LOGS, ROOT, VAR


def web(environment: Mapping[str, str], *, host: str, port: int) -> Child:
    command = ["-m", "gunicorn", "itsm.wsgi:application", "--config", str(ROOT / "itsm" / "web_server.py")]
    return _child("web", [*command, "--bind", f"{host}:{port}"], environment)


def worker(environment: Mapping[str, str]) -> Child:
    command = ["-m", "celery", "-A", "itsm", "worker", "--concurrency", "2", "--loglevel", "INFO"]
    return _child("worker", [*command, "--without-gossip", "--without-mingle"], environment)


def beat(environment: Mapping[str, str]) -> Child:
    (VAR / "beat").mkdir(exist_ok=True)
    command = ["-m", "celery", "-A", "itsm", "beat", "--loglevel", "INFO"]
    return _child("beat", [*command, "--schedule", str(VAR / "beat" / "schedule"), "--pidfile="], environment)


def prepare(environment: Mapping[str, str], *, demo: bool) -> Child:
    command = ["-m", "itsm.embedded.prepare", *(["--demo"] if demo else [])]
    return Child("prepare", [sys.executable, *command], None, environment=environment, folder=ROOT)


def _child(name: str, command: list[str], environment: Mapping[str, str]) -> Child:
    return Child(name, [sys.executable, *command], LOGS / f"{name}.log", environment=environment, folder=ROOT)
