"""A program for the time loop: operations with their blocks of words."""

import re
from typing import Any, NamedTuple

import numpy as np

from neurosparse.console import aligned
from neurosparse.kernels.base.machine.words import Block
from neurosparse.typing import Int64

PHASES = ("update", "stimulate", "deliver", "plasticity", "record")
MOST_JOINED = 47  # deliveries that one operation serves
ENDLESS = 2**40  # steps, more than any run has
FINGERPRINT = re.compile(
    r"_[0-9a-f]{10}(?=_|$)"
)  # of the code, in names of compiled functions


class Operation(NamedTuple):
    """A compiled operation, the words it reads, the phase its time is counted in, and for what it
    is done: the name of a population or projection.
    """

    compiled: Any
    block: Block
    phase: str
    owner: str

    @property
    def name(self) -> str:
        """The function's name with what it is compiled for."""
        return FINGERPRINT.sub("", str(self.compiled.__name__))


class Program:
    """A growing table of operations; arrays that a block points to are kept alive here.

    Operations added with `before=True` touch only what their thread owns and run before the threads
    meet, the others after it, each group in the order in which it was added. Printed, it is a line
    an operation.
    """

    def __init__(self) -> None:
        self._before: list[Operation] = []
        self._after: list[Operation] = []
        self._joint: dict[
            int, int
        ] = {}  # where operations stand that join, by their target
        self._kept: list[Block] = []

    def add(
        self, compiled: Any, words: Any, phase: str, owner: str, *, before: bool
    ) -> Block:
        """Append an operation that reads the named tuple `words`; returns its block, to be
        amended.

        Raises:
            TypeError: a word is not the number or the array that its declaration asks for.
        """
        block = Block(words)
        operations = self._before if before else self._after
        operations.append(Operation(compiled, block, phase, owner))
        self._joint.clear()
        return block

    def join(self, compiled: Any, words: Any, phase: str, owner: str) -> Block:
        """Append a delivery to the operation that serves all of its kind onto one target; returns
        its own block.

        That operation's block holds how many there are and the addresses of their blocks. Only
        neighbours are joined, so whatever else adds to the target does so in the order of the
        program.
        """
        from neurosparse.kernels.spikes.coincidence.cpu import JoinedWords

        block = Block(words)
        self._kept.append(block)
        target = words.target.ctypes.data
        place = self._joint.get(target)
        if place is None or self._after[place].block.words.n_blocks == MOST_JOINED:
            joined = JoinedWords(n_blocks=1, blocks=np.zeros(MOST_JOINED, dtype=np.int64))
            joined.blocks[0] = block.address
            self._joint[target] = len(self._after)
            self._after.append(Operation(compiled, Block(joined), phase, owner))
            return block
        op = self._after[place]
        n_blocks = op.block.words.n_blocks
        op.block.words.blocks[n_blocks] = block.address
        op.block.put(n_blocks=n_blocks + 1)
        self._after[place] = op._replace(owner=f"{op.owner}, {owner}")
        return block

    @property
    def n_before(self) -> int:
        """How many operations run before the threads meet."""
        return len(self._before)

    @property
    def operations(self) -> list[Operation]:
        """All operations, in the order in which they run."""
        return self._before + self._after

    def table(self) -> Int64:
        """The program [n_ops, 3] as the time loop reads it: address, block, phase."""
        rows = [
            (op.compiled.address, op.block.address, PHASES.index(op.phase))
            for op in self.operations
        ]
        return np.array(rows, dtype=np.int64).reshape(-1, 3)

    def __repr__(self) -> str:
        """One line an operation: phase, population or projection, function, sizes."""
        head = ("phase", "of", "function", "sizes")
        lines = []
        for op in self.operations:
            sizes = " ".join(_size(name, size) for name, size in op.block.numbers.items())
            lines.append((op.phase, op.owner, op.name, sizes))
        return "\n".join(aligned(head, lines)) or "Program()"


def _size(name: str, size: int) -> str:
    """A size by its name; steps that never come are infinite.

    >>> _size("delay", 15), _size("stop", 2**62)
    ('delay=15', 'stop=inf')
    """
    return f"{name}={'inf' if size >= ENDLESS else size}"
