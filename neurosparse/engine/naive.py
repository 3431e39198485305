"""The engine's law: the same network simulated in plain Python, one neuron and one synapse after
the other.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.engine.membrane_noise import noise_streams
from neurosparse.engine.naive_edits import (
    Change,
    Moved,
    Retuned,
    Reweighed,
    Rewired,
    Silenced,
)
from neurosparse.engine.naive_paths import Path
from neurosparse.engine.naive_values import value_paths
from neurosparse.engine.populations import NEVER
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
    else synapses keep; what neurons are in the end [n_variables, n], by population.
    """

    spikes: Spikes
    weights: dict[str, NDArray[np.float32]]
    eligibilities: dict[str, NDArray[np.float32]]
    variables: dict[str, dict[str, NDArray[np.float32]]]
    states: dict[str, NDArray[np.float64]]


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
    edits: Sequence[Change] = (),
) -> Outcome:
    """Simulate `n_steps`, changing things on the way, and return all that came of it.

    Slow on purpose, for networks of tens of neurons.
    """
    groups = {
        name: _Group(p, k, dt) for k, (name, p) in enumerate(network.populations.items())
    }
    spiking = [p for p in network.projections.values() if p.transmits is None]
    paths = [Path(network, p, groups, dt, seed) for p in spiking]
    values = value_paths(network, groups, dt, seed)
    edited: list[Any] = [*paths, *values]
    stimuli = [_Stimulus(s, k, groups) for k, s in enumerate(network.stimuli)]
    spikes: Spikes = {name: [] for name in groups}
    for step in range(n_steps):
        for edit in edits:
            if edit.step == step:
                _change(edit, groups, stimuli, edited, dt)
        for group in groups.values():
            group.current[:] = 0.0
        for stimulus in stimuli:
            stimulus.flow(seed, step, dt)
        for value_path in values:
            value_path.couple()
        fired = {name: _update(group, seed, step, dt) for name, group in groups.items()}
        for value_path in values:
            value_path.remember()
        for name, indices in fired.items():
            spikes[name] += [(step, int(i)) for i in indices]
        for stimulus in stimuli:
            stimulus.fire(seed, step, dt)
        for path in paths:
            path.deliver(step, fired, dt)
    for path in paths:
        path.catch_up(n_steps)
    learned = {p.projection.name: p.weight for p in edited}
    marked = {p.projection.name: p.eligibility for p in paths if p.eligibility is not None}
    kept = {p.projection.name: p.variables() for p in paths if p.own is not None}
    return Outcome(spikes, learned, marked, kept, {k: g.rows for k, g in groups.items()})


def _change(edit: Change, groups: Any, stimuli: Any, edited: Any, dt: float) -> None:
    if isinstance(edit, Rewired | Reweighed):
        next(p for p in edited if p.projection.name == edit.projection).change(edit)
    elif isinstance(edit, Retuned) and isinstance(edit.part, int):
        stimulus = stimuli[edit.part]
        stimulus.now = replace(stimulus.now, **edit.values)
    elif isinstance(edit, Retuned):
        group = groups[edit.part]
        group.take(replace(group.model, **edit.values), dt)
    elif isinstance(edit, Silenced):
        ready = groups[edit.population].ready
        ready[edit.neurons] = [
            _ready(int(r), edit) for r in np.atleast_1d(ready[edit.neurons])
        ]
    elif isinstance(edit, Moved):
        group = groups[edit.population]
        group.row(edit.variable)[edit.neurons] = edit.value
        for path in edited:
            if hasattr(path, "show_again"):
                path.show_again()


def _ready(ready: int, edit: Silenced) -> int:
    """The step in which a neuron may fire again."""
    if not edit.released:
        return NEVER
    return edit.step if ready == NEVER else ready


