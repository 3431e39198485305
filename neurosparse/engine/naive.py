"""The engine's law: the same network simulated in plain Python, one neuron and one synapse after
the other.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.draws import delay_steps, weights_of, wire
from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.engine.membrane_noise import noise_streams
from neurosparse.engine.naive_values import value_paths
from neurosparse.engine.plan import generator
from neurosparse.engine.units import refractory_steps, steps
from neurosparse.kernels.spikes.current import NOISE
from neurosparse.kernels.spikes.current.membrane import normals_of_step
from neurosparse.kernels.spikes.current.naive import waveform
from neurosparse.kernels.spikes.deliver.naive import deliver_late, shares_of
from neurosparse.kernels.spikes.neuron_update.naive import neuron_update
from neurosparse.kernels.spikes.poisson import bernoulli_threshold, thresholds
from neurosparse.kernels.spikes.poisson.naive import input_words, words
from neurosparse.kernels.spikes.spike_timing.naive import Own, plastic_step
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import PoissonSource, SpikeSource
from neurosparse.stimuli import PoissonInput

Spikes = dict[str, list[tuple[int, int]]]


class Rewired(NamedTuple):
    """An edit before step `step`: what `Simulator.rewire` is given, delays in steps."""

    step: int
    projection: str
    drop: Any = ()
    pre: Any = ()
    post: Any = ()
    weight: Any = None
    delay_steps: Any = None


class Reweighed(NamedTuple):
    """Other weights before step `step`: what `Simulator.set_weights` is given."""

    step: int
    projection: str
    weight: Any


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
    paths = [_Path(network, p, groups, dt, seed) for p in spiking]
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


class _Path:
    """One projection: every spike goes into a ring at the step in which its synapse acts.

    Where synapses learn, a presynaptic neuron is as many as there are delays: each fires when
    spikes arrive that much later, and has traces and synapses of its own.
    """

    def __init__(
        self,
        network: Network,
        projection: Projection,
        groups: dict[str, _Group],
        dt: float,
        seed: int,
    ) -> None:
        n_pre = network.populations[projection.pre].n
        n_post = network.populations[projection.post].n
        rng = generator(seed, "wiring", projection.name)
        connectivity: Connectivity = wire(projection, n_pre, n_post, rng, dt)
        weight = np.asarray(weights_of(projection, connectivity), dtype=np.float32)
        delay = delay_steps(projection, connectivity, dt)
        self.projection = projection
        self.dt = dt
        self.target = groups[projection.post].receptor(projection.receptor)
        self.n_delays = int(np.max(delay, initial=0)) + 1
        self.one_delay = len(np.unique(delay)) < 2
        self.edited = 0
        self.ring = np.zeros((self.n_delays, n_post))
        self.past: list[list[int]] = []
        self.eligibility: NDArray[np.float32] | None = None
        self.own: Own | None = None
        rule: Any = projection.plasticity
        self.brief: Any = None
        self.shares: list[dict[int, np.float32]] = []
        if projection.short_term is not None:
            brief = projection.short_term
            self.brief = brief, np.zeros((len(brief.State._fields), n_pre))
        if rule is not None:
            traces = (len(rule.Pre._fields), n_pre * self.n_delays)
            self.x = np.zeros(traces, dtype=np.float32)
            self.y = np.zeros((len(rule.Post._fields), n_post), dtype=np.float32)
            if hasattr(rule, "Synapse"):
                self.own = Own(rule, dt, connectivity.nnz)
            elif getattr(rule, "third_factor", False):
                self.eligibility = np.zeros(connectivity.nnz, dtype=np.float32)
        self.born = np.full(connectivity.nnz, -self.n_delays)
        self._join(connectivity, weight, delay)

    def _join(self, connectivity: Connectivity, weight: Any, delay: Any) -> None:
        nnz = connectivity.nnz
        self.connectivity = connectivity
        self.indptr = connectivity.indptr
        self.indices = connectivity.indices
        self.weight = np.broadcast_to(weight, nnz).astype(np.float32)
        self.delay = np.broadcast_to(delay, nnz).astype(np.int64)

    def change(self, edit: Rewired | Reweighed) -> None:
        """Rewire, or set weights."""
        self.catch_up(edit.step)
        if isinstance(edit, Rewired):
            self.rewire(edit)
        else:
            self.reweigh(edit)

    def catch_up(self, step: int) -> None:
        """Bring what synapses keep to how it is after the step before this one."""
        for k in range(0 if self.own is None else len(self.weight)):
            assert self.own is not None
            self.own.forward(self.weight, k, step - 1)

    def variables(self) -> dict[str, NDArray[np.float32]]:
        """What synapses keep beside the weight, by name."""
        assert self.own is not None
        names = self.own.rule.Synapse._fields[1:]
        return dict(zip(names, self.own.values, strict=True))

    def reweigh(self, edit: Reweighed) -> None:
        """Give synapses other weights; where they share one delay, spikes on their way since the
        last rewiring have these too.
        """
        old = self.weight
        self.weight = np.broadcast_to(edit.weight, old.shape).astype(np.float32)
        if self.projection.plasticity is not None or not self.one_delay:
            return
        for left in range(max(edit.step - self.n_delays + 1, self.edited), edit.step):
            slot = self.ring[(left + self.n_delays - 1) % self.n_delays]
            for i in self.past[left]:
                row = slice(self.indptr[i], self.indptr[i + 1])
                share = self.shares[left][i]
                more = self.weight[row] * share - old[row] * share
                np.add.at(slot, self.indices[row], more)

    def rewire(self, edit: Rewired) -> None:
        """Exchange synapses; what is under way through those that go still arrives."""
        now = self.connectivity.with_weight(self.weight).with_delay_steps(self.delay)
        new = now.edit(
            edit.drop,
            edit.pre,
            edit.post,
            weight=edit.weight,
            delay_steps=edit.delay_steps,
        )
        if self.projection.plasticity is not None:
            pre = now.edges()[0]
            for k in np.flatnonzero(new.moved < 0):
                first = max(edit.step - self.delay[k], self.born[k], 0)
                for left in range(first, edit.step):
                    if pre[k] in self.past[left]:
                        slot = (left + self.delay[k]) % self.n_delays
                        share = self.shares[left][pre[k]]
                        self.ring[slot, self.indices[k]] += self.weight[k] * share
        self.edited = edit.step
        self.born = new.carry(self.born, edit.step)
        if self.eligibility is not None:
            self.eligibility = new.carry(self.eligibility)
        if self.own is not None:
            rows = [new.carry(row) for row in self.own.values]
            self.own.values = np.stack(rows)
            self.own.valid = new.carry(self.own.valid, edit.step - 1)
        changed = new.connectivity
        self._join(changed, changed.weights_array(), changed.delay_steps_array())

    def deliver(self, step: int, fired: dict[str, list[int]], dt: float) -> None:
        spikes = fired[self.projection.pre]
        self.past.append(spikes)
        self.shares.append(shares_of(self.brief, dt, spikes))
        if self.projection.plasticity is not None:
            self._learn(step, fired[self.projection.post], dt)
        else:
            for i in spikes:
                weight = self.weight * self.shares[step][i]
                synapses = (self.indptr, self.indices, weight, self.delay)
                deliver_late([i], step, *synapses, self.ring)
        slot = self.ring[step % len(self.ring)]
        self.target += slot
        slot[:] = 0

    def _learn(self, step: int, fired: list[int], dt: float) -> None:
        shares = {
            i * self.n_delays + d: self.shares[step - d][i]
            for d in reversed(range(min(self.n_delays, step + 1)))
            for i in self.past[step - d]
        }
        row = self.connectivity.edges()[0].astype(np.int64) * self.n_delays + self.delay
        order = np.argsort(row, kind="stable")
        indptr = np.searchsorted(row[order], np.arange(self.x.shape[1] + 1))
        weight = self.weight[order]
        marked = None if self.eligibility is None else self.eligibility[order]
        carries = (step - self.delay >= self.born)[order]
        rule = self.projection.plasticity
        synapses = (indptr, self.indices[order], weight)
        own = None if self.own is None else self.own.ordered(order)
        state = (self.x, self.y, self.target, marked, carries, own, step)
        plastic_step(rule, dt, shares, fired, synapses, *state)
        self.weight[order] = weight
        if self.own is not None and own is not None:
            self.own.values[:, order] = own.values
            self.own.valid[order] = own.valid
        if self.eligibility is not None and marked is not None:
            self.eligibility[order] = marked


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
