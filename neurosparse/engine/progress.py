"""A line of progress with the time that is left, for runs that take more than a moment."""

import sys
import time
from typing import Any

SILENT_SECONDS = 1.5


class Progress:
    """Shows how far a run is, on a terminal only and only when it takes longer than a moment."""

    def __init__(self, wanted: Any, total: int, doing: str = "simulating") -> None:
        self.wanted = wanted
        self.total = total
        self.doing = doing
        self.begun = time.perf_counter()
        self._bar: Any = None
        self._task: Any = None

    def show(self, done: int) -> None:
        """Report `done` of all steps; a callable given as progress gets (done, total)."""
        if callable(self.wanted):
            self.wanted(done, self.total)
        elif (
            self.wanted
            and time.perf_counter() - self.begun > SILENT_SECONDS
            and sys.stderr.isatty()
        ):
            self._draw(done)

    def _draw(self, done: int) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
                TimeRemainingColumn,
            )

            columns = (
                TextColumn(self.doing),
                BarColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=self.total)
            self._bar.start()
        self._bar.update(self._task, completed=done)

    def close(self) -> None:
        """Take the line away."""
        if self._bar is not None:
            self._bar.stop()
