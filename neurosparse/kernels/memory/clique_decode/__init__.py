"""Decoding in clustered bit matrices: which units do the active ones of each cluster reach?

Shapes: links uint64 `[clusters, units, clusters, words]`, bit i of cluster b in the row of unit
(a, j) saying that (a, j) and (b, i) are linked; states uint64 `[queries, clusters, words]`. A
cluster begins at a word of its own. Source of the rules: Gripon & Berrou 2011,
doi:10.1109/TNN.2011.2146789; 2012, doi:10.1109/ISTC.2012.6325193.
"""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float32, Int32, UInt64


class Decoded(NamedTuple):
    """What an elimination gives.

    Attributes:
        states: units that are left, `[queries, clusters, words]`.
        passes: how many each query took, `[queries]`.
    """

    states: UInt64
    passes: Int32


def _load(backend: str) -> Any:
    return implementation(__name__, backend, "gpu")


def check(links: UInt64, states: UInt64) -> tuple[UInt64, UInt64]:
    """Return both arrays contiguous, or raise ValueError naming the one that does not fit."""
    if links.dtype != np.uint64 or links.ndim != 4 or links.shape[0] != links.shape[2]:
        received = f"{links.dtype}{list(links.shape)}"
        raise ValueError(
            f"links: got {received}, want uint64 [clusters, units, clusters, words]"
        )
    if states.dtype != np.uint64 or states.ndim != 3 or states.shape[1:] != links.shape[2:]:
        received = f"{states.dtype}{list(states.shape)}"
        expected = f"uint64 [queries, {links.shape[2]}, {links.shape[3]}]"
        raise ValueError(f"states: got {received}, want {expected} as links say")
    if links.shape[3] != (links.shape[1] + 63) // 64:
        raise ValueError(f"links: {links.shape[3]} words hold no {links.shape[1]} units")
    return np.ascontiguousarray(links), np.ascontiguousarray(states)


def reaching_clusters(links: UInt64, states: UInt64, *, backend: str = "cpu") -> Int32:
    """Count for each unit the clusters with an active unit linked to it (sum of max).

    score[q, a, j] = sum over b of [links(a, j) & state(q, b) != 0]: each cluster counts once.

    Returns:
        int32 `[queries, clusters, units]`.

    Raises:
        ValueError: arrays that do not fit each other, or an unknown backend.

    >>> links = np.uint64([[[[0], [1]]], [[[1], [0]]]])  # two clusters of one unit, linked
    >>> reaching_clusters(links, np.array([[[1], [0]]], np.uint64)).tolist()
    [[[0], [1]]]
    """
    links, states = check(links, states)
    return np.asarray(_load(backend).reaching_clusters(links, states), np.int32)


def shared_votes(links: UInt64, states: UInt64, *, backend: str = "cpu") -> Float32:
    """Add up for each unit the shares of active units that are linked to it (normalised sum).

    score[q, a, j] = sum over b of popcount(links(a, j) & state(q, b)) / popcount(state(q, b)). A
    cluster without active units adds nothing.

    Returns:
        float32 `[queries, clusters, units]`.

    Raises:
        ValueError: arrays that do not fit each other, or an unknown backend.

    >>> links = np.array([[[[0], [1]], [[0], [0]]], [[[1], [0]], [[0], [0]]]], np.uint64)
    >>> shared_votes(links, np.array([[[3], [0]]], np.uint64)).tolist()
    [[[0.0, 0.0], [0.5, 0.0]]]
    """
    links, states = check(links, states)
    return np.asarray(_load(backend).shared_votes(links, states), np.float32)


def eliminate(
    links: UInt64, states: UInt64, passes: int, *, backend: str = "cpu"
) -> Decoded:
    """Drop active units that some other cluster does not reach, until none is left to drop.

    A unit (a, j) stays if for every b != a a unit of state(q, b) is linked to it: sum-of-max
    decoding. All of a pass are dropped at once.

    Raises:
        ValueError: arrays that do not fit each other, less than one pass, or an unknown backend.

    >>> links = np.array([[[[0], [1]], [[0], [0]]], [[[1], [0]], [[0], [0]]]], np.uint64)
    >>> done = eliminate(links, np.array([[[1], [3]]], np.uint64), 9)
    >>> done.states.tolist(), done.passes.tolist()
    ([[[1], [1]]], [2])
    """
    links, states = check(links, states)
    if passes < 1:
        raise ValueError(f"passes: got {passes}, want 1 or more")
    left, taken = _load(backend).eliminate(links, states, passes)
    return Decoded(np.asarray(left, np.uint64), np.asarray(taken, np.int32))
