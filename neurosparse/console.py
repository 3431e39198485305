"""What a person sees and does while a run lasts: a line of progress, Ctrl-C, SIGTERM."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType, TracebackType
from typing import Any, Self

from neurosparse.checks import truth

SILENT_SECONDS = 1.5


class Progress:
    """Shows how far work is, on a terminal only and only when it takes longer than a moment.

    Args:
        shown: whether to show it, or a function that gets (done, total) instead.
        total: of the steps.
        label: what is being done.
    """

    def __init__(self, shown: Any, total: int, label: str = "simulating") -> None:
        self.shown = shown if callable(shown) else truth("progress", shown)
        self.total = total
        self.label = label
        self.begun = time.perf_counter()
        self._bar: Any = None
        self._task: Any = None

    def show(self, done: int) -> None:
        """Report `done` of all steps; a callable given as progress gets (done, total)."""
        if callable(self.shown):
            self.shown(done, self.total)
        elif self.shown and self._is_long() and sys.stderr.isatty():
            self._draw(done)

    def _is_long(self) -> bool:
        return time.perf_counter() - self.begun > SILENT_SECONDS

    def _draw(self, done: int) -> None:
        if self._bar is None:
            self._begin()
        self._bar.update(self._task, completed=done, total=self.total)

    def _begin(self) -> None:
        from rich import progress
        from rich.console import Console

        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TimeElapsedColumn(),
            progress.TimeRemainingColumn(),
        )
        self._bar = progress.Progress(
            *columns, console=Console(stderr=True), transient=True
        )
        self._task = self._bar.add_task(self.label, total=self.total)
        self._bar.start()

    def close(self) -> None:
        """Take the line away."""
        if self._bar is not None:
            self._bar.stop()


@contextlib.contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of (done, total) that shows progress while the body runs.

    >>> with bar("counting") as show:
    ...     show(1, 2)
    """
    progress = Progress(True, 0, label)

    def show(done: int, total: int) -> None:
        progress.total = total
        progress.show(done)

    try:
        yield show
    finally:
        progress.close()


class Terminated(KeyboardInterrupt, SystemExit):
    """SIGTERM came while work was under way: who mends Ctrl-C mends this too, and a script that
    does not ends with code 143, as batch systems expect.

    >>> Terminated("stopped").code
    143
    """

    def __init__(self, *message: str) -> None:
        super().__init__(*message)
        self.code = 128 + signal.SIGTERM


class Interruptible:
    """While active, Ctrl-C and SIGTERM set `asked` instead of ending at once; a second Ctrl-C does.

    SIGTERM is left alone where the program handles or ignores it. Outside the main thread Python
    delivers no signals, and nothing is changed.
    """

    def __init__(self) -> None:
        self.asked = False
        self._number: int = signal.SIGINT
        self._old: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._old[signal.SIGINT] = signal.signal(signal.SIGINT, self._note)
            if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
                self._old[signal.SIGTERM] = signal.signal(signal.SIGTERM, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._old.items():
            if handler is not None:
                signal.signal(number, handler)
        if kind is None and self._number == signal.SIGTERM:
            # it came when the work was done already
            raise self.reason("terminated")

    def reason(self, message: str = "") -> KeyboardInterrupt:
        """Make, for the caller to raise, what was asked for: KeyboardInterrupt or Terminated."""
        kind = Terminated if self._number == signal.SIGTERM else KeyboardInterrupt
        return kind(message)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True
        self._number = number


def aligned(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The lines of a table whose columns begin below each other; none without rows.

    >>> aligned(("name", "n"), [("a", "1"), ("excitatory", "80")])
    ['name        n', 'a           1', 'excitatory  80']
    """
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in (head, *rows)
    ]
