"""The locally competitive algorithm: units that inhibit each other, in steps or by messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, positive, share, whole_number
from neurosparse.errors import bad_argument, bad_type
from neurosparse.kernels.coding.lca_events import Cut, settle
from neurosparse.sparse_coding.coder import Solution, Solver, a_dictionary, blocks, joined
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.curve import Thresholding, a_threshold
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.sparse_coding.thresholds import Half, NonNegative
from neurosparse.typing import Array


@dataclass(frozen=True)
class Lca(Solver):
    """Locally competitive algorithm in steps of Euler: `u += h (b - u - a G + a)`, a = T(u).

    Where it comes to rest, the code is a minimum of the cost of its threshold: the least for
    `Soft`, a local one that depends on the start for those that are not convex. A sample ends with
    "converged", when no u moves by more than `tol (1 + max |u|)`, or with "steps".
    `numbers["multiply_adds"]` counts n² a step; `state` is u, `[batch, n]`.

    Args:
        threshold: T, such as `Soft(0.1)`; any of them.
        steps: at most.
        tol: largest move of u that counts as none; 0 does all steps.
        step: h, a step over the time constant; .1, or 1 over the largest eigenvalue of G where that
            is smaller, if None.
        anneal: factor by which the threshold falls in each step, from half the largest drive of a
            sample; None begins with the threshold itself.

    Raises:
        ValueError: a step of 2 or more over the eigenvalue, which would not settle.

    Source: Rozell, Johnson, Baraniuk & Olshausen 2008, https://doi.org/10.1162/neco.2008.03-07-486.

    >>> from neurosparse.sparse_coding import Dictionary, Soft
    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> Lca(Soft(0.1)).encode([[1.0, 1.0, 0.5]], dictionary).to_dense().round(3).tolist()
    [[0.188, 1.187]]
    """

    threshold: Thresholding
    steps: int = 10_000
    tol: float = 1e-6
    step: float | None = None
    anneal: float | None = None

    def __post_init__(self) -> None:
        a_threshold(self.threshold)
        whole_number("steps", self.steps, 1)
        not_negative("tol", self.tol)
        if self.step is not None:
            positive("step", self.step)
        if self.anneal is not None:
            share("anneal", self.anneal)

    def solve(self, x: Any, dictionary: Dictionary, state: Array | None = None) -> Solution:
        """Find the codes of signals `[batch, d]`, and say how.

        Args:
            x: the signals.
            dictionary: the atoms.
            state: u of an earlier run, `[batch, n]`; zeros if None.
        """
        b = a_dictionary(dictionary).drive(x)
        u = np.zeros_like(b) if state is None else np.array(state, b.dtype)
        if u.shape != b.shape:
            raise bad_argument("state", u, f"{list(b.shape)}, a number a sample and atom")
        h = self._length(dictionary)
        scale = self._scales(b)
        steps = np.full(len(b), self.steps)
        moving = np.arange(len(b))
        for turn in range(1, self.steps + 1):
            before = u[moving]
            wide = np.maximum(scale[moving], 1)
            a = wide * self.threshold(before / wide)
            move = h * (b[moving] - before - a @ dictionary.gram + a)
            u[moving] = before + move
            scale[moving] *= self.anneal or 1.0
            bound = self.tol * (1 + np.abs(u[moving]).max(axis=1, initial=0))
            still = np.abs(move).max(axis=1, initial=0) < bound
            still &= scale[moving, 0] <= 1
            steps[moving[still]] = turn
            moving = moving[~still]
            if not len(moving):
                break
        reason = np.full(len(b), "converged", "U12")
        reason[moving] = "steps"
        codes = SparseCodes.from_dense(self.threshold(u))
        numbers = {"multiply_adds": steps * dictionary.n**2}
        return Solution(codes, reason, steps, numbers, u)

    def _length(self, dictionary: Dictionary) -> float:
        limit = 2 / dictionary.lipschitz
        if self.step is None:
            return min(0.1, limit / 2)
        if self.step >= limit:
            raise bad_argument("step", self.step, f"below {limit:g}, 2 over the eigenvalue")
        return self.step

    def _scales(self, b: Array) -> Array:
        """How many times as wide the threshold of each sample is at first, `[batch, 1]`."""
        if self.anneal is None:
            return np.ones((len(b), 1), b.dtype)
        limit = cut_of(self.threshold).limit
        if limit == 0:
            raise bad_argument("anneal", self.anneal, "None where the threshold is 0")
        return np.asarray(np.abs(b).max(axis=1, initial=0, keepdims=True) / (2 * limit))


@dataclass(frozen=True)
class EventLca(Solver):
    """Locally competitive algorithm by messages: one coefficient changes, one row of G is sent.

    The unit furthest from `T(β_i)`, β = b - a G + a, moves there; the others hear of it. The cost
    falls with every message; for `Soft` it ends at the least there is. A sample ends with
    "converged", when no unit is further than `tol` from its place, or with "messages".
    `steps` counts messages, `numbers["multiply_adds"]` the numbers sent, n a message.

    Args:
        threshold: T, such as `Soft(0.1)`.
        tol: distance that no unit moves.
        messages: of a sample, at most.
        threads: of the processor.

    Source: Rozell et al. 2008; Li & Osher 2009, https://doi.org/10.3934/ipi.2009.3.487.

    >>> from neurosparse.sparse_coding import Dictionary, Soft
    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> solution = EventLca(Soft(0.1), tol=1e-4).solve([[1.0, 1.0, 0.5]], dictionary)
    >>> solution.codes.to_dense().round(3).tolist(), solution.steps.tolist()
    ([[0.187, 1.188]], [15])
    """

    threshold: Thresholding
    tol: float = 1e-6
    messages: int = 100_000
    threads: int = 1

    def __post_init__(self) -> None:
        cut_of(self.threshold)
        not_negative("tol", self.tol)
        whole_number("messages", self.messages, 1)
        whole_number("threads", self.threads, 1)

    def solve(
        self, x: Any, dictionary: Dictionary, start: SparseCodes | None = None
    ) -> Solution:
        """Find the codes of signals `[batch, d]`, from those of `start` if there are some."""
        parts = []
        for _, drive, begin in blocks(x, a_dictionary(dictionary), start):
            ended = settle(
                *(dictionary.gram, drive, cut_of(self.threshold), self.tol, self.messages),
                start=(begin.indptr, begin.indices, begin.values),
                threads=self.threads,
            )
            codes = SparseCodes(*ended[:3], dictionary.n)
            reason = np.where(ended.change <= self.tol, "converged", "messages")
            numbers = {
                "multiply_adds": ended.messages * dictionary.n,
                "change": ended.change,
            }
            parts.append(Solution(codes, reason, ended.messages, numbers))
        return joined(parts)


def cut_of(threshold: Thresholding) -> Cut:
    """Return a threshold as the numbers that compiled loops read.

    Raises:
        TypeError: a threshold of one's own without a curve.
        ValueError: one that leaves no unit silent.

    >>> from neurosparse.sparse_coding import Soft
    >>> cut_of(Soft(0.5)).limit
    0.5
    """
    of = a_threshold(threshold)
    nonnegative = isinstance(threshold, NonNegative)
    if isinstance(threshold, NonNegative):
        of = threshold.of
    if isinstance(of, Half):
        # without a penalty the map is the identity, which the curve of a line says too
        if of.lam == 0:
            return Cut(0.0, 0.0, 1.0, np.inf, 0.0, nonnegative)
        return Cut(of.limit(), 0.0, 1.0, np.inf, of.lam, nonnegative)
    if not hasattr(of, "curve"):
        remedy = "give it a curve(step), or take Lca without anneal, or Ista"
        raise bad_type("threshold", threshold, "one that is straight in pieces", remedy)
    limit, shift, slope, knee = (float(number) for number in of.curve())
    return Cut(limit, shift, slope, knee, 0.0, nonnegative)
