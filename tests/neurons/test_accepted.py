"""Whatever a model or a rule does not accept is refused, wherever it comes from."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFCond, SpikeSource
from neurosparse.neurons.accepted import check_weights, conductances
from neurosparse.plasticity import (
    DopamineSTDP,
    InhibitorySTDP,
    MultiplicativeSTDP,
    PairSTDP,
)
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import AllToAll, Normal, Uniform

WIRED = Connectivity.from_edges([0, 1], [0, 1], weight=[1.0, 2.0])


def net(model, wiring=WIRED, *more, **options):
    return Network(
        Population("in", 2, SpikeSource([], [])),
        Population("E", 2, model),
        Projection("in", "E", wiring, label="p", **options),
        *more,
    )


@pytest.mark.parametrize("receptor", [None, "exc", "inh"])
@pytest.mark.parametrize(
    "source",
    [
        lambda r: net(LIFCond(), receptor=r, weight=-30.0),
        lambda r: net(LIFCond(), receptor=r, weight=[1.0, -30.0]),
        lambda r: net(LIFCond(), WIRED.with_weight([1.0, -3.0]), receptor=r),
        lambda r: Simulator(net(LIFCond(), AllToAll(weight=-3.0), receptor=r)),
        lambda r: Simulator(net(LIFCond(), AllToAll(weight=Normal(-9, 1)), receptor=r)),
        lambda r: Simulator(net(LIFCond(), receptor=r, weight=Uniform(-3, -1))),
        lambda r: net(LIFCond(), WIRED, PoissonInput("E", 10.0, -1.0, receptor=r)),
        lambda r: net(LIFCond(), WIRED, PoissonInput("E", 10.0, [1.0, -1.0], receptor=r)),
        lambda r: Simulator(net(LIFCond(), receptor=r)).set_weights("p", -1.0),
        lambda r: Simulator(net(LIFCond(), receptor=r)).set_weights("p", [0.0, -1.0]),
        lambda r: Simulator(net(LIFCond(), receptor=r)).rewire(
            "p", pre=[0], post=[1], weight=-1.0
        ),
        lambda r: Population("E", 2, LIFCond(), initial={"g_exc": -1.0}),
    ],
)
def test_a_conductance_is_not_negative(source, receptor):
    with pytest.raises(ValueError, match="conductance"):
        source(receptor)


@pytest.mark.parametrize(
    "rule", [PairSTDP(0.1, 0.1, w_max=3.0), MultiplicativeSTDP(0.1, 0.1)]
)
def test_edits_keep_the_bounds_of_the_rule(rule):
    simulation = Simulator(net(LIF(), plasticity=rule))
    below = -7.0
    for edit in (
        lambda: simulation.set_weights("p", below),
        lambda: simulation.set_weights("p", [1.0, below]),
        lambda: simulation.rewire("p", pre=[0], post=[1], weight=below),
    ):
        with pytest.raises(ValueError, match="bounds of its"):
            edit()
    assert simulation.weights("p").tolist() == [1.0, 2.0]
    if hasattr(rule, "w_max"):
        with pytest.raises(ValueError, match="from 0 to 3"):
            simulation.set_weights("p", 5.0)
    simulation.set_weights("p", 3.0)


def test_rewiring_fills_in_nothing():
    simulation = Simulator(net(LIF()))
    with pytest.raises(ValueError, match="no weight for 1 new synapses"):
        simulation.rewire("p", pre=[1], post=[0])
    late = Simulator(net(LIF(), weight=2.0, delay=[0.1, 0.5]))
    with pytest.raises(ValueError, match="no delay for 1 new synapses"):
        late.rewire("p", pre=[1], post=[0])
    late.rewire("p", pre=[1], post=[0], delay=0.3)
    assert late.connectivity("p").delay_steps.tolist() == [1, 3, 5]
    assert late.weights("p").tolist() in ([2.0], [2.0, 2.0, 2.0])
    for given in ({"weight": 1.0}, {"delay_steps": 2}):
        both = WIRED.with_delay_steps([1, 2])
        with pytest.raises(ValueError, match="no (weight|delay) for"):
            both.with_edges([1], [0], **given)
    alike = Connectivity.from_edges([0, 1], [0, 1], weight=[2.0, 2.0])
    assert alike.with_edges([1], [0]).weights_array().tolist() == [2.0, 2.0, 2.0]


def test_what_is_accepted():
    assert conductances(LIFCond()) == ("exc", "inh")
    check_weights("w", np.array([-1.0, 1.0]), LIF(), "delta")
    check_weights("w", np.zeros(0), LIFCond(), None)
    with pytest.raises(ValueError, match="1e.300, wants finite"):
        check_weights("w", 1e300, LIF(), None)


@pytest.mark.parametrize(
    "rule",
    [
        PairSTDP(0.1, 0.1, w_max=5.0, w_min=-5.0),
        DopamineSTDP(w_min=-5.0),
        InhibitorySTDP(eta=0.1, rate=5.0, strongest=-5.0),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_a_rule_that_could_make_conductances_negative_is_refused(rule):
    start = 0.0 if isinstance(rule, InhibitorySTDP) else 1.0
    options = {"plasticity": rule, "weight": start}
    with pytest.raises(
        ValueError, match=r"w_min: got -5.0, wants 0 or more: 'inh' of LIFC"
    ):
        net(LIFCond(), receptor="inh", **options)
    Simulator(net(LIF(), **options))
