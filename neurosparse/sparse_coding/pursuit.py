"""Pursuit: atoms taken one after the other, the one nearest to what is left first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, truth, whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.coding.pursuit import REASONS, Pursued, mp, omp
from neurosparse.sparse_coding.coder import Solution, Solver, a_dictionary, blocks
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Array


@dataclass(frozen=True)
class Omp(Solver):
    """Orthogonal matching pursuit: the best atom is added, all coefficients are fitted anew.

    The best is the one of the largest product with what is left; of equal ones, the higher index. A
    sample ends with "k" atoms, with "tolerance" when nothing more than `tol` is left, or with
    "dependent" when the best atom is a mixture of those it has.

    Args:
        k: atoms of a sample, at most; as many as the signal is wide if None.
        tol: length of what is left at which a sample ends.
        recursive: take the atom that, together with those chosen, leaves least (orthogonal least
            squares); twice the work for a slightly smaller rest.
        threads: of the processor.

    Source: Pati, Rezaiifar & Krishnaprasad 1993, https://doi.org/10.1109/ACSSC.1993.342465;
    recursive: Chen, Billings & Luo 1989, https://doi.org/10.1080/00207178908953472.

    >>> from neurosparse.sparse_coding import Dictionary
    >>> dictionary = Dictionary([[1.0, 0.0], [0.6, 0.8]])
    >>> Omp(2).encode([[1.0, 0.6]], dictionary).to_dense().round(9).tolist()
    [[0.55, 0.75]]
    """

    k: int | None = None
    tol: float = 0.0
    recursive: bool = False
    threads: int = 1

    def __post_init__(self) -> None:
        if self.k is not None:
            whole_number("k", self.k, 1)
        not_negative("tol", self.tol)
        truth("recursive", self.recursive)
        whole_number("threads", self.threads, 1)

    def solve(self, x: Any, dictionary: Dictionary) -> Solution:
        """Find the codes of signals `[batch, d]`; `steps` counts atoms."""
        k = _atoms(self.k, a_dictionary(dictionary), dictionary.d)

        def pursue(signals: Array, drive: Array) -> Pursued:
            parts = (dictionary.atoms, dictionary.gram, signals, drive)
            return omp(*parts, k, self.tol, recursive=self.recursive, threads=self.threads)

        return _solution(x, dictionary, pursue)


@dataclass(frozen=True)
class MatchingPursuit(Solver):
    """Matching pursuit: `a_i += d_i·r; r -= (d_i·r) d_i` for the atom of the largest `|d_i·r|`.

    An atom may be chosen again. A sample ends with "steps"; with "k" when another atom would be one
    too many; with "tolerance" when no more than `tol` is left, or nothing that an atom explains.

    Args:
        steps: at most.
        k: different atoms of a sample, at most; any number if None.
        tol: length of what is left at which a sample ends.
        nonnegative: take positive products only, so that no coefficient is negative.
        threads: of the processor.

    Source: Mallat & Zhang 1993, https://doi.org/10.1109/78.258082.

    >>> from neurosparse.sparse_coding import Dictionary
    >>> dictionary = Dictionary([[1.0, 0.0], [0.6, 0.8]])
    >>> MatchingPursuit(2).encode([[1.0, 0.6]], dictionary).to_dense().round(9).tolist()
    [[0.352, 1.08]]
    """

    steps: int
    k: int | None = None
    tol: float = 0.0
    nonnegative: bool = False
    threads: int = 1

    def __post_init__(self) -> None:
        whole_number("steps", self.steps, 1)
        if self.k is not None:
            whole_number("k", self.k, 1)
        not_negative("tol", self.tol)
        truth("nonnegative", self.nonnegative)
        whole_number("threads", self.threads, 1)

    def solve(self, x: Any, dictionary: Dictionary) -> Solution:
        """Find the codes of signals `[batch, d]`, and say how."""
        k = _atoms(self.k, a_dictionary(dictionary), dictionary.n)

        def pursue(signals: Array, drive: Array) -> Pursued:
            parts = (dictionary.atoms, dictionary.gram, signals, drive)
            limits = (k, self.steps, self.tol)
            return mp(*parts, *limits, nonnegative=self.nonnegative, threads=self.threads)

        return _solution(x, dictionary, pursue)


def _atoms(k: int | None, dictionary: Dictionary, default: int) -> int:
    if k is None:
        return min(dictionary.n, default)
    if k > dictionary.n:
        raise bad_argument("k", k, f"at most {dictionary.n}, the atoms there are")
    return k


def _solution(
    x: Any, dictionary: Dictionary, pursue: Callable[[Array, Array], Pursued]
) -> Solution:
    """Pursue block by block: the drives of all signals need not be there at once."""
    parts = [pursue(signals, drive) for signals, drive, _ in blocks(x, dictionary)]
    counts = np.concatenate([np.diff(part.indptr) for part in parts])
    indices = np.concatenate([part.indices for part in parts])
    values = np.concatenate([part.values for part in parts])
    codes = SparseCodes(np.cumsum([0, *counts]), indices, values, dictionary.n)
    reason = np.array(REASONS)[np.concatenate([part.reason for part in parts])]
    return Solution(codes, reason, np.concatenate([part.steps for part in parts]))
