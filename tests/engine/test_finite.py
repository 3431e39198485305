"""A state that is no longer finite stops the run and says where."""

from dataclasses import dataclass

import numpy as np
import pytest

from neurosparse.engine import Every, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, Izhikevich, LIFCond, SpikeSource
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import AllToAll, OneToOne


def kicked(weight, **options):
    return Simulator(
        Network(
            Population("in", 1, SpikeSource([3.0], [0])),
            Population("quiet", 5, LIF()),
            Population("E", 3, Izhikevich()),
            Projection("in", "E", AllToAll(), weight=[0.0, weight, weight]),
        ),
        dt=1.0,
        **options,
    )


@pytest.mark.parametrize("weight", [1e3, 1e30])
def test_it_names_population_neuron_and_steps(weight):
    simulation = kicked(weight)
    words = r"E: (v|u) of neuron 1 became .* in a step from 0 to 19 \(1 more"
    with pytest.raises(FloatingPointError, match=words):
        simulation.run(20.0)
    assert simulation.now == 20
    assert simulation.spikes("in").step.tolist() == [3]


def test_it_is_found_on_the_way():
    simulation = kicked(1e3)
    with pytest.raises(FloatingPointError, match="from 0 to"):
        simulation.run(100_000.0, callbacks=[Every(500.0, lambda simulator: None)])
    assert simulation.now == 1000


def test_large_numbers_are_finite():
    simulation = Simulator(
        Network(Population("E", 20, LIF(v_threshold=1e308), initial={"v": 1e307}))
    )
    simulation.run(1.0)
    assert np.isfinite(simulation.state("E", "v")).all()


def test_a_start_outside_single_precision_is_refused():
    net = Network(Population("E", 2, LIF(), initial={"v": -1e300}))
    with pytest.raises(
        ValueError, match=r"E\.v: got 1e\+300, wants numbers within float32"
    ):
        Simulator(net, precision="float32")


@dataclass(frozen=True)
class Unbounded(PairSTDP):
    """A rule that weakens whatever the bound; its bounds are not looked at."""

    w_min = -np.inf

    def __post_init__(self):
        pass

    @staticmethod
    def on_pre(w, x, y, p):
        """Weaken always."""
        return w - 1.0


@pytest.mark.parametrize("written", [False, True])
def test_conductances_that_became_negative_are_told(written):
    rule = PairSTDP(0.1, 0.1, w_max=9.0) if written else Unbounded(0.1, 0.1, w_max=9.0)
    simulation = Simulator(
        Network(
            Population("in", 2, SpikeSource([1.0, 2.0], [1, 1])),
            Population("E", 2, LIFCond()),
            Projection("in", "E", OneToOne(), weight=1.5, plasticity=rule),
        )
    )
    if written:
        simulation.learning("in->E").weight[0] = -0.5
    words = rf"weight of synapse {0 if written else 1} became -0.5, but 'exc' of LIFCond"
    with pytest.raises(FloatingPointError, match=words):
        simulation.run(5.0)
