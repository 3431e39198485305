"""The workers of a dask client: how many there are, and work that is shared out to them."""

import contextlib
import importlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

LOOK = 0.5
"""Seconds between two looks at what a person wants."""
ATTEMPTS = 3
"""How often one item may lose its worker."""


class Crew:
    """The workers of a client, counted from time to time, and the futures they are done with.

    What a client says to its scheduler goes out every 10 ms. A future is let go of one round
    later, so that the next trial is sent first and does not wait behind that word.

    Args:
        client: of dask.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.due = 0.0
        self.count = 1
        self.past: list[Any] = []

    def size(self) -> int:
        """How many trials may be out."""
        now = time.monotonic()
        if now >= self.due:
            self.count = len(self.client.scheduler_info(n_workers=-1)["workers"])
            self.due = now + LOOK
        return max(self.count, 1)

    def dismiss(self, futures: list[Any]) -> None:
        """Keep these until the next ones come, and let go of the ones before."""
        for future in self.past:
            future.release()
        self.past = futures


def answered(out: Iterable[Any]) -> list[Any]:
    """The futures that are answered, waiting a moment for the first."""
    distributed: Any = importlib.import_module("distributed")
    with contextlib.suppress(TimeoutError):
        distributed.wait(list(out), timeout=LOOK, return_when="FIRST_COMPLETED")
    return [future for future in out if future.done()]


def spread(
    client: Any, function: Callable[[Any], Any], items: Iterable[Any]
) -> Generator[tuple[Any, Any]]:
    """Yield each item with what the function made of it, as they end; no order.

    No more items are out than there are workers, and none is taken before there is room for it.
    One that loses its worker is tried three times.

    Raises:
        Exception: what the function raised.
        RuntimeError: an item lost its worker three times.
    """
    crew = Crew(client)
    fresh = ((item, 1) for item in items)
    again = deque[tuple[Any, int]]()
    out: dict[Any, tuple[Any, int]] = {}
    try:
        while True:
            while len(out) < crew.size() and (work := _next(again, fresh)) is not None:
                item, attempt = work
                name = f"item-{time.monotonic_ns()}-{attempt}"
                future = client.submit(function, item, key=name, retries=0, pure=False)
                out[future] = work
            if not out:
                return
            ended = {future: out.pop(future) for future in answered(out)}
            for future, (item, attempt) in ended.items():
                if future.status == "finished":
                    yield item, future.result()
                elif _died(future):
                    again.append(_again(item, attempt))
                else:
                    raise future.exception()
            crew.dismiss(list(ended))
    finally:
        client.cancel(list(out), force=True)


def _next(
    again: deque[tuple[Any, int]], fresh: Iterator[tuple[Any, int]]
) -> tuple[Any, int] | None:
    return again.popleft() if again else next(fresh, None)


def _died(future: Any) -> bool:
    """Whether a worker died, rather than the function raised."""
    from distributed.scheduler import KilledWorker

    return future.status != "error" or isinstance(future.exception(), KilledWorker)


def _again(item: Any, attempt: int) -> tuple[Any, int]:
    if attempt < ATTEMPTS:
        return item, attempt + 1
    fault = f"{item!r}: its worker died {attempt} times; out of memory?"
    raise RuntimeError(f"{fault} What is complete is kept; the same call goes on")
