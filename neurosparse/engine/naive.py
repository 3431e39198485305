"""The engine's law: the same network simulated in plain Python, one neuron and one synapse after
the other.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.engine.membrane_noise import noise_streams
from neurosparse.engine.naive_paths import Path, Reweighed, Rewired
from neurosparse.engine.naive_values import value_paths
from neurosparse.engine.units import refractory_steps, steps
from neurosparse.kernels.spikes.current import NOISE
from neurosparse.kernels.spikes.current.membrane import normals_of_step
from neurosparse.kernels.spikes.current.naive import waveform
from neurosparse.kernels.spikes.neuron_update.naive import neuron_update
from neurosparse.kernels.spikes.poisson import bernoulli_threshold, thresholds
from neurosparse.kernels.spikes.poisson.naive import input_words, words
from neurosparse.network import Network, Population
from neurosparse.neurons import PoissonSource, SpikeSource
from neurosparse.stimuli import PoissonInput

Spikes = dict[str, list[tuple[int, int]]]


class Outcome(NamedTuple):
    """Spikes by population; by projection weights, eligibilities of rules that have them, and what
    else synapses keep.
    """

    spikes: Spikes
    weights: dict[str, NDArray[np.float32]]
    eligibilities: dict[str, NDArray[np.float32]]
    variables: dict[str, dict[str, NDArray[np.float32]]]


def simulate_naive(network: Network, dt: float, seed: int, n_steps: int) -> Spikes:
    """Simulate `n_steps` and return the spikes (step, index) of each population, sorted.

    >>> from neurosparse.neurons import LIF
    >>> driven = Population("E", 1, LIF(i_ext=100.0, t_ref=5.0))
    >>> simulate_naive(Network(driven), 0.1, 0, 100)["E"]
    [(32, 0)]
    """
    return naive_outcome(network, dt, seed, n_steps).spikes


def naive_outcome(
    network: Network,
    dt: float,
    seed: int,
    n_steps: int,
    edits: Sequence[Rewired | Reweighed] = (),
) -> Outcome:
    """Simulate `n_steps`, rewiring and setting weights on the way, and return all that came of it.

    Slow on purpose, for networks of tens of neurons. Stimuli with rate profiles and noise are not
    covered.
    """
    groups = {
        name: _Group(p, k, dt) for k, (name, p) in enumerate(network.populations.items())
    }
    spiking = [p for p in network.projections.values() if p.transmits is None]
    paths = [Path(network, p, groups, dt, seed) for p in spiking]
    values = value_paths(network, groups, dt, seed)
    edited: list[Any] = [*paths, *values]
    spikes: Spikes = {name: [] for name in groups}
    for step in range(n_steps):
        for edit in edits:
            if edit.step == step:
                name = edit.projection
                next(p for p in edited if p.projection.name == name).change(edit)
        for group in groups.values():
            group.current[:] = 0.0
        for value_path in values:
            value_path.couple()
        fired = {
            name: _update(group, network, seed, step, dt) for name, group in groups.items()
        }
        for value_path in values:
            value_path.remember()
        for name, indices in fired.items():
            spikes[name] += [(step, int(i)) for i in indices]
        for k, stimulus in enumerate(network.stimuli):
            if isinstance(stimulus, PoissonInput):
                group = groups[
                    str(stimulus.target)
                ]  # a network holds one stimulus a target
                _poisson(group, stimulus, seed, STREAM_OF_STIMULI + k, step, dt)
        for path in paths:
            path.deliver(step, fired, dt)
    for path in paths:
        path.catch_up(n_steps)
    learned = {p.projection.name: p.weight for p in edited}
    marked = {p.projection.name: p.eligibility for p in paths if p.eligibility is not None}
    kept = {p.projection.name: p.variables() for p in paths if p.own is not None}
    return Outcome(spikes, learned, marked, kept)


class _Group:
    def __init__(self, population: Population, stream: int, dt: float) -> None:
        self.population = population
        self.stream = stream
        self.model: Any = population.model
        self.ready = np.zeros(population.n, dtype=np.int32)
        self.current = np.zeros(population.n)  # of synapses that carry values
        if isinstance(self.model, (PoissonSource, SpikeSource)):
            return
        start = self.model.initial()._asdict() | dict(population.initial)
        self.rows = np.array(
            [np.broadcast_to(v, population.n) for v in start.values()], dtype=np.float64
        )
        self.base = [
            np.atleast_1d(np.asarray(c, dtype=np.float64))
            for c in self.model.coefficients(dt)
        ]
        self.refractory = np.atleast_1d(refractory_steps(self.model.t_ref, dt))

    def receptor(self, name: str | None) -> NDArray[np.float64]:
        receptors = self.model.receptors
        field = receptors[name] if name else next(iter(receptors.values()))
        row: NDArray[np.float64] = self.rows[self.model.State._fields.index(field)]
        return row


def _update(group: _Group, network: Network, seed: int, step: int, dt: float) -> list[int]:
    model = group.model
    if isinstance(model, SpikeSource):
        return sorted(
            int(i) for i in model.indices[steps("times", model.times, dt) == step]
        )
    if isinstance(model, PoissonSource):
        edge = bernoulli_threshold(np.asarray(model.rate, dtype=np.float64) * dt / 1000.0)
        drawn = words(seed, group.stream, step, group.population.n) > edge
        active = steps("start", model.start, dt) <= step < steps("stop", model.stop, dt)
        return [int(i) for i in np.flatnonzero(drawn & active)]
    for field, stream in noise_streams(model, group.stream):
        row = group.rows[model.State._fields.index(field)]
        row[:] = normals_of_step(seed, stream, step, row.size)
    coefficients = _driven(group, network, step * dt)
    args = (group.rows, coefficients, group.ready, group.refractory, step)
    return neuron_update(model, type(model).update, *args)


def _driven(group: _Group, network: Network, t: float) -> Any:
    """The coefficients with the injected currents of this moment."""
    currents = [
        s
        for s in network.stimuli
        if not isinstance(s, PoissonInput) and s.target == group.population.name
    ]
    if not currents and not group.current.any():
        return group.base
    field, gain = group.model.drive
    place = group.model.Coefficients._fields.index(field)
    total = np.array(np.broadcast_to(group.base[place], group.population.n))
    for s in currents:
        if s.kind == NOISE:
            raise ValueError("the naive engine knows no noise")
        scale = getattr(group.model, gain) if gain else 1.0
        shape = waveform(s.kind, t, s.start, s.stop, *s.shape(1.0))
        total += scale * np.asarray(s.amplitude) * shape
    total += group.current
    return [*group.base[:place], total, *group.base[place + 1 :]]


def _poisson(
    group: _Group, stimulus: PoissonInput, seed: int, stream: int, step: int, dt: float
) -> None:
    if steps("start", stimulus.start, dt) <= step < steps("stop", stimulus.stop, dt):
        mean = np.asarray(stimulus.rate, dtype=np.float64) * dt / 1000.0
        means = np.broadcast_to(mean, group.population.n)
        drawn = input_words(seed, stream, step, group.population.n)
        counts = [
            np.sum(u > thresholds(float(mean)))
            for u, mean in zip(drawn, means, strict=True)
        ]
        group.receptor(stimulus.receptor)[:] += np.asarray(stimulus.weight) * np.array(
            counts
        )
