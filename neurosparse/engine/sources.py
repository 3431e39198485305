"""Populations that fire by themselves, as words: Poisson processes and spikes given in advance."""

from typing import Any

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.neurons import PoissonSource
from neurosparse.typing import Int32, Int64, UInt32

FOREVER_BIN = 2**40  # steps of a bin that does not end


def poisson_words(
    group: Any, dt: float, seed: int, stream: int, control: Any
) -> tuple[Any, Any]:
    """The operation of a Poisson source and its words."""
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.poisson.cpu import PoissonSourceWords, poisson_source

    name = group.population.name
    source = group.model
    words = PoissonSourceWords(
        seed=seed,
        stream=stream,
        bounds=group.bounds,
        n=group.n,
        **rate_words(group, source, dt),
        start=steps(f"{name}.start", source.start, dt),
        stop=steps(f"{name}.stop", source.stop, dt),
        scratch=group.scratch,
        **group.log.words(),
        control=control,
    )
    return operation(poisson_source, "float64", REAL=np.float64), words


def rate_words(group: Any, source: PoissonSource, dt: float) -> dict[str, Any]:
    """The words of a Poisson source that follow from its rate, by name."""
    table, bin_steps = source_table(group, source, dt)
    return {
        "table": table,
        "n_bins": len(table),
        "width": table.shape[2],
        "bin_steps": bin_steps,
    }


def source_table(group: Any, source: PoissonSource, dt: float) -> tuple[UInt32, int]:
    """Thresholds [n_bins, 1, n or 1] of the chance to fire in a step, and the steps in a bin."""
    from neurosparse.kernels.spikes.poisson import bernoulli_threshold

    chance = np.asarray(source.rate, dtype=np.float64) * dt / 1000.0
    if chance.max(initial=0.0) > 1:
        actual = Said(f"{float(np.max(source.rate)):g} Hz")
        raise bad_argument(
            f"{group.population.name}.rate",
            actual,
            f"at most one spike a step: {1000.0 / dt:g} Hz",
        )
    bin_steps = (
        FOREVER_BIN
        if source.bin is None
        else steps(f"{group.population.name}.bin", source.bin, dt)
    )
    profile = chance.reshape(1 if source.bin is None else len(chance), 1, -1)
    if profile.shape[2] not in (1, group.n):
        raise bad_argument(
            f"{group.population.name}.rate", chance, f"one number or an array [{group.n}]"
        )
    width = 1 if profile.shape[2] == 1 else group.n_alloc
    table = np.zeros((len(profile), 1, width), dtype=np.uint32)
    table[:, :, : profile.shape[2]] = bernoulli_threshold(profile)
    return table, bin_steps


def list_words(group: Any, dt: float, control: Any) -> tuple[Any, Any]:
    """The operation of spikes given in advance and its words."""
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.poisson.cpu import ListSourceWords, list_source

    words = ListSourceWords(
        **spike_words(group, group.model, dt),
        **group.log.words(),
        control=control,
        largest=int(np.diff(group.bounds).max()),
    )
    return operation(list_source, "float64", REAL=np.float64), words


def spike_words(group: Any, source: Any, dt: float) -> dict[str, Any]:
    """The words of given spikes, by name; each thread begins with its first."""
    when = steps(f"{group.population.name}.times", source.times, dt)
    indices, when, spans = sort_spikes(group, when, source.indices)
    cursor = np.zeros((len(spans) - 1, 8), dtype=np.int64)
    cursor[:, 0] = spans[:-1]
    return {
        "steps": when,
        "indices": indices,
        "n_spikes": indices.size,
        "spans": spans,
        "cursor": cursor,
    }


def sort_spikes(group: Any, when: Int64, index: Int32) -> tuple[Any, Any, Any]:
    """Sort given spikes by thread, step and index: (indices, steps, first spike of each thread)."""
    if index.size and index.max() >= group.n:
        expected = f"neuron numbers below {group.n}"
        raise bad_argument(
            f"{group.population.name}.indices", Said(str(index.max())), expected
        )
    if group.log.own != slice(None):
        # those of other ranks come from there
        here = (index >= group.bounds[0]) & (index < group.bounds[-1])
        index = index[here]
        when = when[here]
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


def starts_of(name: str, when: Int64) -> tuple[Int64, int]:
    """Where the spikes of each step begin among sorted ones [n_steps + 1], and the first step."""
    if not when.size:
        return np.zeros(1, np.int64), 0
    first = int(when[0])
    n_steps = int(when[-1]) - first + 1
    refuse_beyond_memory(f"{name}.times", 16.0 * n_steps, f"a table of {n_steps} steps")
    counts = np.bincount(when - first, minlength=n_steps)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), first
