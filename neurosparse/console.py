"""What a person sees and does while a run lasts: a line of progress, and Ctrl-C."""

import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Any, Self

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


class Interruptible:
    """While active, Ctrl-C sets `asked` instead of raising; a second one raises at once.

    Outside the main thread Python delivers no signals, and nothing is changed.
    """

    def __init__(self) -> None:
        self.asked = False
        self._old: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._old = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._old is not None:
            signal.signal(signal.SIGINT, self._old)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


def aligned(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """The lines of a table whose columns begin below each other; none without rows.

    >>> aligned(("name", "n"), [("a", "1"), ("excitatory", "80")])
    ['name        n', 'a           1', 'excitatory  80']
    """
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
