"""Olshausen and Field's rule: atoms move towards what the code leaves, Hebbian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurosparse.checks import positive
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.learn.rule import LearningRule, Update
from neurosparse.typing import Array


@dataclass(frozen=True)
class OlshausenField(LearningRule):
    """A step down the slope of the error: D += η aᵀ(x - aD)/batch, then atoms of length 1.

    Only atoms that a signal uses move by it.

    Args:
        batch, patience: as in `LearningRule`.
        rate: η, above 0.

    Source: Olshausen & Field 1996, doi:10.1038/381607a0.

    >>> from neurosparse.sparse_coding import Dictionary, Ista, Soft
    >>> x = np.random.default_rng(0).standard_normal((500, 1)) * [[0.6, 0.8]]
    >>> learned = OlshausenField(batch=50).fit(
    ...     x, dictionary=Dictionary([[1.0, 0.0]]), coder=Ista(Soft(0.1)), epochs=4, rng=0
    ... )
    >>> learned.dictionary.atoms.round(2).tolist()
    [[0.6, 0.8]]
    """

    rate: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        positive("rate", self.rate)

    def update(
        self, x: Array, codes: SparseCodes, atoms: Array, state: dict[str, Array]
    ) -> Update:
        """Move the atoms by one batch."""
        step = hebbian_products(x, codes, atoms) * (self.rate / len(x))
        moved = atoms + step.astype(atoms.dtype)
        # an atom that lands on 0 stays where it was
        gone = ~np.asarray(moved, bool).any(1)
        moved[gone] = atoms[gone]
        return Update(moved, state)


def hebbian_products(x: Array, codes: SparseCodes, atoms: Array) -> Array:
    """Compute aᵀ(x - aD), `[n, d]`: what a batch's residuals ask of each atom.

    >>> codes = SparseCodes.from_dense([[0.1875, 1.1875]])
    >>> atoms = np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> hebbian_products(np.array([[1.0, 1.0, 0.5]]), codes, atoms).round(6).tolist()
    [[0.01875, 0.009375, 0.09375], [0.11875, 0.059375, 0.59375]]
    """
    a = codes.to_scipy()
    return np.asarray(a.T @ (x - a @ atoms))
