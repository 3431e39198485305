"""Delta input is lost while a neuron is refractory and in the step in which it fires, for all."""

import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import (
    LIF,
    DendriticLIF,
    DendriticSegment,
    Izhikevich,
    PoiraziMel,
    SpikeSource,
)
from neurosparse.wiring import OneToOne

DT = 0.1
LEVELS = {"v_rest": 0.0, "v_threshold": 1.0, "v_reset": 0.0}
# what fires in step 4 by a spike of step 3
MODELS = {
    "LIF": (lambda t_ref: LIF(**LEVELS, t_ref=t_ref), "delta", 2.0),
    "Izhikevich": (lambda t_ref: Izhikevich(t_ref=t_ref), "delta", 120.0),
    "DendriticLIF": (lambda t_ref: DendriticLIF(**LEVELS, t_ref=t_ref), "delta", 2.0),
    "PoiraziMel": (lambda t_ref: PoiraziMel(**LEVELS, t_ref=t_ref), "delta", 2.0),
    "DendriticSegment": (
        lambda t_ref: DendriticSegment(threshold=1.0, t_ref=t_ref),
        None,
        2.0,
    ),
}


def outcome(name, t_ref, steps):
    make, receptor, weight = MODELS[name]
    times = [step * DT for step in (3, *steps)]
    net = Network(
        Population("in", 1, SpikeSource(times, [0] * len(times))),
        Population("out", 1, make(t_ref)),
        Projection("in", "out", OneToOne(), weight=weight, receptor=receptor),
    )
    simulation = Simulator(net, dt=DT)
    simulation.run(3.0)
    state = [simulation.state("out", k).tolist() for k in make(t_ref).State._fields]
    return simulation.spikes("out").step.tolist(), state


@pytest.mark.parametrize("pause", [0, 1, 2, 10])
@pytest.mark.parametrize("name", MODELS)
def test_it_is_lost_until_the_pause_is_over(name, pause):
    t_ref = pause * DT
    alone = outcome(name, t_ref, [])
    assert alone[0] == [4]
    end = 4 + max(pause, 1)
    for step in range(4, end):
        assert outcome(name, t_ref, [step]) == alone
    spikes, _ = outcome(name, t_ref, [end])
    assert spikes == [4, end + 1]
