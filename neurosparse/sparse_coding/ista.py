"""Proximal gradient descent: a step down the slope, then the threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, positive, truth, whole_number
from neurosparse.errors import bad_argument
from neurosparse.sparse_coding.coder import Solution, Solver, a_dictionary
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.curve import Thresholding, a_threshold
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Array


@dataclass(frozen=True)
class Ista(Solver):
    """Iterative shrinkage: `a <- prox_η(a + η (b - a G))`, for any threshold.

    A sample ends with "converged" when no coefficient moves by `tol` times the largest, or with
    "steps". The slope is taken from G where there are at most 2 d atoms, and from the residual,
    `(x - a D) Dᵀ`, where there are more: whichever multiplies less.

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
        _check_steps(self)

    def solve(
        self, x: Any, dictionary: Dictionary, start: SparseCodes | None = None
    ) -> Solution:
        """Find the codes of signals `[batch, d]`, from those of `start` if there are some."""
        return _descended(self, x, dictionary, start, lambda move, along: 0.0)


@dataclass(frozen=True)
class Fista(Solver):
    """Accelerated shrinkage: the step of `Ista`, from a point ahead of the last code.

    `a_k = prox(y_k + η (b - y_k G))`, `y_(k+1) = a_k + (t_k - 1)/t_(k+1) (a_k - a_(k-1))`,
    `t_(k+1) = (1 + √(1 + 4 t_k²))/2`. Samples end as with `Ista`.

    Args:
        threshold: a convex one, such as `Soft(0.1)`.
        steps: at most.
        tol: largest move of a coefficient that counts as none, relative; 0 does all steps.
        step: η; 1 over the largest eigenvalue of G if None.
        restart: begin again with t = 1 where the last step went against the one before.

    Raises:
        ValueError: a threshold that is not convex, or a step that would not settle.

    Source: Beck & Teboulle 2009, https://doi.org/10.1137/080716542; restart: O'Donoghue & Candès
    2015, https://doi.org/10.1007/s10208-013-9150-3.

    >>> from neurosparse.sparse_coding import Dictionary, Soft
    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> Fista(Soft(0.1)).encode([[1.0, 1.0, 0.5]], dictionary).to_dense().round(4).tolist()
    [[0.1875, 1.1875]]
    """

    threshold: Thresholding
    steps: int = 10_000
    tol: float = 1e-6
    step: float | None = None
    restart: bool = True

    def __post_init__(self) -> None:
        _check_steps(self)
        truth("restart", self.restart)
        if not getattr(self.threshold, "convex", True):
            raise bad_argument(
                "threshold", self.threshold, "a convex one", "write Ista(...)"
            )

    def solve(
        self, x: Any, dictionary: Dictionary, start: SparseCodes | None = None
    ) -> Solution:
        """Find the codes of signals `[batch, d]`, from those of `start` if there are some."""
        pace = _Pace(len(a_dictionary(dictionary).signals(x)), self.restart)
        return _descended(self, x, dictionary, start, pace)


class _Pace:
    """How far ahead of its code each moving sample looks."""

    def __init__(self, batch: int, restart: bool) -> None:
        self.t = np.ones(batch)
        self.restart = restart

    def keep(self, moving: Array) -> None:
        self.t = self.t[moving]

    def __call__(self, move: Array, along: Array) -> Array:
        if self.restart:
            self.t[along > 0] = 1
        ahead = (1 + np.sqrt(1 + 4 * self.t**2)) / 2
        share = (self.t - 1) / ahead
        self.t = ahead
        return np.asarray(share[:, None], move.dtype)


def _check_steps(coder: Ista | Fista) -> None:
    a_threshold(coder.threshold)
    whole_number("steps", coder.steps, 1)
    not_negative("tol", coder.tol)
    if coder.step is not None:
        positive("step", coder.step)


def length(coder: Ista | Fista, dictionary: Dictionary) -> float:
    """Give the step η that is taken, or refuse one too long."""
    if coder.step is None:
        return 1 / dictionary.lipschitz
    limit = 2 / dictionary.lipschitz
    if coder.step >= limit:
        raise bad_argument("step", coder.step, f"below {limit:g}, 2 over the eigenvalue")
    return coder.step


def _descended(
    coder: Ista | Fista,
    x: Any,
    dictionary: Dictionary,
    start: SparseCodes | None,
    share: Callable[[Array, Array], Any],
) -> Solution:
    signals = a_dictionary(dictionary).signals(x)
    step = length(coder, dictionary)
    by_gram = dictionary.n <= 2 * dictionary.d
    sides = dictionary.drive(x) if by_gram else signals
    a = np.zeros((len(signals), dictionary.n), dictionary.dtype)
    if start is not None:
        dictionary.check(start, "start")
        if len(start) != len(a):
            raise bad_argument("start", start, f"codes of {len(a)} samples, as x has")
        a[:] = start.to_dense()
    ahead = a.copy()
    steps = np.full(len(a), coder.steps)
    moving = np.arange(len(a))
    for turn in range(1, coder.steps + 1):
        side = sides[moving]
        if by_gram:
            slope = side - ahead @ dictionary.gram
        else:
            slope = (side - ahead @ dictionary.atoms) @ dictionary.atoms.T
        before = a[moving]
        after = coder.threshold.prox(ahead + step * slope, step)
        move = after - before
        a[moving] = after
        along = ((ahead - after) * move).sum(axis=1)
        ahead = after + share(move, along) * move
        still = _settled(move, after, coder.tol)
        if still.any():
            steps[moving[still]] = turn
            moving = moving[~still]
            ahead = ahead[~still]
            if isinstance(share, _Pace):
                share.keep(~still)
        if not len(moving):
            break
    reason = np.full(len(a), "converged", "U12")
    reason[moving] = "steps"
    return Solution(SparseCodes.from_dense(a), reason, steps)


def _settled(move: Array, after: Array, tol: float) -> Array:
    """Which samples moved by less than tol."""
    if tol == 0:
        return np.zeros(len(after), np.bool_)
    size = np.abs(move).max(axis=1, initial=0)
    return np.asarray(size <= tol * np.abs(after).max(axis=1, initial=0))
