"""Spikes given in advance, in the order in which threads and steps play them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.available import refuse_beyond_memory
from neurosparse.errors import Said, bad_argument


def sort_spikes(
    group: Any, when: NDArray[np.int64], index: NDArray[np.int32]
) -> tuple[Any, Any, Any]:
    """Sort given spikes by thread, step and index: (indices, steps, first spike of each thread)."""
    if index.size and index.max() >= group.n:
        expected = f"neuron numbers below {group.n}"
        raise bad_argument(
            f"{group.population.name}.indices", Said(str(index.max())), expected
        )
    owner = np.searchsorted(group.bounds, index, side="right") - 1
    order = np.lexsort((index, when, owner))
    owner = owner[order]
    when = when[order]
    index = index[order]
    twice = (np.diff(owner) == 0) & (np.diff(when) == 0) & (np.diff(index) == 0)
    if twice.any():
        actual = Said(f"neuron {index[:-1][twice][0]} twice in step {when[:-1][twice][0]}")
        raise bad_argument(
            f"{group.population.name}.times", actual, "at most one spike a neuron and step"
        )
    spans = np.searchsorted(owner, np.arange(len(group.bounds)))
    return index.astype(np.int32), when, spans


def starts_of(name: str, when: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Where the spikes of each step begin among sorted ones [n_steps + 1], and the first step."""
    if not when.size:
        return np.zeros(1, np.int64), 0
    first = int(when[0])
    n_steps = int(when[-1]) - first + 1
    refuse_beyond_memory(f"{name}.times", 16.0 * n_steps, f"a table of {n_steps} steps")
    counts = np.bincount(when - first, minlength=n_steps)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), first
