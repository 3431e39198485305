"""Quantities with units are refused by name, wherever a number enters."""

import pytest
import quantities as pq

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFCond, PoissonSource, SpikeSource
from neurosparse.stimuli import OUCurrent, PoissonInput, StepCurrent
from neurosparse.wiring import Bernoulli, Normal, OneToOne

# Brian2 2.9 calls pyparsing by names that newer pyparsing announces to drop
pytestmark = pytest.mark.filterwarnings(
    r"ignore:.*deprecated(,| -) use :DeprecationWarning"
)


def brian():
    import brian2

    return 20 * brian2.ms


class Other:
    """A quantity of some other package."""

    units = "ms"

    def __float__(self):
        return 20.0


def net(**options):
    return Network(Population("E", 2, LIF()), Projection("E", "E", OneToOne(), **options))


PLACES = {
    "model": lambda q: LIF(tau_mem=q),
    "list": lambda q: LIF(tau_mem=[q, q]),
    "voltage": lambda q: LIF(v_threshold=q),
    "conductance": lambda q: LIFCond(g_leak=q),
    "initial": lambda q: Population("E", 2, LIF(), initial={"v": q}),
    "delay": lambda q: net(delay=q),
    "weight": lambda q: net(weight=q),
    "rule": lambda q: Bernoulli(0.1, weight=q),
    "draw": lambda q: Normal(q, 1.0),
    "connectivity": lambda q: Connectivity.from_edges([0], [0], weight=[q]),
    "times": lambda q: SpikeSource([q], [0]),
    "rate": lambda q: PoissonSource(q),
    "input": lambda q: PoissonInput("E", q, 1.0),
    "amplitude": lambda q: StepCurrent("E", q),
    "start": lambda q: StepCurrent("E", 1.0, start=q),
    "noise": lambda q: OUCurrent("E", 1.0, tau=q),
    "dt": lambda q: Simulator(net(), dt=q),
    "run": lambda q: Simulator(net()).run(q),
    "set": lambda q: Simulator(net()).set_weights("E->E", q),
    "rewire": lambda q: Simulator(net()).rewire("E->E", pre=[0], post=[1], weight=q),
}


@pytest.mark.parametrize("quantity", [brian, lambda: 20 * pq.ms, Other])
@pytest.mark.parametrize("place", PLACES)
def test_refused(place, quantity):
    with pytest.raises(TypeError, match="without a unit"):
        PLACES[place](quantity())


def test_the_factor_is_named():
    with pytest.raises(TypeError, match=r"write tau_mem / brian2.ms \(1 ms = 0.001 s\)"):
        LIF(tau_mem=brian())
    import brian2

    assert LIF(tau_mem=brian() / brian2.ms).tau_mem == 20.0
