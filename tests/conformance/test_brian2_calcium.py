"""The calcium rule beside Brian2, which integrates it in small steps."""

import numpy as np
import pytest

from neurosparse import LIF, Network, OneToOne, Population, Projection, Simulator
from neurosparse.neurons import SpikeSource
from neurosparse.plasticity import GraupnerBrunel

b = pytest.importorskip("brian2")
pytestmark = pytest.mark.filterwarnings(
    r"ignore:.*deprecated(,| -) use :DeprecationWarning"
)


@pytest.fixture(autouse=True)
def restored_clock():
    """Leave Brian2's clock to other tests as it was."""
    dt, target = b.defaultclock.dt, b.prefs.codegen.target
    yield
    b.defaultclock.dt, b.prefs.codegen.target = dt, target


def test_the_same_weights_as_in_brian2() -> None:
    ms = b.ms
    b.prefs.codegen.target = "numpy"
    b.start_scope()
    b.defaultclock.dt = 0.02 * ms
    rng = np.random.default_rng(4)
    times = [np.sort(rng.choice(np.arange(5, 200), 15, replace=False)) for _ in range(2)]
    pre = b.SpikeGeneratorGroup(1, np.zeros(15, int), times[0] * ms)
    post = b.SpikeGeneratorGroup(1, np.zeros(15, int), times[1] * ms)
    synapses = b.Synapses(
        pre,
        post,
        """dc/dt = -c / (20 * ms) : 1 (clock-driven)
           dr/dt = (321.808 * (1 - r) * int(c > 1.3) - 200 * r * int(c > 1)
                    - r * (1 - r) * (0.5 - r)) / (5000 * ms) : 1 (clock-driven)""",
        on_pre="c += 1",
        on_post="c += 2",
        method="euler",
    )
    synapses.connect()
    synapses.r = 0.5
    b.Network(pre, post, synapses).run(210 * ms)
    rule = GraupnerBrunel(w_max=1.0, tau=5000.0)
    network = Network(
        Population("S", 1, SpikeSource(times[0], np.zeros(15, int))),
        Population("K", 1, SpikeSource(times[1] - 0.1, np.zeros(15, int))),
        Population("A", 1, LIF(v_rest=0.0, v_threshold=9.0, v_reset=0.0, t_ref=0.0)),
        Projection("K", "A", OneToOne(), weight=1e3),
        Projection("S", "A", OneToOne(), weight=0.5, plasticity=rule),
    )
    with Simulator(network) as simulator:
        simulator.run(210.0)
        np.testing.assert_allclose(simulator.spikes("A").t, times[1])
        weight = float(simulator.weights("S->A")[0])
        calcium = float(simulator.learning("S->A").variables["calcium"][0])
    assert abs(weight - 0.5) > 0.05
    assert weight == pytest.approx(float(synapses.r[0]), abs=3e-3)
    assert calcium == pytest.approx(float(synapses.c[0]), rel=1e-2)
