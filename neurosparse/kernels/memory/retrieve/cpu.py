"""Retrieval on the CPU: BLAS makes blocks of scores, one pass keeps what may weigh, then a gather.

Memories are read once, in blocks; nothing of the size of all scores is ever held. Memory-mapped
arrays stream.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import run_shares
from neurosparse.kernels.memory.entmax.rules import Rule, Support
from neurosparse.kernels.memory.entmax.scan import (
    Candidates,
    finish,
    grown,
    new_candidates,
    scan,
)
from neurosparse.kernels.memory.entmax.solve import FAST
from neurosparse.kernels.memory.retrieve.plan import (
    GROUP,
    Plan,
    Retrieved,
    block_size,
    blocks,
    shares,
)
from neurosparse.kernels.memory.retrieve.wide import Reader, soft, wide
from neurosparse.typing import Array


@njit(cache=True, nogil=True, fastmath=FAST)
def mix(indptr: Array, indices: Array, weights: Array, values: Array, out: Array) -> None:
    """out[i] = Σ_e weights[e] values[indices[e]] over the entries e of row i."""
    for i in range(len(out)):
        row = out[i]
        row[:] = 0
        for e in range(indptr[i], indptr[i + 1]):
            value = values[indices[e]]
            w = weights[e]
            for j in range(len(row)):
                row[j] += w * value[j]


def scores_of(queries: Array, memories: Array, lo: int, hi: int, out: Array) -> Array:
    """Scores of all queries [n, d] with memories lo..hi, in `out` where it has their size."""
    target = (
        out if out.shape[1] == hi - lo else np.empty((len(queries), hi - lo), out.dtype)
    )
    return np.matmul(queries, memories[lo:hi].T, out=target)


def candidates(
    memories: Array, queries: Array, rule: Rule, plan: Plan, lo: int, hi: int
) -> Candidates:
    """What of memories lo..hi may weigh for each query; a bound of +inf says it did not fit."""
    n = len(queries)
    shape = rule.shape
    most = plan.most_candidates(len(queries), len(memories))
    size = block_size(n)
    kept = new_candidates(n, min(2 * size, size + most), queries.dtype)
    buffer = np.empty((n, size), queries.dtype)
    gain = shape.scale * plan.beta
    for first, last in blocks(lo, hi, n):
        scores = scores_of(queries, memories, first, last, buffer)
        scan(scores, first, kept, gain, shape)
        over = kept.held > most
        kept.bound[over] = np.inf
        kept.held[over] = 0
        while int(kept.held.max(initial=0)) + size > kept.scores.shape[1]:
            kept = grown(kept, 2 * kept.scores.shape[1])
    return kept


def joined(parts: list[Candidates]) -> Candidates:
    """Candidates of all shares, in the order of the shares."""
    if len(parts) == 1:
        return parts[0]
    counts = np.stack([part.held for part in parts])
    most = int(counts.sum(0).max(initial=0))
    whole = new_candidates(counts.shape[1], most, parts[0].scores.dtype)
    for part in parts:
        for i, m in enumerate(part.held):
            at = slice(whole.held[i], whole.held[i] + m)
            whole.scores[i, at] = part.scores[i, :m]
            whole.indices[i, at] = part.indices[i, :m]
        whole.held[:] += part.held
        np.maximum(whole.bound, part.bound, out=whole.bound)
    return whole


def _sums(entries: Array, support: Support) -> Array:
    """Sum of one number an entry over each row, float64 [n]."""
    row = np.repeat(np.arange(len(support.sizes)), support.sizes)
    return np.bincount(row, entries, len(support.sizes))


def _narrow(kept: Candidates, values: Array, rule: Rule, plan: Plan) -> Retrieved:
    scores, support = finish(kept, rule.shape, rule.shape.scale * plan.beta)
    state = np.empty((len(support.sizes), values.shape[1]), values.dtype)
    mix(*support, values, state)
    weights = support.weights.astype(np.float64)
    entropy = rule.entropy(_sums(rule.term(weights), support))
    potential = plan.beta * _sums(weights * scores, support) - entropy
    # scores that overflowed leave nothing that weighs
    return Retrieved(
        state, support.sizes, np.where(support.sizes > 0, potential, np.nan), support
    )


def _group(
    memories: Array, queries: Array, values: Array, rule: Rule, plan: Plan
) -> Retrieved:
    bounds = shares(memories, len(queries), plan.threads)
    parts = {}

    def work(lo: int, hi: int) -> None:
        parts[lo] = candidates(memories, queries, rule, plan, lo, hi)

    run_shares(work, bounds)
    kept = joined([parts[lo] for lo in sorted(parts)])
    most = plan.most_candidates(len(queries), len(memories))
    many = np.isinf(kept.bound) & (kept.bound > 0)
    kept.held[many] = 0
    result = _narrow(kept, values, rule, plan)
    if many.any() and most < len(memories):
        rest = wide(Reader(memories, queries[many]), values, rule, plan.beta)
        for whole, part in zip(result[:3], rest[:3], strict=True):
            whole[many] = part
    return result


def retrieve(
    memories: Array, queries: Array, values: Array, rule: Rule, plan: Plan
) -> Retrieved:
    """state = weigh(β Q Xᵀ) V, with Q [n, d], X [N, d], V [N, v].

    Softmax and large supports go by streaming means.
    """
    # an empty batch is one empty group
    starts = range(0, max(len(queries), 1), GROUP)
    groups = [queries[i : i + GROUP] for i in starts]
    if rule.shape.scale == 0:
        parts = [soft(Reader(memories, group), values, plan) for group in groups]
    else:
        parts = [_group(memories, group, values, rule, plan) for group in groups]
    support = None
    if plan.keep_support:
        support = stacked([part.support for part in parts if part.support is not None])
    return Retrieved(
        np.concatenate([part.state for part in parts]),
        np.concatenate([part.size for part in parts]),
        np.concatenate([part.potential for part in parts]),
        support,
    )


def stacked(parts: list[Support]) -> Support:
    """Supports of one group after the other as one."""
    sizes = np.concatenate([part.sizes for part in parts])
    return Support(
        np.concatenate(([0], np.cumsum(sizes))),
        np.concatenate([part.indices for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )
