"""Ranks as threads of one process: the same code without MPI, for tests and for trying out."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from neurosparse.checks import function_like, positive, whole_number
from neurosparse.distributed.links import RanksError
from neurosparse.distributed.partitions import Contiguous, Partition, check_partition
from neurosparse.distributed.ranks import Ranks
from neurosparse.typing import UInt8, UInt32


class _Room:
    """Where threads meet: two tables in turn, so that one meeting a word is enough."""

    def __init__(self, size: int, timeout: float) -> None:
        self.barrier = threading.Barrier(size, timeout=timeout)
        self.tables: tuple[list[Any], list[Any]] = ([None] * size, [None] * size)


class ThreadLink:
    """One thread of a rehearsal."""

    def __init__(self, room: _Room, rank: int, size: int) -> None:
        self.room = room
        self.rank = rank
        self.size = size
        self._turn = 0

    def swap(self, message: UInt32) -> UInt32:
        """Send a message and receive those of all threads."""
        return np.stack(self._meet(message.copy()))

    def pool(self, data: UInt8, sizes: list[int]) -> list[UInt8]:
        """Send bytes and receive those of all threads."""
        return [part.copy() for part in self._meet(data.copy())]

    def _meet(self, part: Any) -> list[Any]:
        table = self.room.tables[self._turn]
        self._turn = 1 - self._turn
        table[self.rank] = part
        try:
            self.room.barrier.wait()
        except threading.BrokenBarrierError:
            words = f"rank {self.rank} waited in vain: another rank ended, or does something else"
            raise RanksError(words) from None
        return list(table)

    def abort(self, code: int = 1) -> None:
        """Let nobody wait for this thread."""
        self.room.barrier.abort()


def rehearse(
    size: int,
    function: Callable[[Ranks], Any],
    *,
    partition: Partition | None = None,
    timeout: float = 60.0,
) -> list[Any]:
    """Call a function on `size` ranks that are threads of this process; give what each returns.

    Args:
        size: ranks.
        function: given the `Ranks` of its thread, to be handed to a `Simulator`.
        partition: who owns what.
        timeout: seconds after which a rank that waits for others gives up.

    Raises:
        RanksError: the ranks did not do the same.
        Exception: what the function raised on the lowest rank.

    >>> rehearse(2, lambda ranks: (ranks.rank, int(ranks.total(ranks.rank + 1))))
    [(0, 3), (1, 3)]
    """
    function_like("function", function, "a function of Ranks")
    if partition is not None:
        check_partition(partition)
    whole_number("size", size, 1)
    positive("timeout", timeout)
    room = _Room(size, timeout)

    def one(rank: int) -> Any:
        link = ThreadLink(room, rank, size)
        try:
            return function(Ranks(link, partition or Contiguous()))
        except BaseException:
            link.abort()
            raise

    with ThreadPoolExecutor(size) as pool:
        running = [pool.submit(one, rank) for rank in range(size)]
        errors = [each.exception() for each in running]
    # one that waited in vain tells less than what made it so
    known = [error for error in errors if error is not None]
    plain = [error for error in known if "waited in vain" not in str(error)]
    for error in plain or known:
        raise error
    return [each.result() for each in running]
