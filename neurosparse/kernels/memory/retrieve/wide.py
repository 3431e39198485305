"""Retrieval whose support is too large to keep: a few passes, and memory for one block.

Softmax needs one pass with running maxima. The other rules find τ by Newton's steps (or by
halving), one pass a step, and mix the values in a last pass.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from neurosparse.kernels.memory.entmax.rules import Rule, Support
from neurosparse.kernels.memory.retrieve.plan import Plan, Retrieved, blocks
from neurosparse.typing import Array

STEPS = 40  # of Newton
HALVINGS = 50


class Reader(NamedTuple):
    """Memories `[N, d]` and queries `[n, d]`, scored block by block."""

    memories: Array
    queries: Array

    def scores(self) -> Iterator[tuple[int, int, Array]]:
        """(first, last, float64 scores [n, last - first]) of each block."""
        for lo, hi in blocks(0, len(self.memories), len(self.queries)):
            yield lo, hi, (self.queries @ self.memories[lo:hi].T).astype(np.float64)


def soft(read: Reader, values: Array, plan: Plan) -> Retrieved:
    """Softmax retrieval in one pass: mean and normaliser are rescaled when a larger score comes."""
    n = len(read.queries)
    top = np.full(n, -np.inf)
    whole = np.zeros(n)
    state = np.zeros((n, values.shape[1]))
    for lo, hi, scores in read.scores():
        z = scores * plan.beta
        new = np.maximum(top, z.max(1))
        e = np.exp(z - new[:, None])
        fade = np.exp(top - new)
        whole = whole * fade + e.sum(1)
        state = state * fade[:, None] + e.astype(values.dtype) @ values[lo:hi]
        top = new
    potential = top + np.log(whole)
    size = np.full(n, len(read.memories), np.int64)
    support = _everything(read, plan.beta, potential) if plan.keep_support else None
    return Retrieved(
        (state / whole[:, None]).astype(values.dtype), size, potential, support
    )


def _everything(read: Reader, beta: float, potential: Array) -> Support:
    parts = [np.exp(beta * scores - potential[:, None]) for _, _, scores in read.scores()]
    n = len(read.queries)
    size = len(read.memories)
    indices = np.tile(np.arange(size, dtype=np.int32), n)
    weights = np.concatenate(parts, 1).ravel().astype(read.queries.dtype)
    return Support(np.arange(n + 1) * size, indices, weights)


def _top(read: Reader) -> Array:
    return np.asarray(np.max([scores.max(1) for _, _, scores in read.scores()], axis=0))


def _newton(read: Reader, gain: float, top: Array, power: float) -> Array:
    tau = np.full(len(top), -1.0)
    for _ in range(STEPS):
        f = np.zeros(len(top))
        g = np.zeros(len(top))
        for _, _, scores in read.scores():
            s = np.maximum(gain * (scores - top[:, None]) - tau[:, None], 0)
            r = np.where(s > 0, s ** (power - 1), 0)
            f = f + (r * s).sum(1)
            g = g + r.sum(1)
        step = (f - f ** (1 - 1 / power)) / g
        tau += np.maximum(step, 0)
        if not (step > 1e-14).any():
            break
    return tau


def _halve(read: Reader, gain: float, top: Array, power: float, total: float) -> Array:
    low = np.min([scores.min(1) for _, _, scores in read.scores()], axis=0)
    lo = gain * (low - top) - 1 if total > 1 else np.full(len(top), -1.0)
    hi = np.zeros(len(top))
    for _ in range(HALVINGS):
        mid = (lo + hi) / 2
        f = np.zeros(len(top))
        for _, _, scores in read.scores():
            s = np.clip(gain * (scores - top[:, None]) - mid[:, None], 0, 1)
            f += np.where(s > 0, s**power, 0).sum(1)
        lo = np.where(f >= total, mid, lo)
        hi = np.where(f >= total, hi, mid)
    return lo


def wide(read: Reader, values: Array, rule: Rule, beta: float) -> Retrieved:
    """Retrieval without a list of the support, which is therefore not handed back."""
    shape = rule.shape
    top = _top(read)
    gain = shape.scale * beta
    n = len(read.queries)
    if shape.total == 1 and shape.power >= 1:
        tau = _newton(read, gain, top, shape.power)
    else:
        tau = _halve(read, gain, top, shape.power, shape.total)
    whole = np.zeros(n)
    along = np.zeros(n)
    size = np.zeros(n, np.int64)
    state = np.zeros((n, values.shape[1]))
    for first, last, scores in read.scores():
        w = _weights(gain * (scores - top[:, None]) - tau[:, None], shape.out)
        whole = whole + w.sum(1)
        size = size + (w > 0).sum(1)
        along += (w * scores).sum(1)
        state += w.astype(values.dtype) @ values[first:last]
    terms = np.zeros(n)
    for _, _, scores in read.scores():
        w = _weights(gain * (scores - top[:, None]) - tau[:, None], shape.out)
        terms += rule.term(w / whole[:, None]).sum(1)
    potential = beta * along / whole - rule.entropy(terms)
    return Retrieved((state / whole[:, None]).astype(values.dtype), size, potential, None)


def _weights(s: Array, out: float) -> Array:
    s = np.clip(s, 0, 1)
    return np.asarray(np.where(s > 0, s**out, 0))
