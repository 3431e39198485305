"""The method of optimal directions: the atoms that describe all signals best, given the codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.learn.rule import LearningRule, Update
from neurosparse.typing import Array


@dataclass(frozen=True)
class Mod(LearningRule):
    """Least squares over all signals: D = (AᵀA)⁻¹AᵀX, then atoms of length 1.

    Args:
        batch: None, all signals at once; a smaller one forgets the others.
        patience: as in `LearningRule`; atoms that no signal uses are replaced at once.

    Source: Engan, Aase & Husøy 1999, doi:10.1109/ICASSP.1999.760624.

    >>> from neurosparse.sparse_coding import Dictionary, Omp
    >>> x = np.random.default_rng(0).permutation(np.repeat([[0.6, 0.8], [1, 0]], 50, axis=0))
    >>> start = Dictionary([[0.9, 0.1], [0.1, 0.9]], renormalise=True)
    >>> Mod().fit(x, dictionary=start, coder=Omp(1), epochs=3).dictionary.atoms.round(3).tolist()
    [[1.0, 0.0], [0.6, 0.8]]
    """

    batch: int | None = None
    patience: int = 0

    def update(
        self, x: Array, codes: SparseCodes, atoms: Array, state: dict[str, Array]
    ) -> Update:
        """Solve for the atoms."""
        solved = optimal_directions(x, codes).astype(atoms.dtype)
        unused = ~(np.linalg.norm(solved, axis=1) > 0)
        solved[unused] = atoms[unused]
        return Update(solved, state)


def optimal_directions(x: Array, codes: SparseCodes) -> Array:
    """Compute (AᵀA)⁻¹AᵀX, `[n, d]`; the shortest solution where there are many.

    >>> codes = SparseCodes.from_dense([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]])
    >>> optimal_directions(np.array([[1.0, 0], [2, 1], [0, 1]]), codes).round(6).tolist()
    [[1.444444, 0.222222], [0.111111, 0.555556]]
    """
    a = codes.to_scipy()
    gram = (a.T @ a).toarray()
    return np.asarray(np.linalg.lstsq(gram, a.T @ x, rcond=None)[0])
