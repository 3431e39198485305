"""On unpacked bits and dense matrices: what the fast paths must equal."""

import numpy as np

from neurosparse.typing import Float32, Int32, UInt64


def _bits(words: UInt64, units: int) -> Int32:
    """Unpack the last axis: [..., words] to [..., units]."""
    raw = np.ascontiguousarray(words.astype("<u8")).view(np.uint8)
    return np.unpackbits(raw, axis=-1, bitorder="little")[..., :units].astype(np.int32)


def _votes(links: UInt64, states: UInt64) -> Int32:
    """Active units of cluster b linked to unit (a, j): [queries, a, j, b]."""
    units = links.shape[1]
    votes = np.einsum("ajbi,qbi->qajb", _bits(links, units), _bits(states, units))
    return np.asarray(votes, np.int32)


def reaching_clusters(links: UInt64, states: UInt64) -> Int32:
    """Clusters with an active unit linked to each unit, [queries, clusters, units]."""
    return np.asarray((_votes(links, states) > 0).sum(-1), np.int32)


def shared_votes(links: UInt64, states: UInt64) -> Float32:
    """Shares of active units linked to each unit, [queries, clusters, units]."""
    active = _bits(states, links.shape[1]).sum(-1)[:, None, None]
    out = np.zeros(_votes(links, states).shape[:3], np.float32)
    for b in range(links.shape[0]):
        # one cluster after the other, as the fast paths add
        votes = _votes(links, states)[..., b].astype(np.float32)
        out += votes / np.maximum(active[..., b], 1).astype(np.float32)
    return out


def eliminate(links: UInt64, states: UInt64, passes: int) -> tuple[UInt64, Int32]:
    """Drop unsupported units until none is, each query by itself."""
    clusters, units = links.shape[:2]
    left = states.copy()
    taken = np.zeros(len(states), np.int32)
    for q in range(len(states)):
        for _ in range(passes):
            now = left[q : q + 1]
            supported = _votes(links, now)[0] > 0  # [a, j, b]
            supported[np.arange(clusters), :, np.arange(clusters)] = True
            stay = _bits(now, units)[0].astype(bool) & supported.all(-1)
            after = np.zeros((clusters, now.shape[2] * 64), np.uint8)
            after[:, :units] = stay
            packed = (
                np.packbits(after, axis=1, bitorder="little").view("<u8").astype(np.uint64)
            )
            taken[q] += 1
            if (packed == now[0]).all():
                break
            left[q] = packed
    return left, taken
