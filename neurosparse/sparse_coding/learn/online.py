"""Online dictionary learning: two small tables remember all signals that went by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurosparse.checks import not_negative, whole_number
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.learn.rule import LearningRule, Update
from neurosparse.typing import Array, Int64


@dataclass(frozen=True)
class OnlineDictionary(LearningRule):
    """Atoms that describe best what A = Σ aᵀa `[n, n]` and B = Σ aᵀx `[n, d]` remember.

    After each batch, atom by atom: u = (B_j - A_j D)/A_jj + d_j, d_j = u/max(‖u‖, 1). Codes are
    sparse, so a signal of k atoms changes k² numbers of A and k rows of B. Batch t finds its
    memory faded by (1 - 1/t)^ρ.

    Args:
        batch, patience: as in `LearningRule`.
        fading: ρ; 0 forgets nothing.
        sweeps: turns through the atoms after each batch.

    Source: Mairal, Bach, Ponce & Sapiro 2009, doi:10.1145/1553374.1553463.

    >>> from neurosparse.sparse_coding import Dictionary, Ista, Soft
    >>> rng = np.random.default_rng(0)
    >>> x = rng.laplace(size=(2000, 4)) @ rng.standard_normal((4, 4))
    >>> start = Dictionary.random(8, 4, rng=1)
    >>> learned = OnlineDictionary(batch=100).fit(x, dictionary=start, coder=Ista(Soft(0.5)), rng=0)
    >>> learned.history[-1].cost < learned.history[0].cost, learned.samples
    (True, 2000)
    """

    fading: float = 3.0
    sweeps: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        not_negative("fading", self.fading)
        whole_number("sweeps", self.sweeps, 1)

    def first_state(self, atoms: Array) -> dict[str, Array]:
        """Empty tables, and no batch yet."""
        n, d = atoms.shape
        return {
            "a": np.zeros((n, n)),
            "b": np.zeros((n, d)),
            "batches": np.zeros(1, np.int64),
        }

    def update(
        self, x: Array, codes: SparseCodes, atoms: Array, state: dict[str, Array]
    ) -> Update:
        """Remember one batch, then go through the atoms."""
        batches = state["batches"] + 1
        keep = (1 - 1 / int(batches[0])) ** self.fading if self.fading else 1.0
        rows = codes.to_scipy()
        a = keep * state["a"]
        products = (rows.T @ rows).tocoo()
        a[products.row, products.col] += products.data
        b = keep * state["b"] + rows.T @ x
        fresh = atoms.astype(np.float64)
        for _ in range(self.sweeps):
            fresh = atom_sweep(fresh, a, b)
        # a shorter atom is made longer, and the memory of its coefficients smaller
        length = np.linalg.norm(fresh, axis=1)
        length = np.where(length > 0, length, 1.0)
        a *= length[:, None] * length
        b *= length[:, None]
        gone = ~fresh.any(1)
        fresh[gone] = atoms[gone]
        return Update(fresh.astype(atoms.dtype), {"a": a, "b": b, "batches": batches})

    def forget(self, state: dict[str, Array], dead: Int64) -> dict[str, Array]:
        """Forget what is known of atoms that are replaced."""
        for name in ("a", "b"):
            state[name][dead] = 0
        state["a"][:, dead] = 0
        return state


def atom_sweep(atoms: Array, a: Array, b: Array) -> Array:
    """Go once through the atoms: u = (B_j - A_j D)/A_jj + d_j, d_j = u/max(‖u‖, 1).

    Atoms with A_jj = 0, which no signal used, stay.

    >>> a, b = np.array([[2.0, 1.0], [1.0, 5.0]]), np.array([[3.0, 1.0], [2.0, 3.0]])
    >>> atom_sweep(np.eye(2), a, b).tolist()
    [[1.0, 0.0], [0.2, 0.6]]
    """
    fresh = atoms.copy()
    for atom in np.flatnonzero(a.diagonal() > 1e-12 * a.diagonal().max(initial=0)):
        u = (b[atom] - a[atom] @ fresh) / a[atom, atom] + fresh[atom]
        fresh[atom] = u / max(float(np.linalg.norm(u)), 1.0)
    return fresh
