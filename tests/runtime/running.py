"""A real desk, started as a person starts it, and a look at the processes that belong to it."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from itsm.embedded.desk import ROOT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def outside_environment(var: Path) -> dict[str, str]:
    """What a person's shell has: none of the addresses and settings that the test run itself was given."""
    mine = ("DATABASE_URL", "REDIS_URL", "DJANGO_", "ITSM_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    return kept | {"ITSM_VAR_DIR": str(var)}


def processes_of(var: Path) -> dict[int, str]:
    """The processes that were started for this folder, and their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        # Some servers write their title over their environment, and then name the folder in it.
        if command and (str(var).encode() in environment or str(var) in command):
            found[int(entry.name)] = command
    return found


def eventually(look: Callable[[], object], seconds: float = 40) -> None:
    """Wait until `look` finds something true."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"Not within {seconds} seconds."
        time.sleep(0.1)


class RunningDesk:
    def __init__(self, process: subprocess.Popen[bytes], var: Path, port: int, output: Path) -> None:
        self.process = process
        self.var = var
        self.port = port
        self.output = output

    def said(self) -> str:
        return self.output.read_text()

    def answers(self, path: str = "/accounts/login/") -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def leaders(self, word: str) -> list[int]:
        """The processes with this word in their command line that lead a session of their own."""
        found = processes_of(self.var)
        return [pid for pid, command in found.items() if word in command and _leads(pid)]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


def _leads(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False


@contextmanager
def running_desk(var: Path, *options: str) -> Generator[RunningDesk, None, None]:
    """`./run demo` on a free port, ready to answer; whatever is left of it at the end is killed."""
    port = free_port()
    var.mkdir(exist_ok=True)
    output = var / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [ROOT / "run", "demo", "--port", str(port), *options],
            env=outside_environment(var),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    desk = RunningDesk(process, var, port, output)
    try:
        eventually(lambda: "is ready" in desk.said() or process.poll() is not None, 90)
        assert process.poll() is None, desk.said()
        yield desk
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        for pid in processes_of(var):
            os.kill(pid, signal.SIGKILL)
