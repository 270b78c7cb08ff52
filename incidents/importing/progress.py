"""How far an import is: one line that is rewritten on a terminal, a line every few seconds elsewhere."""

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

WIDTH = 30
ON_TERMINAL, ELSEWHERE = 0.2, 5.0


class Progress:
    """Tells how many of `total` lines are done, through `write`, which adds nothing of its own."""

    def __init__(self, write: Callable[[str], None], *, total: int, is_terminal: bool) -> None:
        self._write, self._total, self._is_terminal = write, max(total, 1), is_terminal
        self._began = self._told = time.monotonic()
        self._told_lines = -1

    def at(self, lines: int, incidents: int) -> None:
        """Tell it, unless it was told just now."""
        now = time.monotonic()
        if now - self._told >= (ON_TERMINAL if self._is_terminal else ELSEWHERE):
            self._told = now
            self._tell(lines, incidents, now)

    def done(self, lines: int, incidents: int) -> None:
        """Tell the end of it, on a terminal or when it took long enough to have told before."""
        now = time.monotonic()
        if self._told_lines != lines and (self._is_terminal or now - self._began >= ELSEWHERE):
            self._tell(lines, incidents, now)
        if self._is_terminal:
            self._write("\n")

    def _tell(self, lines: int, incidents: int, now: float) -> None:
        self._told_lines = lines
        share = min(lines / self._total, 1)
        rate = lines / max(now - self._began, 0.001)
        filled = round(share * WIDTH)
        words = _("%(lines)s of %(total)s lines, %(incidents)s incidents, %(rate)s lines/s, %(left)s s left") % {
            "lines": f"{lines:,}",
            "total": f"{self._total:,}",
            "incidents": f"{incidents:,}",
            "rate": f"{rate:,.0f}",
            "left": f"{(self._total - lines) / rate if rate else 0:,.0f}",
        }
        text = f"{'█' * filled}{'░' * (WIDTH - filled)} {share:4.0%}  {words}"
        self._write(f"\r{text}\033[K" if self._is_terminal else f"{text}\n")
