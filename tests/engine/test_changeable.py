"""What users and callbacks change between steps: states, and inputs of closed loops."""

import numpy as np
import pytest

from neurosparse.engine import Every, OnDevice, Simulator
from neurosparse.engine.changes import choose
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import AllToAll

N = 130


@pytest.mark.parametrize("mode", ["clock", "event"])
@pytest.mark.parametrize("neurons", [None, [3, 70], slice(0, N, 7), np.arange(N) % 3 == 0])
def test_a_state_that_is_set(mode, neurons):
    simulator = Simulator(Network(Population("E", N, LIF(), mode=mode)), threads=2)
    simulator.run(300.0)
    simulator.set_state("E", "v", -45.0, neurons)
    chosen = choose("neurons", neurons, N)
    assert (simulator.state("E", "v", neurons) == -45.0).all()
    simulator.run(5.0)
    # they fired above the threshold, once, and no other did
    assert simulator.spikes("E").i.tolist() == chosen.tolist()
    assert set(simulator.spikes("E").step.tolist()) == {3000}


def test_closed_loop_by_a_callback():
    """A controller of the rate finds the drive that gives it, whatever the chunks."""
    drive = PoissonInput("E", 1000.0, 30.0)
    rates = []

    def control(simulator):
        tally = simulator.tally("controller", "E")
        if tally is not None:
            rates.append(tally.counts.sum() / N / 0.02)
            asked = simulator.plan.stimuli[0].rate + (20.0 - rates[-1])
            simulator.set_rate(drive, max(float(asked), 0.0))

    simulator = Simulator(Network(Population("E", N, LIFExp()), drive))
    simulator.run(1500.0, callbacks=[Every(20.0, control)])
    assert rates[0] > 100.0
    assert abs(np.mean(rates[-30:]) - 20.0) < 3.0


def test_changes_reach_a_gpu():
    pytest.importorskip("triton")
    quick = LIF(v_rest=0.0, v_threshold=2.0, v_reset=0.0)
    counts = {}
    for backend in ("cpu", OnDevice(programs=1, chunk=9)):
        simulator = Simulator(
            Network(
                Population("in", 20, PoissonSource(0.0)),
                Population("E", 30, quick),
                Projection("in", "E", AllToAll(), weight=0.25),
            ),
            backend=backend,
        )
        simulator.run(1.0)
        simulator.set_rate("in", 2000.0)
        simulator.run(1.0)
        simulator.set_parameters("E", v_threshold=0.5)
        simulator.set_state("E", "v", 0.25, slice(15))
        simulator.run(1.0)
        record = simulator.spikes("E")
        counts[str(backend)] = (record.step.tolist(), record.i.tolist())
    on_cpu, on_gpu = counts.values()
    assert on_cpu == on_gpu
    assert len(on_cpu[0]) >= 30
