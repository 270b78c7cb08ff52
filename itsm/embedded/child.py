"""One process that we start, watch and stop."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from pathlib import Path

from itsm.embedded.account import Account

LONG_LOG = 20 * 2**20  # bytes
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int, number: signal.Signals) -> Callable[[], None] | None:
    """What the child does between fork and exec, so that a killed parent leaves nothing behind (Linux only)."""
    libc = _LIBC
    if libc is None:
        return None

    def set_signal() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return set_signal


class Child:
    """A process in a session of its own, so that Ctrl-C in the terminal reaches only the one who started it.

    It writes into its log, or without one to the terminal.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        log: Path | None,
        *,
        environment: Mapping[str, str] | None = None,
        account: Account | None = None,
        stop_by: str = "TERM",
        folder: Path = Path("/"),
    ) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.environment = environment
        self.account = account
        self.stop_by = signal.Signals[f"SIG{stop_by}"]
        self.folder = folder
        self.started_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll() if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        environment = dict(os.environ if self.environment is None else self.environment)
        if self.account:
            environment = {name: value for name, value in environment.items() if not name.startswith("PG")}
        self.started_at = time.monotonic()
        self._put_long_log_aside()
        with self.log.open("ab") if self.log else nullcontext() as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                cwd=self.folder,
                env=environment,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid(), self.stop_by),
                **(self.account.for_popen if self.account else {}),
            )

    def _put_long_log_aside(self) -> None:
        """At each start, so that a log and the one before it are all that a disk ever has to hold."""
        if self.log and self.log.exists() and self.log.stat().st_size > LONG_LOG:
            self.log.rename(self.log.with_suffix(".1.log"))

    def ask_to_stop(self) -> None:
        if self._process and self.is_running:
            self._process.send_signal(self.stop_by)

    def stop(self, *, within: float = 10) -> None:
        """Ask, wait, and end by force what is left of it and of those it started."""
        self.ask_to_stop()
        self.wait(within)
        self.kill()

    def wait(self, seconds: float) -> bool:
        if self._process is None:
            return True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(seconds, 0))
        return not self.is_running

    def kill(self) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def last_words(self, lines: int = 15) -> str:
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
