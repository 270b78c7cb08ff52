"""A thread in each Celery worker that sweeps when nobody asks for it: the broker is down, or beat is.

Imported before the apps are ready, so it imports no model.
"""

import logging
import threading
from typing import Any

from celery import bootsteps
from django.db import connections

from core import sweeps

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.5


class Sweeper(bootsteps.StartStopStep):
    """Starts the thread with the worker, before it waits for its broker, and stops it with the worker."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **_options: Any) -> None:
        self.ended = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:
        self.ended.clear()
        self.thread = threading.Thread(target=look_again_and_again, args=[self.ended], name="sweeper", daemon=True)
        self.thread.start()

    def stop(self, parent: Any) -> None:
        self.ended.set()

    terminate = stop


def look_again_and_again(ended: threading.Event, every_seconds: float = LOOK_EVERY_SECONDS) -> None:
    """Until `ended`, run the sweeps that nobody asked for. A database that is away is asked again next time."""
    while not ended.wait(every_seconds):
        try:
            sweeps.run_unasked()
        except Exception as error:
            logger.warning("The sweeper could not look: %s", error)
        finally:
            connections.close_all()  # the worker forks: no connection of this thread should be open for long
