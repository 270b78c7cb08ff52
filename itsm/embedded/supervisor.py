"""Keeps the desk's processes alive: starts them in order, restarts what dies, stops all in order."""

import signal
import time
from collections.abc import Callable
from types import FrameType

from itsm.embedded.child import Child

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0  # seconds before a dead process is started again
SETTLED_AFTER = 60.0  # seconds of life after which a death counts as the first one again
PAUSE = 0.1


class Stopped(Exception):
    """Somebody asked the desk to stop."""


class Supervisor:
    """Watches `services` (in the order in which they started) and `processes`, until it is asked to stop."""

    def __init__(self, say: Callable[[str], None] = print) -> None:
        self.services: list[Child] = []
        self.processes: list[Child] = []
        self.say = say
        self._asked = 0
        self._delays: dict[str, float] = {}
        self._due: dict[str, float] = {}

    def listen(self) -> None:
        """Ctrl-C, a closed terminal and a polite kill all stop the desk; a second time, at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1
        if self._asked > 1:
            for child in [*self.processes, *self.services]:
                child.kill()

    @property
    def is_asked_to_stop(self) -> bool:
        return self._asked > 0

    def run_once(self, child: Child) -> int:
        """Run something to its end, and return its exit code."""
        self.processes.append(child)
        child.start()
        while child.is_running:
            if self._asked:
                raise Stopped
            time.sleep(PAUSE / 5)
        self.processes.remove(child)
        return child.exit_code or 0

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Heal what dies; raise SystemExit when the database does, for nothing can go on without it."""
        while not self._asked and not until():
            for child in [*self.services, *self.processes]:
                if not child.is_running:
                    self._heal(child)
            time.sleep(PAUSE)

    def _heal(self, child: Child) -> None:
        now = time.monotonic()
        if child.name == "postgresql":
            self.say(f"PostgreSQL ended with code {child.exit_code}; stopping the desk. See {child.log}.")
            raise SystemExit(3)
        if child.name not in self._due:
            settled = now - child.started_at > SETTLED_AFTER
            delay = FIRST_DELAY if settled else self._delays.get(child.name, FIRST_DELAY)
            self._delays[child.name] = min(delay * 2, LONGEST_DELAY)
            self._due[child.name] = now + delay
            self.say(f"{child.name} ended with code {child.exit_code}; started again in {delay:g} s. See {child.log}.")
            child.kill()  # what it may have left of those it had started
        elif now >= self._due[child.name]:
            del self._due[child.name]
            child.start()

    def stop(self) -> None:
        """First those that use the services, together; then the services, the last started first."""
        for child in self.processes:
            child.ask_to_stop()
        deadline = time.monotonic() + 10
        for child in self.processes:
            while child.is_running and time.monotonic() < deadline and self._asked < 2:
                time.sleep(PAUSE / 5)
            child.kill()
        for child in reversed(self.services):
            child.stop(within=30)
