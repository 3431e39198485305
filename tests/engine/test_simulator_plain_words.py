"""What is easily asked for and cannot be meant gets a clear answer."""

import copy
import pickle

import numpy as np
import pytest

from neurosparse.engine import Every, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFCond, SpikeSource
from neurosparse.stimuli import OUCurrent
from neurosparse.wiring import OneToOne


def simulation(**options):
    return Simulator(Network(Population("E", 3, LIF())), **options)


REFUSED = {
    "an array for an answer": (
        lambda: simulation().run_until(lambda s: s.state("E", "v") > 5),
        "condition: got an array of bool",
    ),
    "a number for a path": (lambda: simulation(store=5), "store: got 5, wants a path"),
    "words for neurons": (lambda: SpikeSource([1.0], ["a"]), "SpikeSource.indices"),
    "a copy": (lambda: copy.deepcopy(simulation()), "save"),
    "a pickle": (lambda: pickle.dumps(simulation()), "save"),
    "true neurons": (lambda: Population("E", True, LIF()), "Population.n: got True"),
    "true steps": (lambda: simulation().step(True), "n: got True"),
    "no population": (lambda: Network(), "no population"),
    "a label that is none": (
        lambda: Projection("E", "E", OneToOne(), label=3),
        "Projection.label: got 3",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    ask, words = REFUSED[case]
    with pytest.raises((TypeError, ValueError), match=words):
        ask()


def test_parts_of_a_network_are_read_only():
    net = Network(Population("E", 3, LIF()))
    with pytest.raises(TypeError, match="item assignment"):
        net.populations["X"] = Population("X", 3, LIF())
    assert pickle.loads(pickle.dumps(net)).populations["E"].n == 3


def test_a_run_that_a_callback_closes_ends():
    sim = simulation()
    sim.run(10.0, callbacks=[Every(1.0, lambda s: s.close())])
    assert sim.now == 10


def test_volts_and_seconds_are_asked_about():
    with pytest.warns(UserWarning, match=r"LIF.v_rest = -0.065 mV: are volts meant"):
        LIF(v_rest=-0.065)
    with pytest.warns(UserWarning, match="dt = 0.0001 ms: are seconds meant"):
        simulation(dt=0.0001)
    with pytest.warns(UserWarning, match=r"LIFCond.e_inh = -0.08 mV: are volts meant"):
        LIFCond(e_inh=-0.08)
    with pytest.warns(UserWarning, match=r"initial\['v'\] = -0.06 mV: are volts meant"):
        Population("E", 3, LIF(), initial={"v": [-60.0, -60.0, -0.06]})
    with pytest.warns(UserWarning, match=r"OUCurrent.tau = 0.005 ms .* are seconds meant"):
        Simulator(Network(Population("E", 3, LIF()), OUCurrent("E", 1.0, tau=0.005)))
    with pytest.warns(UserWarning, match=r"E.t_ref = 0.04 ms is shorter than a step"):
        Simulator(Network(Population("E", 3, LIF(t_ref=np.array([0.04, 1.0, 0.0])))))


@pytest.mark.parametrize("late", [1e4, 4e5])
def test_late_times_between_steps_are_told(late):
    def spike(time):
        Simulator(Network(Population("S", 1, SpikeSource([time], [0]))))

    with pytest.warns(UserWarning, match=r"S.times: times were rounded .* 0.04 of a step"):
        spike(late + 0.004)
    # sums of decimals, and what single precision leaves of them, lie on the grid
    spike(late + 0.1 + 0.2)
    spike(float(np.float32(1e4 + 0.1)))
