"""The lasso to a duality gap, for one penalty or a path of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, positive, truth, whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.coding.lasso_descent import descend
from neurosparse.quantities import real_numbers
from neurosparse.sparse_coding.coder import Solution, Solver, a_dictionary, blocks, joined
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Float64


@dataclass(frozen=True)
class Lasso(Solver):
    """The code of least `½ ‖x - a D‖² + λ ‖a‖₁`, by coordinate descent on a working set.

    A sample ends with "gap", when its cost is at most `gap ‖x‖²` above the least there is, or with
    "sweeps". `numbers["gap"]` is how near it came, over ‖x‖².

    Args:
        lam: λ, 0 or more.
        gap: duality gap, relative to ‖x‖²; float32 reaches some 2e-6.
        nonnegative: whether coefficients may not be negative.
        sweeps: of the working set, at most.
        threads: of the processor.

    Source: Friedman, Hastie & Tibshirani 2010, https://doi.org/10.18637/jss.v033.i01; working sets:
    Massias, Gramfort & Salmon 2018, arXiv:1802.07481.

    >>> from neurosparse.sparse_coding import Dictionary
    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> Lasso(0.1, gap=1e-12).encode([[1.0, 1.0, 0.5]], dictionary).to_dense().round(6).tolist()
    [[0.1875, 1.1875]]
    """

    lam: float
    gap: float = 1e-6
    nonnegative: bool = False
    sweeps: int = 100_000
    threads: int = 1

    def __post_init__(self) -> None:
        not_negative("lam", self.lam)
        _check_rest(self)

    def solve(
        self, x: Any, dictionary: Dictionary, start: SparseCodes | None = None
    ) -> Solution:
        """Find the codes of signals `[batch, d]`, from those of `start` if there are some."""
        lam = np.full(len(a_dictionary(dictionary).signals(x)), float(self.lam))
        return _solved(self, x, dictionary, lam, start)


@dataclass(frozen=True)
class LassoPath(Solver):
    """Lasso codes for ever smaller penalties, each from the one before.

    The penalties of a sample are shares of the least for which its code is empty, `max_i |b_i|` (or
    `max_i b_i`). `path` gives a solution a share, with `numbers["lam"]`; `encode` the last.

    Args:
        shares: of the largest penalty, falling, above 0 and at most 1; 30 from 1 to .01 if None.
        gap: duality gap of each, relative to ‖x‖².
        nonnegative: whether coefficients may not be negative.
        sweeps: of the working set, at most, for each share.
        threads: of the processor.

    Source: Friedman, Hastie & Tibshirani 2010, https://doi.org/10.18637/jss.v033.i01.

    >>> from neurosparse.sparse_coding import Dictionary
    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> path = LassoPath((1.0, 0.5, 0.1)).path([[1.0, 1.0, 0.5]], dictionary)
    >>> [solution.codes.nnz for solution in path]
    [0, 1, 2]
    """

    shares: tuple[float, ...] | None = None
    gap: float = 1e-6
    nonnegative: bool = False
    sweeps: int = 100_000
    threads: int = 1

    def __post_init__(self) -> None:
        shares = np.geomspace(1, 0.01, 30) if self.shares is None else self.shares
        wants = "falling numbers, above 0 and at most 1"
        listed = real_numbers("shares", shares, wants)
        if listed.ndim != 1:
            raise bad_argument("shares", self.shares, wants)
        kept = tuple(positive("shares", share) for share in listed.tolist())
        if not kept or kept[0] > 1 or (np.diff(kept) >= 0).any():
            raise bad_argument("shares", self.shares, wants)
        object.__setattr__(self, "shares", kept)
        _check_rest(self)

    def path(self, x: Any, dictionary: Dictionary) -> list[Solution]:
        """Find the codes of signals `[batch, d]` for each share of the largest penalty."""
        drive = a_dictionary(dictionary).drive(x).astype(np.float64)
        largest = (drive if self.nonnegative else np.abs(drive)).max(axis=1, initial=0)
        solutions: list[Solution] = []
        for share in self.shares or ():
            start = solutions[-1].codes if solutions else None
            solutions.append(_solved(self, x, dictionary, share * largest, start))
        return solutions

    def solve(self, x: Any, dictionary: Dictionary) -> Solution:
        """Find the codes of signals `[batch, d]` at the end of the path."""
        return self.path(x, dictionary)[-1]


def _check_rest(coder: Lasso | LassoPath) -> None:
    not_negative("gap", coder.gap)
    truth("nonnegative", coder.nonnegative)
    whole_number("sweeps", coder.sweeps, 1)
    whole_number("threads", coder.threads, 1)


def _solved(
    coder: Lasso | LassoPath,
    x: Any,
    dictionary: Dictionary,
    lam: Float64,
    start: SparseCodes | None,
) -> Solution:
    parts = []
    place = 0
    for signals, drive, begin in blocks(x, dictionary, start):
        penalties = lam[place : place + len(signals)]
        place += len(signals)
        squares = (signals.astype(np.float64) ** 2).sum(axis=1)
        ended = descend(
            *(dictionary.gram, drive, squares, penalties, coder.gap, coder.sweeps),
            start=(begin.indptr, begin.indices, begin.values),
            nonnegative=coder.nonnegative,
            threads=coder.threads,
        )
        codes = SparseCodes(*ended[:3], dictionary.n)
        reason = np.where(ended.sweeps < coder.sweeps, "gap", "sweeps")
        numbers = {"gap": ended.gap, "lam": penalties}
        parts.append(Solution(codes, reason, ended.sweeps, numbers))
    return joined(parts)
