"""Two merges of ascending rows: one counts the pool of each class, the other deals it out.

An edge goes to a with probability (still owed to a in its class) / (still in the pool of its
class): every subset is equally likely, and the rows stay sorted without a sort.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.shuffle_classes.values import Classes, Labelled
from neurosparse.kernels.graphs.shuffle_directed.cpu import draw
from neurosparse.typing import Int64


def shuffle_classes(
    indptr: Int64, edges: Labelled, classes: Classes, rounds: int, seed: int, loops: bool
) -> Labelled:
    """Copy the rows and trade in place."""
    target = np.array(edges.target, np.int32)
    label = np.array(edges.label, np.int32)
    groups = int(classes.target_group.max(initial=0)) + 1
    labels = int(label.max(initial=0)) + 1
    size = np.array([labels, groups, len(classes.bounds) + 1], np.int64)
    # rows of one group stand side by side
    order = np.argsort(classes.row_group, kind="stable")
    ends = np.flatnonzero(np.diff(classes.row_group[order], append=-1)) + 1
    starts = np.concatenate(([0], ends)).astype(np.int64)
    with np.errstate(over="ignore"):
        _rounds(
            np.asarray(indptr, np.int64),
            target,
            label,
            (order, starts, size),
            (classes.target_group, classes.place, classes.bounds),
            rounds,
            np.uint64(seed),
            loops,
        )
    return Labelled(target, label)


@njit(cache=True, nogil=True, fastmath=False)
def _rounds(  # type: ignore[no-untyped-def]
    indptr, target, label, plan, classes, rounds, seed, loops
):
    order, starts, size = plan
    longest = 0
    for u in range(len(indptr) - 1):
        longest = max(longest, indptr[u + 1] - indptr[u])
    state = np.array([seed], np.uint64)
    kinds = size[0] * size[1] * size[2] * size[2]
    # of each class: what a is owed, and what is in the pool
    owed = np.zeros(kinds, np.int32)
    pool = np.zeros(kinds, np.int32)
    kind = np.empty(2 * longest, np.int64)
    spare = np.empty((4, longest), np.int32)
    for _ in range(rounds):
        for g in range(len(starts) - 1):
            for k in range(starts[g + 1] - 1, starts[g], -1):
                j = starts[g] + draw(state, k + 1 - starts[g])
                order[k], order[j] = order[j], order[k]
            for k in range(starts[g], starts[g + 1] - 1, 2):
                a = order[k]
                b = order[k + 1]
                of_a = slice(indptr[a], indptr[a + 1])
                of_b = slice(indptr[b], indptr[b + 1])
                rows = (target[of_a], label[of_a], target[of_b], label[of_b])
                work = (owed, pool, kind)
                if _pool(rows, a, b, classes, size, loops, work):
                    _deal(rows, work, spare, state)


@njit(cache=True, nogil=True, fastmath=False)
def _bin(u, v, place, bounds):  # type: ignore[no-untyped-def]
    square = 0.0
    for axis in range(place.shape[1]):
        step = place[u, axis] - place[v, axis]
        square += step * step
    k = 0
    while k < len(bounds) and bounds[k] < square:
        k += 1
    return k


@njit(cache=True, nogil=True, fastmath=False)
def _pool(rows, a, b, classes, size, loops, work):  # type: ignore[no-untyped-def]
    """Class of each target of both rows in ascending order, -1 where it stays; count the pools.

    Returns whether any class can be dealt out; if none, the counts are back at 0.
    """
    target_a, label_a, target_b, label_b = rows
    group, place, bounds = classes
    owed, pool, kind = work
    i = j = m = 0
    while i < len(target_a) or j < len(target_b):
        from_a = j >= len(target_b) or (i < len(target_a) and target_a[i] <= target_b[j])
        from_b = i >= len(target_a) or (j < len(target_b) and target_b[j] <= target_a[i])
        v = target_a[i] if from_a else target_b[j]
        kind[m] = -1
        if from_a != from_b and (loops or (v != a and v != b)):
            c = np.int64(label_a[i] if from_a else label_b[j]) * size[1] + group[v]
            if len(bounds):
                c = (c * size[2] + _bin(a, v, place, bounds)) * size[2]
                c += _bin(b, v, place, bounds)
            kind[m] = c
            pool[c] += 1
            owed[c] += from_a
        m += 1
        i += from_a
        j += from_b
    useful = False
    for k in range(m):
        c = kind[k]
        useful = useful or (c >= 0 and 0 < owed[c] < pool[c])
    if not useful:
        for k in range(m):
            if kind[k] >= 0:
                owed[kind[k]] = 0
                pool[kind[k]] = 0
    return useful


@njit(cache=True, nogil=True, fastmath=False)
def _deal(rows, work, spare, state):  # type: ignore[no-untyped-def]
    """Deal the pools out; every count is 0 again when all are dealt."""
    target_a, label_a, target_b, label_b = rows
    owed, pool, kind = work
    i = j = m = x = y = 0
    while i < len(target_a) or j < len(target_b):
        from_a = j >= len(target_b) or (i < len(target_a) and target_a[i] <= target_b[j])
        from_b = i >= len(target_a) or (j < len(target_b) and target_b[j] <= target_a[i])
        to_a = from_a
        to_b = from_b
        c = kind[m]
        if c >= 0:
            # the last of a class needs no draw
            certain = owed[c] == 0 or owed[c] == pool[c]
            to_a = owed[c] > 0 if certain else draw(state, pool[c]) < owed[c]
            to_b = not to_a
            owed[c] -= to_a
            pool[c] -= 1
        if to_a:
            spare[0, x] = target_a[i] if from_a else target_b[j]
            spare[1, x] = label_a[i] if from_a else label_b[j]
            x += 1
        if to_b:
            spare[2, y] = target_b[j] if from_b else target_a[i]
            spare[3, y] = label_b[j] if from_b else label_a[i]
            y += 1
        m += 1
        i += from_a
        j += from_b
    target_a[:] = spare[0, :x]
    label_a[:] = spare[1, :x]
    target_b[:] = spare[2, :y]
    label_b[:] = spare[3, :y]
