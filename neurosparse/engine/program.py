"""A program for the time loop: operations with the addresses of their arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PHASES = ("update", "stimulate", "deliver", "plasticity", "record")
BLOCK_WORDS = 48


class Program:
    """A growing table of operations; arrays that a block points to are kept alive here.

    Operations added with `before=True` touch only what their thread owns and run before the threads
    meet, the others after it, each group in the order in which it was added.
    """

    def __init__(self) -> None:
        self._before: list[tuple[int, NDArray[np.int64], int]] = []
        self._after: list[tuple[int, NDArray[np.int64], int]] = []
        self._joint: dict[int, NDArray[np.int64]] = {}
        self._kept: list[Any] = []

    def add(
        self, compiled: Any, words: list[Any], phase: str, *, before: bool
    ) -> NDArray[np.int64]:
        """Append an operation; arrays among `words` become their addresses. Returns the block, to
        be amended.
        """
        block = self._block(compiled, words)
        group = self._before if before else self._after
        group.append((compiled.address, block, PHASES.index(phase)))
        self._joint.clear()
        return block

    def join(
        self, compiled: Any, words: list[Any], phase: str, target: NDArray[Any]
    ) -> NDArray[np.int64]:
        """Append a delivery to the operation that serves all of its kind onto one target; returns
        its own block.

        That operation's block holds how many there are and the addresses of their blocks. Only
        neighbours are joined, so whatever else adds to the target does so in the order of the
        program.
        """
        block = self._block(compiled, words)
        key = target.ctypes.data
        joint = self._joint.get(key)
        if joint is None or joint[0] == BLOCK_WORDS - 1:
            joint = self._joint[key] = self._block(compiled, [0])
            self._after.append((compiled.address, joint, PHASES.index(phase)))
        joint[0] += 1
        joint[joint[0]] = block.ctypes.data
        return block

    def _block(self, compiled: Any, words: list[Any]) -> NDArray[np.int64]:
        block = np.zeros(BLOCK_WORDS, dtype=np.int64)
        block[: len(words)] = [address_or_number(word) for word in words]
        self._kept += [compiled, words, block]
        return block

    @property
    def n_before(self) -> int:
        """How many operations run before the threads meet."""
        return len(self._before)

    def table(self) -> NDArray[np.int64]:
        """The program [n_ops, 3] as the time loop reads it: address, block, phase."""
        rows = [
            (address, block.ctypes.data, phase)
            for address, block, phase in self._before + self._after
        ]
        return np.array(rows, dtype=np.int64).reshape(-1, 3)


def address_or_number(word: Any) -> int:
    """Give the address of an array's data, or the number itself."""
    if isinstance(word, np.ndarray):
        if not word.flags.c_contiguous:
            raise AssertionError("an operation was given a strided array")
        return int(word.ctypes.data)
    return int(word)
