"""Louvain: local moves on flat arrays, then the graph of communities, until nothing moves."""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.modularity.values import Partition
from neurosparse.typing import Float32, Int32, Int64


def partition(
    indptr: Int64, neighbours: Int32, weight: Float32, seed: int, resolution: float
) -> Partition:
    """Move and merge level by level."""
    graph = (
        np.asarray(indptr, np.int64),
        np.asarray(neighbours, np.int32),
        np.asarray(weight, np.float64),
    )
    n = len(indptr) - 1
    level = 0
    total = float(graph[2].sum())
    labels = np.arange(n)
    if total <= 0:
        return Partition(labels, 0.0)
    while True:
        order = np.random.default_rng([seed, level]).permutation(n)
        moved, q = _move(*graph, total, resolution, order)
        communities = int(moved.max(initial=-1)) + 1
        labels = moved[labels]
        if communities == n:
            return Partition(labels, float(q))
        graph = _merge(*graph, moved, communities)
        n = communities
        level += 1


@njit(cache=True, nogil=True, fastmath=False)
def _strengths(indptr, weight):  # type: ignore[no-untyped-def]
    strength = np.zeros(len(indptr) - 1)
    for u in range(len(strength)):
        for k in range(indptr[u], indptr[u + 1]):
            strength[u] += weight[k]
    return strength


@njit(cache=True, nogil=True, fastmath=False)
def _best(  # type: ignore[no-untyped-def]
    u, old, indptr, neighbours, weight, label, near, touched, sums, push
):
    """Community with the largest gain for u, taken out of `old`; `near` is zero again after."""
    count = 1
    touched[0] = old
    for k in range(indptr[u], indptr[u + 1]):
        if neighbours[k] != u:
            c = label[neighbours[k]]
            if near[c] == 0.0 and c != old:
                touched[count] = c
                count += 1
            near[c] += weight[k]
    best = old
    most = near[old] - push * sums[old]
    for k in range(count):
        c = touched[k]
        gain = near[c] - push * sums[c]
        if gain > most + 1e-12:
            best = c
            most = gain
        near[c] = 0.0
    return best


@njit(cache=True, nogil=True, fastmath=False)
def _move(indptr, neighbours, weight, total, resolution, order):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    strength = _strengths(indptr, weight)
    label = np.arange(n)
    sums = strength.copy()
    near = np.zeros(n)
    touched = np.empty(n + 1, np.int64)
    # neurons wait in a ring; a move wakes the neighbours it leaves outside
    ring = order.copy()
    waiting = np.ones(n, np.bool_)
    head = 0
    length = n
    while length > 0:
        u = ring[head]
        head = head + 1 if head + 1 < n else 0
        length -= 1
        waiting[u] = False
        old = label[u]
        sums[old] -= strength[u]
        push = resolution * strength[u] / total
        best = _best(u, old, indptr, neighbours, weight, label, near, touched, sums, push)
        sums[best] += strength[u]
        if best != old:
            label[u] = best
            for k in range(indptr[u], indptr[u + 1]):
                v = neighbours[k]
                if not waiting[v] and label[v] != best:
                    ring[(head + length) % n] = v
                    length += 1
                    waiting[v] = True
    return _compact(label), _quality(
        indptr, neighbours, weight, label, sums, total, resolution
    )


@njit(cache=True, nogil=True, fastmath=False)
def _compact(label):  # type: ignore[no-untyped-def]
    name = np.full(len(label), -1, np.int64)
    count = 0
    small = np.empty(len(label), np.int64)
    for u in range(len(label)):
        if name[label[u]] < 0:
            name[label[u]] = count
            count += 1
        small[u] = name[label[u]]
    return small


@njit(cache=True, nogil=True, fastmath=False)
def _quality(  # type: ignore[no-untyped-def]
    indptr, neighbours, weight, label, sums, total, resolution
):
    inside = 0.0
    for u in range(len(label)):
        for k in range(indptr[u], indptr[u + 1]):
            if label[neighbours[k]] == label[u]:
                inside += weight[k]
    return inside / total - resolution * np.sum((sums / total) ** 2)


@njit(cache=True, nogil=True, fastmath=False)
def _merge(indptr, neighbours, weight, label, count):  # type: ignore[no-untyped-def]
    """The graph of communities; an entry from a community to itself holds what is inside it."""
    n = len(label)
    start = np.zeros(count + 1, np.int64)
    for u in range(n):
        start[label[u] + 1] += 1
    start = np.cumsum(start)
    fill = start[:-1].copy()
    members = np.empty(n, np.int64)
    for u in range(n):
        members[fill[label[u]]] = u
        fill[label[u]] += 1
    near = np.zeros(count)
    bounds = np.zeros(count + 1, np.int64)
    to = np.empty(len(neighbours), np.int32)
    heavy = np.empty(len(neighbours))
    k = 0
    for c in range(count):
        first = k
        for u in members[start[c] : start[c + 1]]:
            for j in range(indptr[u], indptr[u + 1]):
                d = label[neighbours[j]]
                if near[d] == 0.0:
                    to[k] = d
                    k += 1
                near[d] += weight[j]
        for j in range(first, k):
            heavy[j] = near[to[j]]
            near[to[j]] = 0.0
        bounds[c + 1] = k
    return bounds, to[:k].copy(), heavy[:k].copy()
