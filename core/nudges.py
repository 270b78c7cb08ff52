"""Nudges to the workers, sent beside the request: nobody waits for the broker, and a burst becomes one message.

A nudge only makes things quick. What it is about stands in rows that a sweep finds, so a nudge may be lost.
"""

import logging
import os
import threading
import time

from celery import current_app

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.05
"""Nudges for one task within this time are one message."""

QUIET_SECONDS = 5.0
"""After a failure the broker is left alone for so long; the sweeps go on."""

SEND_SECONDS = 1.0
EXPIRES_SECONDS = 30


class Nudger:
    """A thread of this process that sends what was asked for since it last sent."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.wanted: set[str] = set()
        self.asked = threading.Event()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    def ask(self, task: str) -> None:
        with self.lock:
            self.wanted.add(task)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._send_again_and_again, name="nudger", daemon=True)
                self.thread.start()
        self.asked.set()

    def _send_again_and_again(self) -> None:
        while True:
            self.asked.wait()
            time.sleep(GATHER_SECONDS)
            self.asked.clear()
            with self.lock:
                tasks, self.wanted = self.wanted, set()
            try:
                send(tasks)
            except Exception as error:
                logger.warning("The broker did not take a nudge; the sweep will do the work. %s", error)
                time.sleep(QUIET_SECONDS)


_nudger = Nudger()


def nudge(task: str) -> None:
    """Ask a worker to run a task soon. Returns at once, whatever the broker does."""
    global _nudger
    if _nudger.pid != os.getpid():  # forked since: threads do not come along
        _nudger = Nudger()
    _nudger.ask(task)


def send(tasks: set[str], *, expires: int = EXPIRES_SECONDS) -> None:
    """Send the tasks now, on a connection that gives up soon; raises what the broker raises.

    What no worker has taken within `expires` seconds is dropped.
    """
    options = {
        "socket_timeout": SEND_SECONDS,
        "socket_connect_timeout": SEND_SECONDS,
        "max_retries": 1,
        "interval_start": 0,
        "interval_max": 0.1,
    }
    with current_app.connection_for_write(transport_options=options) as connection:
        for task in sorted(tasks):
            current_app.send_task(task, connection=connection, retry=False, ignore_result=True, expires=expires)
