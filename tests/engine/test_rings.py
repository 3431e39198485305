"""Rings: one for each receptor, longer on demand, what waits outlives that and a checkpoint."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.engine.rings import Rings
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, SpikeSource


@pytest.fixture
def group():
    sim = Simulator(Network(Population("E", 70, LIFExp())), threads=2)
    return sim.plan.groups["E"]


def lines_of(ring, now):
    steps, values = ring.waiting(now)
    return dict(zip(steps.tolist(), values[:, 3].tolist(), strict=True))


@pytest.mark.parametrize("now", [0, 3, 2**40 + 7])
def test_a_ring_made_longer_keeps_what_waits(group, now):
    rings = Rings()
    ring = rings.of(group, "exc", 4, now)
    assert (ring.n_slots, ring.empty) == (5, True)
    for ahead in (0, 1, 4):
        ring.line(now + ahead)[3] = ahead + 0.5
    before = lines_of(ring, now)
    assert before == {0: 0.5, 1: 1.5, 4: 4.5}
    assert rings.of(group, "exc", 2, now) is ring
    assert ring.n_slots == 5
    assert rings.of(group, "exc", 300, now) is ring
    assert ring.n_slots == 301
    assert lines_of(ring, now) == before
    assert ring.nbytes == ring.values.nbytes + ring.filled.nbytes


def test_receptors_have_rings_of_their_own(group):
    rings = Rings()
    first = rings.of(group, None, 3)
    assert rings.of(group, "exc", 3) is first
    other = rings.of(group, "inh", 9)
    assert other is not first
    assert rings.onto("E") == [first, other]
    assert rings.onto("I") == []


@pytest.mark.parametrize("elsewhere", [2, 40])
def test_a_checkpoint_holds_what_waits(group, elsewhere):
    rings, others = Rings(), Rings()
    rings.of(group, "exc", 6).line(11)[3] = 2.5
    arrays = rings.arrays(9)
    stale = others.of(group, "exc", elsewhere)
    stale.line(1)[3] = 9.0
    others.put_back(arrays, {"E": group}, 9)
    assert lines_of(others.of(group, "exc", 0), 9) == {2: 2.5}


def test_projections_onto_one_receptor_share_a_ring():
    rng = np.random.default_rng(0)
    parts = []
    for k, longest in enumerate((25, 90, 30)):
        edges = rng.integers(0, 8, (2, 20))
        wiring = Connectivity.from_edges(*edges, n_pre=8, n_post=8, duplicates="keep")
        delay = rng.permutation(np.linspace(1, longest, wiring.nnz).astype(int)) / 10
        parts.append(Projection("S", "E", wiring, 1.0, delay, label=f"p{k}"))
    source = Population("S", 8, SpikeSource([1.0], [2]))
    sim = Simulator(Network(source, Population("E", 8, LIF(), mode="clock"), *parts))
    rings = {id(s.ring) for s in sim.plan.synapses.values()}
    assert len(rings) == len(sim.plan.rings) == 1
    assert next(iter(sim.plan.rings.values())).n_slots == 91
    names = [op.name for op in sim.program.operations]
    assert sum(name.startswith("drain_ring") for name in names) == 1
