"""Pursuit: atoms taken one after the other, the one nearest to what is left first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, whole_number
from neurosparse.errors import bad_argument
from neurosparse.sparse_coding.coder import Solution, Solver, a_dictionary
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Array


@dataclass(frozen=True)
class Omp(Solver):
    """Orthogonal matching pursuit: the best atom is added, all coefficients are fitted anew.

    Args:
        k: atoms of a sample, at most; d if None.
        tol: length of what is left at which a sample ends.

    Source: Pati, Rezaiifar & Krishnaprasad 1993; Rubinstein, Zibulevsky & Elad 2008.

    >>> from neurosparse.sparse_coding import Dictionary
    >>> dictionary = Dictionary([[1.0, 0.0], [0.6, 0.8]])
    >>> Omp(2).encode([[1.0, 0.6]], dictionary).to_dense().round(9).tolist()
    [[0.55, 0.75]]
    """

    k: int | None = None
    tol: float = 0.0

    def __post_init__(self) -> None:
        if self.k is not None:
            whole_number("k", self.k, 1)
        not_negative("tol", self.tol)

    def solve(self, x: Any, dictionary: Dictionary) -> Solution:
        """Find the codes of signals `[batch, d]`, and say how."""
        signals = a_dictionary(dictionary).signals(x)
        k = min(dictionary.n, dictionary.d) if self.k is None else self.k
        if k > dictionary.n:
            raise bad_argument("k", k, f"at most {dictionary.n}, the atoms there are")
        codes = np.zeros((len(signals), dictionary.n), dictionary.dtype)
        reason = np.full(len(signals), "k", "U12")
        steps = np.zeros(len(signals), np.int64)
        for place, signal in enumerate(signals):
            atoms, values, reason[place] = self._pursue(signal, dictionary.atoms, k)
            codes[place, atoms] = values
            steps[place] = len(atoms)
        return Solution(SparseCodes.from_dense(codes), reason, steps)

    def _pursue(self, x: Array, atoms: Array, k: int) -> tuple[list[int], Array, str]:
        chosen: list[int] = []
        values = np.zeros(0, x.dtype)
        left = x
        while len(chosen) < k:
            if np.linalg.norm(left) <= max(self.tol, 1e-12 * np.linalg.norm(x)):
                return chosen, values, "tolerance"
            products = np.abs(atoms @ left)
            products[chosen] = -1
            best = int(np.argmax(products))
            if np.linalg.matrix_rank(atoms[[*chosen, best]]) <= len(chosen):
                return chosen, values, "dependent"
            chosen.append(best)
            values = np.linalg.lstsq(atoms[chosen].T, x, rcond=None)[0]
            left = x - values @ atoms[chosen]
        return chosen, values, "k"
