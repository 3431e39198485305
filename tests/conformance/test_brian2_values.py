"""Synapses that carry values beside Brian2's `(summed)`: the same voltages at every step."""

from typing import Any

import numpy as np
import pytest

from neurosparse import Network, Population, Projection, Simulator
from neurosparse.connectivity import Connectivity
from neurosparse.network import GapJunction, Graded, Logistic
from neurosparse.neurons import LeakyIntegrator

# Brian2 2.9 calls pyparsing by names that newer pyparsing announces to drop
pytestmark = pytest.mark.filterwarnings(
    r"ignore:.*deprecated(,| -) use :DeprecationWarning"
)
N, TAU, R, STEPS = 8, 10.0, 2.0, 200
RNG = np.random.default_rng(3)
START = RNG.normal(0.0, 3.0, N)
DRIVE = RNG.normal(1.0, 1.0, N)
JOINED = np.triu(RNG.random((N, N)) < 0.4, 1)
WIRED = np.float32(RNG.normal(0.0, 0.5, (N, N)) * (RNG.random((N, N)) < 0.5))


def ours(projection: Projection) -> Any:
    model = LeakyIntegrator(tau_mem=TAU, r_mem=R, i_ext=DRIVE)
    population = Population("A", N, model, initial={"v": START})
    simulation = Simulator(Network(population, projection))
    seen = []
    for _ in range(STEPS):
        simulation.step()
        seen.append(simulation.state("A", "v"))
    return np.array(seen)


def theirs(pre: Any, post: Any, weight: Any, value: str) -> Any:
    b2 = pytest.importorskip("brian2")
    b2.prefs.codegen.target = "numpy"
    b2.start_scope()
    clock = b2.Clock(dt=0.1 * b2.ms)
    scope = {"tau": TAU * b2.ms, "R": R}
    cells = b2.NeuronGroup(
        N,
        "dv/dt = (-v + R * (drive + inflow)) / tau : 1\ndrive : 1\ninflow : 1",
        method="exact",
        clock=clock,
        namespace=scope,
    )
    cells.v = START
    cells.drive = DRIVE
    synapses = b2.Synapses(
        cells, cells, f"w : 1\ninflow_post = w * ({value}) : 1 (summed)", clock=clock
    )
    synapses.connect(i=pre, j=post)
    synapses.w = weight
    monitor = b2.StateMonitor(cells, "v", record=True, clock=clock, when="end")
    network = b2.Network(cells, synapses, monitor)
    network.run(STEPS * 0.1 * b2.ms, namespace=scope)
    return np.asarray(monitor.v).T


def test_gap_junctions() -> None:
    joined = Connectivity.from_dense(np.where(JOINED, 0.25, 0.0))
    here = ours(Projection("A", "A", joined, transmits=GapJunction()))
    pre, post = np.nonzero(JOINED | JOINED.T)
    there = theirs(pre, post, 0.25, "v_pre - v_post")
    assert here == pytest.approx(there, abs=1e-9)
    assert here[-1].std() < 0.5 * START.std()


def test_graded_synapses() -> None:
    carry = Graded("v", Logistic(threshold=0.5, width=0.8))
    here = ours(Projection("A", "A", Connectivity.from_dense(WIRED), transmits=carry))
    pre, post = np.nonzero(WIRED)
    formula = "1 / (1 + exp((0.5 - v_pre) / 0.8))"
    there = theirs(pre, post, WIRED[pre, post].astype(float), formula)
    assert here == pytest.approx(there, abs=1e-9)
    alone = ours(Projection("A", "A", Connectivity.empty(N, N), transmits=carry))
    assert np.abs(here - alone).max() > 0.1
