"""The law, one synapse after the other."""

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def deliver(
    spikes: Iterable[int],
    indptr: NDArray[np.int64],
    indices: NDArray[Any],
    weight: NDArray[np.float32],
    target: NDArray[Any],
) -> None:
    """Add the rows of `spikes` to target [n_post]; weight is [nnz] or [1]."""
    for i in spikes:
        for k in range(indptr[i], indptr[i + 1]):
            target[indices[k]] += target.dtype.type(weight[k % len(weight)])


def deliver_late(
    spikes: Iterable[int],
    step: int,
    indptr: NDArray[np.int64],
    indices: NDArray[Any],
    weight: NDArray[np.float32],
    delay: NDArray[Any],
    ring: NDArray[Any],
) -> None:
    """Add the rows of `spikes` to ring [n_slots, n_post] at the slot in which each synapse acts."""
    for i in spikes:
        for k in range(indptr[i], indptr[i + 1]):
            slot = (step + int(delay[k])) % len(ring)
            ring[slot, indices[k]] += ring.dtype.type(weight[k % len(weight)])


def sort_by_delay(
    cuts: NDArray[np.int64], delay: NDArray[Any], delays: NDArray[np.int64]
) -> tuple[list[int], list[int]]:
    """Order each list cuts[k]..cuts[k + 1] of synapses by the place of their delay in `delays`:
    where the parts begin, and where each synapse came from.
    """
    segments = []
    places: list[int] = []
    for lo, hi in itertools.pairwise(cuts):
        for d in delays:
            segments.append(len(places))
            places += [j for j in range(lo, hi) if delay[j] == d]
    return [*segments, len(places)], places


def shares_of(
    brief: tuple[Any, NDArray[np.float64]] | None, dt: float, spikes: Iterable[int]
) -> dict[int, np.float32]:
    """What spikes of one step deliver of a weight, by neuron, while the traces [n_traces, n_pre] of
    a rule of short-term plasticity go on by a step; all of it without such a rule.
    """
    if brief is None:
        return dict.fromkeys(spikes, np.float32(1))
    rule, s = brief
    p = rule.coefficients(dt)
    s *= np.array(rule.decay(dt))[:, None]
    shares = {}
    for i in spikes:
        before = rule.State(*s[:, i])
        shares[i] = np.float32(rule.efficacy(before, p))
        s[:, i] = rule.spike(before, p)
    return shares
