"""A bar for long work: on a terminal only, on standard error, and only when it takes more than a
moment.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

MOMENT = 1.5


@contextlib.contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of (done, total) that draws; it does nothing where nobody is looking.

    >>> with bar("counting") as seen:
    ...     seen(1, 2)
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    begun = time.perf_counter()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    drawn = Progress(*columns, console=Console(stderr=True), transient=True)
    task = drawn.add_task(label, total=None)

    def show(done: int, total: int) -> None:
        if time.perf_counter() - begun > MOMENT:
            drawn.start()
            drawn.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        drawn.stop()