class _Group:
    def __init__(self, population: Population, stream: int, dt: float) -> None:
        self.n = population.n
        self.stream = stream
        self.ready = np.zeros(self.n, dtype=np.int32)
        self.current = np.zeros(self.n)  # what is injected in this step
        self.rows = np.zeros((0, self.n))
        model: Any = population.model
        if hasattr(model, "State"):
            start = model.initial()._asdict() | dict(population.initial)
            self.rows = np.array(
                [np.broadcast_to(v, self.n) for v in start.values()], dtype=np.float64
            )
        self.take(model, dt)

    def take(self, model: Any, dt: float) -> None:
        """Go on as this model."""
        self.model = model
        if hasattr(model, "State"):
            base = [np.asarray(c, dtype=np.float64) for c in model.coefficients(dt)]
            self.base = [np.atleast_1d(c) for c in base]
            self.refractory = np.atleast_1d(refractory_steps(model.t_ref, dt))

    def row(self, variable: str) -> NDArray[np.float64]:
        row: NDArray[np.float64] = self.rows[self.model.State._fields.index(variable)]
        return row

    def receptor(self, name: str | None) -> NDArray[np.float64]:
        receptors = self.model.receptors
        return self.row(receptors[name] if name else next(iter(receptors.values())))


def _update(group: _Group, seed: int, step: int, dt: float) -> list[int]:
    model = group.model
    if isinstance(model, SpikeSource):
        return sorted(
            int(i) for i in model.indices[steps("times", model.times, dt) == step]
        )
    if isinstance(model, PoissonSource):
        edge = bernoulli_threshold(np.asarray(model.rate, dtype=np.float64) * dt / 1000.0)
        drawn = words(seed, group.stream, step, group.n) > edge
        active = steps("start", model.start, dt) <= step < steps("stop", model.stop, dt)
        return [int(i) for i in np.flatnonzero(drawn & active)]
    for field, stream in noise_streams(model, group.stream):
        group.row(field)[:] = normals_of_step(seed, stream, step, group.n)
    coefficients = _driven(group)
    args = (group.rows, coefficients, group.ready, group.refractory, step)
    return neuron_update(model, type(model).update, *args)


def _driven(group: _Group) -> Any:
    """The coefficients with what is injected at this moment."""
    if not group.current.any():
        return group.base
    place = group.model.Coefficients._fields.index(group.model.drive[0])
    total = group.base[place] + group.current
    return [*group.base[:place], total, *group.base[place + 1 :]]


class _Stimulus:
    """A stimulus onto one population as it is now, and, of noise, where its processes are."""

    def __init__(self, stimulus: Any, place: int, groups: dict[str, _Group]) -> None:
        self.now = stimulus
        self.stream = STREAM_OF_STIMULI + place
        # a network holds one stimulus a target
        self.group = groups[str(stimulus.target)]
        self.x = np.zeros(self.group.n)

    def flow(self, seed: int, step: int, dt: float) -> None:
        """Add an injected current."""
        s = self.now
        if isinstance(s, PoissonInput):
            return
        gain = self.group.model.drive[1]
        scale = np.asarray(getattr(self.group.model, gain)) if gain else 1.0
        one, other = s.shape(dt)
        window = (s.start, s.stop, one, other, 1e-6 * dt)
        flows: Any = waveform(s.kind, step * dt, *window)
        if s.kind == NOISE and flows:
            xi = normals_of_step(seed, self.stream, step, self.group.n)
            self.x = one * self.x + other * xi
            flows = self.x
        self.group.current += scale * np.asarray(s.amplitude) * flows

    def fire(self, seed: int, step: int, dt: float) -> None:
        """Add Poisson spikes."""
        s = self.now
        first = steps("start", s.start, dt)
        if not isinstance(s, PoissonInput) or not first <= step < steps("stop", s.stop, dt):
            return
        rate = np.asarray(s.rate, dtype=np.float64)
        if s.bin is not None:
            rate = rate[min((step - first) // steps("bin", s.bin, dt), len(rate) - 1)]
        means = np.broadcast_to(rate * dt / 1000.0, self.group.n)
        drawn = input_words(seed, self.stream, step, self.group.n)
        counts = [
            np.sum(u > thresholds(float(mean)))
            for u, mean in zip(drawn, means, strict=True)
        ]
        self.group.receptor(s.receptor)[:] += np.asarray(s.weight) * np.array(counts)
