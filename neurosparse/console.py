"""What a person sees and does while a run lasts: a line of progress, Ctrl-C, SIGTERM, SIGUSR1."""

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


COME_AGAIN = 75  # EX_TEMPFAIL: the work is not done, the same command goes on with it
# how a system asks a process to end: SLURM's `--signal=USR1@120` is a warning before
GENTLE: tuple[int, ...] = tuple(
    int(getattr(signal, name)) for name in ("SIGTERM", "SIGUSR1") if hasattr(signal, name)
)


class Terminated(KeyboardInterrupt, SystemExit):
    """SIGTERM or SIGUSR1 came while work was under way: who mends Ctrl-C mends this too, and a
    script that does not ends with code 143 after SIGTERM, as batch systems expect, and 75 after
    SIGUSR1.

    >>> Terminated("stopped").code
    143
    """

    def __init__(self, *message: str, number: int = signal.SIGTERM) -> None:
        super().__init__(*message)
        self.code = 128 + number if number == signal.SIGTERM else COME_AGAIN


class Terminating:
    """While active, the first SIGTERM or SIGUSR1 raises `Terminated`, with the code that asks to
    come again, and later ones do nothing.

    An `Interruptible` within takes these signals over.
    """

    def __init__(self) -> None:
        self.heard = False
        self._old: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._old = _set_handlers(GENTLE, self, ())
        return self

    def __exit__(self, *error: object) -> None:
        _set_back(self._old)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Raise, as the handler of a signal."""
        if not self.heard:
            self.heard = True
            error = Terminated("terminated", number=number)
            error.code = COME_AGAIN
            raise error


class Interruptible:
    """While active, Ctrl-C, SIGTERM and SIGUSR1 set `asked` instead of ending at once; a second
    Ctrl-C does.

    The latter two are left alone where the program handles or ignores them. Outside the main thread
    Python delivers no signals, and nothing is changed.
    """

    def __init__(self) -> None:
        self.number = 0  # of the signal that asked
        self._old: dict[int, Any] = {}

    @property
    def asked(self) -> bool:
        """Whether a signal came."""
        return self.number != 0

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._old[signal.SIGINT] = signal.signal(signal.SIGINT, self._note)
            self._old |= _set_handlers(GENTLE, self._note, Terminating)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _set_back(self._old)
        if kind is None and self.number in GENTLE:
            # it came when the work was done already
            raise self.reason("terminated")

    def reason(self, message: str = "", number: int = 0) -> KeyboardInterrupt:
        """Make, for the caller to raise, what was asked for: KeyboardInterrupt or Terminated.

        `number` is of a signal that came elsewhere.
        """
        number = number or self.number
        if number in GENTLE:
            return Terminated(message, number=number)
        return KeyboardInterrupt(message)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.number = number
        before = self._old.get(number)
        if isinstance(before, Terminating):
            before.heard = True


def _set_handlers(numbers: tuple[int, ...], handler: Any, over: Any) -> dict[int, Any]:
    """Handle signals that nobody does, or one of the kind `over`; what was there, by signal."""
    old: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in numbers:
            there = signal.getsignal(number)
            if there is signal.SIG_DFL or (over and isinstance(there, over)):
                old[number] = signal.signal(number, handler)
    return old


def _set_back(handlers: dict[int, Any]) -> None:
    for number, handler in handlers.items():
        if handler is not None:
            signal.signal(number, handler)


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
