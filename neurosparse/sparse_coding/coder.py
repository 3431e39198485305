"""What every coder does: signals and a dictionary in, sparse codes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from neurosparse.errors import bad_argument, bad_type
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.curve import Thresholding, a_threshold
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Array

# numbers of a block of drives
BLOCK = 1 << 17


@dataclass(frozen=True)
class Solution:
    """Codes and how they came about.

    Attributes:
        codes: of the batch.
        reason: why each sample ended, text `[batch]`: what a coder's page lists.
        steps: done for each sample, `[batch]`.
        numbers: further counts and errors by name, each `[batch]`.
        state: what a run may go on from, where codes do not say it.
    """

    codes: SparseCodes
    reason: Array
    steps: Array
    numbers: dict[str, Array] = field(default_factory=dict)
    state: Array | None = None


class Coder(Protocol):
    """What learners and models ask of a coder, also of one of your own."""

    def encode(self, x: Any, dictionary: Dictionary) -> SparseCodes:
        """Find the codes of signals `[batch, d]`."""
        ...


class Solver:
    """A coder that can say how it came to its codes."""

    def encode(self, x: Any, dictionary: Dictionary) -> SparseCodes:
        """Find the codes of signals `[batch, d]`; see `solve`."""
        return self.solve(x, dictionary).codes

    def solve(self, x: Any, dictionary: Dictionary) -> Solution:
        """Find the codes, and say how."""
        raise NotImplementedError


def a_dictionary(value: Any) -> Dictionary:
    """Return the dictionary, or say how to make one."""
    if not isinstance(value, Dictionary):
        raise bad_type("dictionary", value, "a Dictionary", "write Dictionary(atoms)")
    return value


def a_coder(value: Any) -> Coder:
    """Return the coder, or say how to make one."""
    if isinstance(value, type) or not callable(getattr(value, "encode", None)):
        raise bad_type("coder", value, "a coder", "write Omp(8)")
    coder: Coder = value
    return coder


def blocks(
    x: Any, dictionary: Dictionary, start: SparseCodes | None = None
) -> Iterator[tuple[Array, Array, SparseCodes]]:
    """Go through signals, drives and starts, so many at a time that drives stay in the cache.

    An empty batch is one block.

    Raises:
        ValueError: a start of other samples or atoms.
    """
    signals = dictionary.signals(x)
    batch = len(signals)
    size = max(16, BLOCK // dictionary.n)
    silent = start is None
    if start is None:
        none = np.zeros(0, np.int32)
        start = SparseCodes(
            np.zeros(batch + 1, np.int64), none, none.astype(dictionary.dtype), dictionary.n
        )
    dictionary.check(start, "start")
    if len(start) != batch:
        raise bad_argument("start", start, f"codes of {batch} samples, as x has")
    for first in range(0, max(batch, 1), size):
        some = slice(first, first + size)
        codes = start if silent else start[some].astype(dictionary.dtype)
        yield signals[some], signals[some] @ dictionary.atoms.T, codes


def joined(parts: Sequence[Solution]) -> Solution:
    """Put the solutions of blocks one after the other."""
    names = parts[0].numbers
    return Solution(
        SparseCodes.concatenate([part.codes for part in parts]),
        np.concatenate([part.reason for part in parts]),
        np.concatenate([part.steps for part in parts]),
        {name: np.concatenate([part.numbers[name] for part in parts]) for name in names},
        None if parts[0].state is None else np.concatenate([part.state for part in parts]),
    )


def cost(
    x: Any, codes: SparseCodes, dictionary: Dictionary, threshold: Thresholding
) -> Array:
    """Compute `½ ‖x - a D‖² + Σ penalty(a)` of each sample, float64 `[batch]`.

    >>> from neurosparse.sparse_coding import Soft
    >>> codes = SparseCodes.from_dense([[0.1875, 1.1875]])
    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> cost([[1.0, 1.0, 0.5]], codes, dictionary, Soft(0.1)).round(5).tolist()
    [0.26875]
    """
    a_threshold(threshold)
    signals = a_dictionary(dictionary).signals(x)
    dictionary.check(codes)
    if len(codes) != len(signals):
        expected = f"codes of {len(signals)} samples, as x has"
        raise bad_argument("codes", codes, expected)
    left = signals.astype(np.float64) - dictionary.decode(codes)
    each = threshold.penalty(codes.values.astype(np.float64))
    penalties = np.bincount(codes.rows, each, minlength=len(codes))
    return np.asarray(0.5 * (left**2).sum(axis=1) + penalties)
