"""The law of synapses in plain Python: one projection, its spikes under way, what it learns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.draws import delay_steps, weights_of, wire
from neurosparse.engine.naive_edits import Reweighed, Rewired
from neurosparse.engine.plan import generator
from neurosparse.kernels.spikes.deliver.naive import deliver_late, shares_of
from neurosparse.kernels.spikes.spike_timing.naive import Own, plastic_step
from neurosparse.network import Network, Projection


class Path:
    """One projection: every spike goes into a ring at the step in which its synapse acts.

    Where synapses learn, a presynaptic neuron is as many as there are delays: each fires when
    spikes arrive that much later, and has traces and synapses of its own.
    """

    def __init__(
        self,
        network: Network,
        projection: Projection,
        groups: dict[str, Any],
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
            self.x = np.zeros(traces)
            self.y = np.zeros((len(rule.Post._fields), n_post))
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
        if edit.delay_steps is not None:
            self._lengthen(int(np.max(edit.delay_steps, initial=0)) + 1, edit.step)
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

    def _lengthen(self, n_delays: int, step: int) -> None:
        """Let spikes be under way for longer, in `step` and later."""
        if n_delays <= self.n_delays:
            return
        assert self.projection.plasticity is None
        ring = np.zeros((n_delays, self.ring.shape[1]))
        for arrival in range(step, step + self.n_delays):
            ring[arrival % n_delays] = self.ring[arrival % self.n_delays]
        self.ring = ring
        self.n_delays = n_delays

    def deliver(self, step: int, fired: dict[str, list[int]], dt: float) -> None:
        """Let the spikes of `step` leave and those that arrive act."""
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
