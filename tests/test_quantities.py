"""Quantities with units are refused by name, wherever a number enters."""

import pytest
import quantities as pq

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator, Structural
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFCond, PoissonSource, SpikeSource
from neurosparse.plasticity import Dopamine, Oja, PairSTDP
from neurosparse.stimuli import OUCurrent, PoissonInput, StepCurrent
from neurosparse.wiring import Bernoulli, FromData, Gaussian, Normal, OneToOne

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
    "rule of traces": lambda q: PairSTDP(0.1, 0.1, w_max=1.0, tau_plus=q),
    "rule between steps": lambda q: Dopamine("E->E", tau=q),
    "learning rate": lambda q: Oja(q),
    "structural": lambda q: Structural("E->E", delay=q),
    "matrix": lambda q: Connectivity.from_dense([[q, q]]),
    "data": lambda q: FromData([[q, q]]),
    "falloff": lambda q: Gaussian(0.1, q),
    "places": lambda q: Population.at("E", [[q, q]], LIF()),
    "state": lambda q: Simulator(net()).set_state("E", "v", q),
    "parameter": lambda q: Simulator(net()).set_parameters("E", v_rest=q),
    "period": lambda q: Every(q, print),
    "condition": lambda q: Simulator(net()).run_until(lambda s: True, every=q),
    "rewire": lambda q: Simulator(net()).rewire("E->E", pre=[0], post=[1], weight=q),
}


class Unwilling:
    """A quantity of a package that makes no number of what has a dimension, as pint."""

    dimensionality = "[time]"

    def __float__(self):
        raise ValueError("cannot convert from 'millisecond' to 'dimensionless'")

    __int__ = __bool__ = __index__ = __float__


@pytest.mark.parametrize("quantity", [brian, lambda: 20 * pq.ms, Other, Unwilling])
@pytest.mark.parametrize("place", PLACES)
def test_refused(place, quantity):
    with pytest.raises(TypeError, match="without a unit"):
        PLACES[place](quantity())


def test_the_factor_is_named():
    with pytest.raises(TypeError, match=r"write tau_mem / brian2.ms \(1 ms = 0.001 s\)"):
        LIF(tau_mem=brian())
    import brian2

    assert LIF(tau_mem=brian() / brian2.ms).tau_mem == 20.0
