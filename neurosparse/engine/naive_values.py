"""The law of projections that carry values, one synapse after the other."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.draws import delay_steps, weights_of, wire
from neurosparse.engine.plan import generator
from neurosparse.kernels.spikes.couple import GRADED, INTO, JUNCTION, OUT_OF
from neurosparse.kernels.spikes.couple.naive import couple, turned
from neurosparse.network import GapJunction, Network, Projection


class Holder(Protocol):
    """A population of the naive engine."""

    model: Any
    rows: NDArray[np.float64]
    current: NDArray[np.float64]

    def receptor(self, name: str | None) -> NDArray[np.float64]:
        """The row that a receptor adds to."""


class ValuePath:
    """One projection: `remember` what its ends show after a step, `couple` it before the next."""

    def __init__(
        self,
        projection: Projection,
        pre: Holder,
        post: Holder,
        connectivity: Connectivity,
        dt: float,
    ) -> None:
        self.projection = projection
        self.pre = pre
        self.post = post
        self.shown: list[tuple[list[float], list[float]]] = []
        weight = np.asarray(weights_of(projection, connectivity), dtype=np.float32)
        self._join(connectivity, weight, delay_steps(projection, connectivity, dt))
        self.remember()

    def _join(self, connectivity: Connectivity, weight: Any, delay: Any) -> None:
        nnz = connectivity.nnz
        self.connectivity = connectivity
        self.weight = np.broadcast_to(weight, nnz).astype(np.float32)
        self.delay = np.broadcast_to(delay, nnz).astype(np.int64)

    def change(self, edit: Any) -> None:
        """Rewire, or set weights."""
        if not hasattr(edit, "drop"):
            self.weight = np.broadcast_to(edit.weight, self.weight.shape).astype(np.float32)
            return
        now = self.connectivity.with_weight(self.weight).with_delay_steps(self.delay)
        more = {"weight": edit.weight, "delay_steps": edit.delay_steps}
        new = now.edit(edit.drop, edit.pre, edit.post, **more).connectivity
        self._join(new, new.weights_array(), new.delay_steps_array())

    def remember(self) -> None:
        """Let both ends show what they are now."""
        self.shown.append((self._values(self.pre), self._values(self.post)))

    def show_again(self) -> None:
        """Let what was set between two steps be seen at once."""
        self.shown.pop()
        self.remember()

    def _values(self, group: Holder) -> list[float]:
        transmits: Any = self.projection.transmits
        if transmits.variable not in group.model.State._fields:
            return []  # a target that shows nothing
        function = transmits.carried
        numbers = function.coefficients()
        row = group.rows[group.model.State._fields.index(transmits.variable)]
        return [function.value(float(x), numbers) for x in row]

    def couple(self) -> None:
        """Add to what moves the targets, both ends of gap junctions, in the coming step."""
        pre, post = (ends.astype(np.int64) for ends in self.connectivity.edges())
        transmits: Any = self.projection.transmits
        if not isinstance(transmits, GapJunction):
            synapses = (pre, post, self.weight, self.delay)
            self._add(GRADED, synapses, self.post, [])
            return
        into, out_of = (INTO, OUT_OF) if transmits.rectifies else (JUNCTION, JUNCTION)
        last_pre, last_post = self.shown[-1]
        self._add(into, (pre, post, self.weight, self.delay), self.post, last_post)
        back, front, order = turned(pre, post)
        synapses = (back, front, self.weight[order], self.delay)
        total = np.zeros(self.pre.rows.shape[1])
        couple(out_of, synapses, lambda _: last_post, last_pre, total)
        self._move(self.pre, total)

    def _add(self, kind: int, synapses: Any, onto: Holder, facing: list[float]) -> None:
        total = np.zeros(onto.rows.shape[1])
        couple(kind, synapses, self._earlier, facing, total)
        self._move(onto, total)

    def _earlier(self, delay: int) -> list[float]:
        return self.shown[max(len(self.shown) - 1 - delay, 0)][0]

    def _move(self, onto: Holder, total: NDArray[np.float64]) -> None:
        if self.projection.receptor is not None:
            onto.receptor(self.projection.receptor)[:] += total
            return
        gain = getattr(onto.model, onto.model.drive[1]) if onto.model.drive[1] else 1.0
        onto.current += gain * total


def value_paths(
    network: Network, groups: Mapping[str, Any], dt: float, seed: int
) -> list[ValuePath]:
    """The projections of a network that carry values."""
    paths = []
    for p in network.projections.values():
        if p.transmits is not None:
            pre = network.populations[p.pre].n
            post = network.populations[p.post].n
            connectivity = wire(p, pre, post, generator(seed, "wiring", p.name), dt)
            ends = (groups[p.pre], groups[p.post])
            paths.append(ValuePath(p, *ends, connectivity, dt))
    return paths
