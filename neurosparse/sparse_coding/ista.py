"""Proximal gradient descent: a step down the slope, then the threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.errors import bad_argument
from neurosparse.sparse_coding.coder import Solution, Solver, a_dictionary
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.curve import Thresholding
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Array


@dataclass(frozen=True)
class Ista(Solver):
    """Iterative shrinkage: `a <- prox_η(a + η (b - a G))`, for any threshold.

    A sample ends with "converged" when no coefficient moves by `tol` times the largest, or with
    "steps".

    Args:
        threshold: such as `Soft(0.1)`.
        steps: at most.
        tol: largest move of a coefficient that counts as none, relative; 0 does all steps.
        step: η; 1 over the largest eigenvalue of G if None.

    Raises:
        ValueError: a step of 2 or more over that eigenvalue, which would not settle.

    Source: Daubechies, Defrise & De Mol 2004, https://doi.org/10.1002/cpa.20042.

    >>> from neurosparse.sparse_coding import Dictionary, Soft
    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> Ista(Soft(0.1)).encode([[1.0, 1.0, 0.5]], dictionary).to_dense().round(4).tolist()
    [[0.1875, 1.1875]]
    """

    threshold: Thresholding
    steps: int = 10_000
    tol: float = 1e-6
    step: float | None = None

    def __post_init__(self) -> None:
        whole_number("steps", self.steps, 1)
        not_negative("tol", self.tol)
        if self.step is not None:
            positive("step", self.step)

    def solve(self, x: Any, dictionary: Dictionary) -> Solution:
        """Find the codes of signals `[batch, d]`, and say how."""
        b = a_dictionary(dictionary).drive(x)
        step = self.length(dictionary)
        a = np.zeros_like(b)
        steps = np.full(len(b), self.steps)
        moving = np.arange(len(b))
        for turn in range(1, self.steps + 1):
            before = a[moving]
            ahead = before + step * (b[moving] - before @ dictionary.gram)
            after = self.threshold.prox(ahead, step)
            a[moving] = after
            still = _settled(before, after, self.tol)
            steps[moving[still]] = turn
            moving = moving[~still]
            if not len(moving):
                break
        reason = np.full(len(b), "converged", "U12")
        reason[moving] = "steps"
        return Solution(SparseCodes.from_dense(a), reason, steps)

    def length(self, dictionary: Dictionary) -> float:
        """Give the step η that is taken, or refuse one too long."""
        if self.step is None:
            return 1 / dictionary.lipschitz
        limit = 2 / dictionary.lipschitz
        if self.step >= limit:
            raise bad_argument("step", self.step, f"below {limit:g}, 2 over the eigenvalue")
        return self.step


def _settled(before: Array, after: Array, tol: float) -> Array:
    """Which samples moved by less than tol."""
    if tol == 0:
        return np.zeros(len(after), np.bool_)
    move = np.abs(after - before).max(axis=1, initial=0)
    return np.asarray(move <= tol * np.abs(after).max(axis=1, initial=0))
