"""Blocks: the words that an operation reads, declared beside it as a named tuple.

A field that is an `int` is a number, one that is an array stands for its address. The engine fills
a block by names (`Block`), the adapter reads it by the same names (`intrinsics.read_words`).
"""

from typing import Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_type
from neurosparse.kernels.base.machine.operation import memoised


class Block:
    """The words of one operation in memory, and the arrays they point to, kept alive.

    >>> from typing import NamedTuple
    >>> class Words(NamedTuple):
    ...     n: int
    ...     spikes: NDArray[np.int32]
    >>> block = Block(Words(n=3, spikes=np.zeros(3, np.int32)))
    >>> block.memory[0], block.memory[1] == block.words.spikes.ctypes.data
    (np.int64(3), np.True_)
    >>> block
    Words(n=3)
    """

    def __init__(self, words: Any) -> None:
        self.words = words
        self.memory: NDArray[np.int64] = np.zeros(len(words), dtype=np.int64)
        self.put(**words._asdict())

    def put(self, **words: Any) -> None:
        """Write some words anew.

        Raises:
            TypeError: a number stands for an array, or an array of another type or layout.
            ValueError: a word of this name is not in the block.
        """
        kind = type(self.words)
        replaced = self.words._replace(**words)
        expected = dtypes(kind)
        for place, (name, dtype) in enumerate(expected.items()):
            if name in words:
                self.memory[place] = _number(kind, name, words[name], dtype)
        self.words = replaced

    @property
    def address(self) -> int:
        """Where the words begin."""
        return int(self.memory.ctypes.data)

    @property
    def numbers(self) -> dict[str, int]:
        """The words that are no addresses."""
        expected = dtypes(type(self.words))
        return {k: int(v) for k, v in self.words._asdict().items() if expected[k] is None}

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name}={value}" for name, value in self.numbers.items())
        return f"{type(self.words).__name__}({numbers})"


@memoised
def dtypes(kind: Any) -> dict[str, Any]:
    """The dtype of each word's array, `Any` where the layout of a network decides it, None for
    numbers.

    >>> from typing import NamedTuple
    >>> class Words(NamedTuple):
    ...     n: int
    ...     log: NDArray[np.int32]
    ...     rows: NDArray[Any]
    >>> dtypes(Words)
    {'n': None, 'log': <class 'numpy.int32'>, 'rows': typing.Any}
    """
    hints = get_type_hints(kind)
    # NDArray[X] is ndarray[shape, dtype[X]]
    return {
        name: None if hint is int else get_args(get_args(hint)[1])[0]
        for name, hint in hints.items()
    }


def _number(kind: Any, name: str, word: Any, dtype: Any) -> int:
    """A number as it is, an array as its address."""
    if dtype is None:
        if not isinstance(word, (int, np.integer)):
            raise bad_type(f"{kind.__name__}.{name}", word, "a whole number")
        return int(word)
    alike = isinstance(word, np.ndarray) and word.flags.c_contiguous
    if not alike or (dtype is not Any and word.dtype != dtype):
        expected = "any dtype" if dtype is Any else np.dtype(dtype).name
        where = f"{kind.__name__}.{name}"
        raise bad_type(where, word, f"a contiguous array of {expected}")
    return int(word.ctypes.data)
