"""Decoding in clustered bit matrices: which units do the active ones of each cluster reach?

Shapes: links uint64 `[clusters, units, clusters, words]`, bit `i` of cluster `b` in the row of unit
(a, j) saying that
(a, j) and (b, i) are linked; states uint64 `[queries, clusters, words]`. A cluster begins at a word
of its own.
Source of the rules: Gripon & Berrou 2011, doi:10.1109/TNN.2011.2146789; 2012,
doi:10.1109/ISTC.2012.6325193.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


class Decoded(NamedTuple):
    """States that are left, uint64 [queries, clusters, words], and how many passes each query took,
    int32.
    """

    states: Words
    passes: NDArray[np.int32]


def _load(backend: str) -> Any:
    match backend:
        case "naive":
            from neurosparse.kernels.memory.clique_decode import naive

            return naive
        case "cpu":
            from neurosparse.kernels.memory.clique_decode import cpu

            return cpu
        case "gpu":
            from neurosparse.kernels.memory.clique_decode import gpu

            return gpu
    raise ValueError(f"backend: got {backend!r}, want 'naive', 'cpu' or 'gpu'")


def check(links: Words, states: Words) -> tuple[Words, Words]:
    """Return both arrays contiguous, or raise ValueError naming the one that does not fit."""
    if links.dtype != np.uint64 or links.ndim != 4 or links.shape[0] != links.shape[2]:
        got = f"{links.dtype}{list(links.shape)}"
        raise ValueError(f"links: got {got}, want uint64 [clusters, units, clusters, words]")
    if states.dtype != np.uint64 or states.ndim != 3 or states.shape[1:] != links.shape[2:]:
        got = f"{states.dtype}{list(states.shape)}"
        wants = f"uint64 [queries, {links.shape[2]}, {links.shape[3]}]"
        raise ValueError(f"states: got {got}, want {wants} as links say")
    if links.shape[3] != (links.shape[1] + 63) // 64:
        raise ValueError(f"links: {links.shape[3]} words hold no {links.shape[1]} units")
    return np.ascontiguousarray(links), np.ascontiguousarray(states)


def reaching_clusters(links: Words, states: Words, *, backend: str = "cpu") -> NDArray[np.int32]:
    """Count for each unit the clusters with an active unit linked to it: int32 [queries, clusters,
    units].

    score[q, a, j] = sum over b of [links(a, j) & state(q, b) != 0]: each cluster counts once (sum
    of max).
    Raises ValueError for arrays that do not fit each other and an unknown backend.

    >>> links = np.array([[[[0], [1]]], [[[1], [0]]]], np.uint64)  # two clusters of one unit, linked
    >>> reaching_clusters(links, np.array([[[1], [0]]], np.uint64)).tolist()
    [[[0], [1]]]
    """
    links, states = check(links, states)
    return np.asarray(_load(backend).reaching_clusters(links, states), np.int32)


def shared_votes(links: Words, states: Words, *, backend: str = "cpu") -> NDArray[np.float32]:
    """Add up for each unit the shares of active units that are linked to it: float32 [queries, clusters, units].

    score[q, a, j] = sum over b of popcount(links(a, j) & state(q, b)) / popcount(state(q, b)):
    normalised sum of sum. A cluster without active units adds nothing. Raises ValueError as
    `reaching_clusters`.

    >>> links = np.array([[[[0], [1]], [[0], [0]]], [[[1], [0]], [[0], [0]]]], np.uint64)
    >>> shared_votes(links, np.array([[[3], [0]]], np.uint64)).tolist()
    [[[0.0, 0.0], [0.5, 0.0]]]
    """
    links, states = check(links, states)
    return np.asarray(_load(backend).shared_votes(links, states), np.float32)


def eliminate(links: Words, states: Words, passes: int, *, backend: str = "cpu") -> Decoded:
    """Drop, in each pass all at once, active units that some other cluster does not reach; stop when none is.

    A unit (a, j) stays if for every b != a a unit of state(q, b) is linked to it: sum-of-max
    decoding. Raises
    ValueError as `reaching_clusters`, and for less than one pass.

    >>> links = np.array([[[[0], [1]], [[0], [0]]], [[[1], [0]], [[0], [0]]]], np.uint64)
    >>> done = eliminate(links, np.array([[[1], [3]]], np.uint64), 9)
    >>> done.states.tolist(), done.passes.tolist()
    ([[[1], [1]]], [2])
    """
    links, states = check(links, states)
    if passes < 1:
        raise ValueError(f"passes: got {passes}, want 1 or more")
    left, done = _load(backend).eliminate(links, states, passes)
    return Decoded(np.asarray(left, np.uint64), np.asarray(done, np.int32))
