"""K-SVD: one atom after the other, with the coefficients of those who use it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurosparse.checks import truth
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.learn.rule import LearningRule, Update
from neurosparse.typing import Array


@dataclass(frozen=True)
class KSvd(LearningRule):
    """For each atom, the best rank-one description of what the others leave of its signals.

    With ω the signals that use atom j, and E = X_ω - A_ω D + a_ωj d_j, (a_ωj, d_j) become the
    first singular pair of E. Signals outside ω are not touched, so no code grows.

    Args:
        batch: None, all signals at once.
        patience: as in `LearningRule`.
        exact: the singular pair; else one power step, d = aE/‖aE‖ and a = Ed, which is quicker.

    Source: Aharon, Elad & Bruckstein 2006, doi:10.1109/TSP.2006.881199; Rubinstein, Zibulevsky &
    Elad 2008, Technion CS-2008-08, for the power step.

    >>> from neurosparse.sparse_coding import Dictionary, Omp
    >>> rng = np.random.default_rng(0)
    >>> true = Dictionary.random(8, 6, rng=rng)
    >>> x = rng.standard_normal((400, 1)) * true.atoms[rng.integers(8, size=400)]
    >>> start = Dictionary.random(8, 6, rng=1)
    >>> learned = KSvd().fit(x, dictionary=start, coder=Omp(1), epochs=10)
    >>> learned.history[-1].cost < 0.1 * learned.history[0].cost
    True
    """

    batch: int | None = None
    patience: int = 0
    exact: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        truth("exact", self.exact)

    def update(
        self, x: Array, codes: SparseCodes, atoms: Array, state: dict[str, Array]
    ) -> Update:
        """Go through the atoms once."""
        fresh = atoms.copy()
        a = codes.to_scipy().tocsc()
        left = x - a @ atoms
        for atom, (first, last) in enumerate(zip(a.indptr, a.indptr[1:], strict=False)):
            users = a.indices[first:last]
            if len(users):
                values = a.data[first:last]
                own = left[users] + values[:, None] * fresh[atom]
                pair = rank_one(own) if self.exact else power_step(own, values)
                if not pair[1].any():
                    continue
                fresh[atom] = pair[1]
                a.data[first:last] = pair[0]
                left[users] = own - pair[0][:, None] * pair[1]
        return Update(fresh, state)


def rank_one(own: Array) -> tuple[Array, Array]:
    """The first singular pair of E `[signals, d]`: coefficients and an atom of length 1.

    >>> coefficients, atom = rank_one(np.array([[3.0, 4.0], [1.0, 2.0]]))
    >>> atom.round(6).tolist(), coefficients.round(6).tolist()
    ([0.576048, 0.817416], [4.997808, 2.21088])
    """
    # the smaller of the two Gram matrices; the atom is what carries the sign
    if len(own) < own.shape[1]:
        _, vectors = np.linalg.eigh(own @ own.T)
        atom = vectors[:, -1] @ own
        length = np.linalg.norm(atom)
        atom = atom / length if length else atom
    else:
        atom = np.linalg.eigh(own.T @ own)[1][:, -1]
    atom = atom if atom[np.argmax(np.abs(atom))] >= 0 else -atom
    return own @ atom, atom


def power_step(own: Array, values: Array) -> tuple[Array, Array]:
    """One power iteration from the coefficients there are."""
    atom = values @ own
    length = np.linalg.norm(atom)
    atom = atom / length if length else atom
    return own @ atom, atom
