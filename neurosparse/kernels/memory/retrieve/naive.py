"""Retrieval, the law: all scores, all weights, two matrix products."""

import numpy as np

from neurosparse.kernels.memory.entmax.naive import weigh
from neurosparse.kernels.memory.entmax.rules import Rule, Support
from neurosparse.kernels.memory.retrieve.plan import Plan, Retrieved
from neurosparse.typing import Array


def retrieve(
    memories: Array, queries: Array, values: Array, rule: Rule, plan: Plan
) -> Retrieved:
    """state = weigh(β Q Xᵀ) V, with Q [n, d], X [N, d], V [N, v]."""
    x = np.asarray(memories, np.float64)
    v = np.asarray(values, np.float64)
    z = plan.beta * queries.astype(np.float64) @ x.T
    p = weigh(z, rule)
    potential = (z * p).sum(1) - rule.entropy(rule.term(p).sum(1))
    row, index = np.nonzero(p)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=len(p)))))
    support = Support(indptr, index.astype(np.int32), p[row, index].astype(queries.dtype))
    state = (p @ v).astype(values.dtype)
    return Retrieved(
        state, np.diff(indptr), potential, support if plan.keep_support else None
    )


def nearest(memories: Array, queries: Array, k: int, threads: int) -> tuple[Array, Array]:
    """Sort all scores, the first of equals first: (indices [n, k], scores [n, k])."""
    scores = queries @ np.asarray(memories).T
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return best.astype(np.int32), np.take_along_axis(scores, best, 1)
