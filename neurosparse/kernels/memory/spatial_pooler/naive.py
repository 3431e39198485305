"""The spatial pooler's loops, column by column in NumPy: what the fast path must equal."""

from itertools import pairwise

import numpy as np

from neurosparse.kernels.memory.spatial_pooler.values import ROUNDING, Learning, Pools
from neurosparse.typing import Float32, Int32, Int64


def overlaps(active: Int32, pools: Pools, permanence: Float32, connected: float) -> Int32:
    """Count, for each column, connected synapses from active cells -> int32 [n_columns]."""
    on = np.isin(pools.indices, active) & (permanence >= np.float32(connected))
    bounds = pools.indptr
    counts = [on[a:b].sum() for a, b in pairwise(bounds)]
    return np.array(counts, np.int32)


def raise_to_reach(p: Float32, rule: Learning) -> Float32:
    """Raise all permanences of one column step by step until enough are connected."""
    need = min(rule.reachable, p.size)
    while (p >= np.float32(rule.connected)).sum() < need:
        p = np.minimum(p + np.float32(rule.raise_by), np.float32(1))
    return p


def adapt(
    winners: Int32,
    active: Int32,
    pools: Pools,
    permanence: Float32,
    rule: Learning,
) -> None:
    """Reinforce synapses of winning columns from active cells, weaken the others (in place)."""
    for c in winners:
        a = pools.indptr[c]
        b = pools.indptr[c + 1]
        on = np.isin(pools.indices[a:b], active)
        change = np.where(on, np.float32(rule.increment), np.float32(-rule.decrement))
        permanence[a:b] = raise_to_reach(
            np.clip(permanence[a:b] + change, np.float32(0), np.float32(1)), rule
        )


def bump(columns: Int64, pools: Pools, permanence: Float32, step: float) -> None:
    """Raise all permanences of the given columns by one step (in place)."""
    for c in columns:
        a = pools.indptr[c]
        b = pools.indptr[c + 1]
        permanence[a:b] = np.minimum(permanence[a:b] + np.float32(step), np.float32(1))


def inhibit(
    overlap: Float32,
    indptr: Int64,
    hood: Int32,
    density: float,
    stimulus: float,
) -> Int32:
    """Let a column win when fewer than k of its neighbours (self in `hood`) are stronger.

    k = floor(0.5 + density·|hood|); an equal neighbour counts when it has already won.
    """
    won = np.zeros(overlap.size, np.bool_)
    for c in range(overlap.size):
        near = hood[indptr[c] : indptr[c + 1]]
        others = near[near != c]
        stronger = (overlap[others] > overlap[c]) | (
            (overlap[others] == overlap[c]) & won[others]
        )
        most = int(0.5 + density * near.size * ROUNDING)
        won[c] = overlap[c] >= stimulus and stronger.sum() < most
    return np.flatnonzero(won).astype(np.int32)
