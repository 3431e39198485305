"""The spatial pooler's loops, compiled (Numba): work follows active cells and winning columns."""

import numpy as np
from numba import njit

from neurosparse.kernels.memory.spatial_pooler.values import ROUNDING, Learning, Pools
from neurosparse.typing import Float32, Int32, Int64


@njit(cache=True, nogil=True)
def overlaps(active: Int32, pools: Pools, permanence: Float32, connected: float) -> Int32:
    """Count, for each column, connected synapses from active cells -> int32 [n_columns]."""
    counts = np.zeros(pools.indptr.size - 1, np.int32)
    least = np.float32(connected)
    for i in active:
        for q in range(pools.input_indptr[i], pools.input_indptr[i + 1]):
            counts[pools.columns[q]] += permanence[pools.positions[q]] >= least
    return counts


@njit(cache=True, nogil=True)
def _raise_to_reach(p: Float32, rule: Learning) -> None:
    need = min(rule.reachable, p.size)
    connected = np.float32(rule.connected)
    step = np.float32(rule.raise_by)
    while need > 0:
        count = 0
        for i in range(p.size):
            count += p[i] >= connected
        if count >= need:
            return
        for i in range(p.size):
            p[i] = min(p[i] + step, np.float32(1))


@njit(cache=True, nogil=True)
def adapt(
    winners: Int32,
    active: Int32,
    pools: Pools,
    permanence: Float32,
    rule: Learning,
) -> None:
    """Reinforce synapses of winning columns from active cells, weaken the others (in place)."""
    on = np.zeros(pools.input_indptr.size - 1, np.bool_)
    for i in active:
        on[i] = True
    up = np.float32(rule.increment)
    down = np.float32(-rule.decrement)
    for c in winners:
        row = permanence[pools.indptr[c] : pools.indptr[c + 1]]
        source = pools.indices[pools.indptr[c] : pools.indptr[c + 1]]
        for i in range(row.size):
            moved = row[i] + (up if on[source[i]] else down)
            row[i] = min(max(moved, np.float32(0)), np.float32(1))
        _raise_to_reach(row, rule)


@njit(cache=True, nogil=True)
def bump(columns: Int64, pools: Pools, permanence: Float32, step: float) -> None:
    """Raise all permanences of the given columns by one step (in place)."""
    for c in columns:
        row = permanence[pools.indptr[c] : pools.indptr[c + 1]]
        for i in range(row.size):
            row[i] = min(row[i] + np.float32(step), np.float32(1))


@njit(cache=True, nogil=True)
def inhibit(
    overlap: Float32,
    indptr: Int64,
    hood: Int32,
    density: float,
    stimulus: float,
) -> Int32:
    """Let a column win when fewer than k of its neighbours (self in `hood`) are stronger."""
    won = np.zeros(overlap.size, np.bool_)
    for c in range(overlap.size):
        if overlap[c] < stimulus:
            continue
        near = hood[indptr[c] : indptr[c + 1]]
        stronger = 0
        for i in range(near.size):
            o = near[i]
            stronger += o != c and (
                overlap[o] > overlap[c] or (overlap[o] == overlap[c] and won[o])
            )
        won[c] = stronger < int(0.5 + density * near.size * ROUNDING)
    return np.flatnonzero(won).astype(np.int32)
