"""The desk that is measured: durable services of its own, web with two processes, and a worker, as in production."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from itsm.bench.registry import WentWrong
from itsm.embedded import desk, processes
from itsm.embedded.binaries import ServiceError
from itsm.embedded.child import Child
from itsm.embedded.services import place_for

HOST = "127.0.0.1"
FILLED = desk.VAR / "filled"
"""Says what a kept database was filled with."""


@dataclass
class Stage:
    """What workloads find: addresses, processes, and the people who call."""

    rows: int
    seconds: float
    environment: dict[str, str]
    say: Callable[[str], None]
    is_filled: bool = False
    port: int = 0
    bare_port: int = 0
    web: Child | None = None
    bare: Child | None = None
    worker: Child | None = None
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    """By who calls: `api` (a bearer token), `page` (a session), `nobody`."""
    found: dict[str, Any] = field(default_factory=dict)
    """What the filling knows and workloads need: numbers, words."""

    @property
    def own_environment(self) -> dict[str, str]:
        """Of the measuring process itself: it loads in bulk, and says nothing in between."""
        return self.environment | {"ITSM_STATEMENT_TIMEOUT": "0", "ITSM_LOG_LEVEL": "ERROR", "PGAPPNAME": "bench"}

    def start_web(self) -> None:
        self.port = free_port()
        self.web = processes.web(self.environment | {"PGAPPNAME": "web"}, host=HOST, port=self.port)
        self.worker = processes.worker(self.environment | {"PGAPPNAME": "worker"})
        self.bare_port = free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "itsm.bench.bare:application",
            "--bind",
            f"{HOST}:{self.bare_port}",
        ]
        command += ["--config", str(desk.ROOT / "itsm" / "web_server.py")]
        environment = self.environment | {"PGAPPNAME": "bare"}
        self.bare = Child("bare", command, desk.LOGS / "bare.log", environment=environment, folder=desk.ROOT)
        for child in (self.web, self.worker, self.bare):
            child.start()
        self.wait_for(self.web, self.port, "/livez")
        self.wait_for(self.bare, self.bare_port, "/")

    def stop(self) -> None:
        for child in (self.web, self.bare, self.worker):
            if child:
                child.stop()

    @staticmethod
    def wait_for(child: Child, port: int, path: str) -> None:
        deadline = time.monotonic() + 60
        while not _answers(port, path):
            if not child.is_running or time.monotonic() > deadline:
                raise ServiceError(f"{child.name} does not answer. The end of {child.log}:\n{child.last_words()}")
            time.sleep(0.05)


@contextmanager
def standing(*, rows: int, keep: bool, seconds: float, say: Callable[[str], None]) -> Generator[Stage, None, None]:
    """Services with a migrated database, empty or, when it was kept and fits, as the last run left it."""
    filling = f"{rows} tickets, made by {_state_of_code()}"
    is_filled = keep and FILLED.exists() and FILLED.read_text() == filling
    if desk.is_running():
        raise ServiceError("Another ./run bench runs in this folder.")
    if not is_filled:
        _wipe()
    with desk.owned() as servers:
        environment = os.environ | desk.base_environment() | servers.environment
        environment |= {"ITSM_API_RATE_LIMIT": "100000000"}  # the limit is counted, and never met
        say("Preparing the database and the static files.")
        prepared = subprocess.run([sys.executable, "-m", "itsm.embedded.prepare"], env=environment, cwd=desk.ROOT,
                                  capture_output=True, text=True)  # fmt: skip
        if prepared.returncode:
            raise ServiceError(f"The database could not be prepared:\n{prepared.stderr[-2000:]}")
        stage = Stage(rows=rows, seconds=seconds, environment=environment, say=say, is_filled=is_filled)
        try:
            yield stage
        finally:
            stage.stop()
            if keep and stage.is_filled:
                FILLED.write_text(filling)
    if not keep:
        _wipe()


def _wipe() -> None:
    """The static files stay: they are made anew only when they differ."""
    FILLED.unlink(missing_ok=True)
    for folder in {desk.EMBEDDED, place_for(desk.EMBEDDED).folder}:
        shutil.rmtree(folder, ignore_errors=True)


def _state_of_code() -> str:
    """Names what the tables look like, so that kept data are used with the migrations that they were made under."""
    names = sorted(str(path.relative_to(desk.ROOT)) for path in desk.ROOT.glob("*/migrations/0*.py"))
    return " ".join(names)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def manage(stage: Stage, *arguments: str, **more: str) -> None:
    """Run one of Django's commands as a person would, in a process of its own."""
    command = [sys.executable, str(desk.ROOT / "manage.py"), *arguments]
    made = subprocess.run(command, env=stage.environment | more, cwd=desk.ROOT, capture_output=True, text=True)
    if made.returncode:
        raise WentWrong(f"manage.py {arguments[0]} failed: {made.stderr[-1000:]}")
