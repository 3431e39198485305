"""Other synapses and other weights while spikes are under way."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from tests.engine.networks import all_spikes, same_spikes, small_network
from tests.engine.refused import refuse, simulator


@pytest.mark.parametrize("late", [False, True])
def test_spikes_under_way_belong_to_the_synapse_they_left_through(late):
    delays = [1.0, 2.0] if late else 1.0
    network = Network(
        Population("S", 2, SpikeSource([0.5, 0.5, 3.0, 3.0], [0, 1, 0, 1])),
        Population("A", 2, LIF(v_rest=0.0, v_threshold=0.5, v_reset=0.0, t_ref=0.0)),
        Projection(
            "S",
            "A",
            Connectivity.from_edges([0, 1], [0, 1], n_pre=2, n_post=2),
            weight=1.0,
            delay=delays,
        ),
    )
    sim = Simulator(network, threads=2)
    sim.run(1.0)  # both spikes of 0.5 ms are under way
    sim.rewire("S->A", drop=[0], pre=[1], post=[0], weight=[1.0])
    assert sim.connectivity("S->A").nnz == 2
    sim.run(6.0)
    arrived = [
        (round(t, 1), i)
        for t, i in zip(sim.spikes("A").t.tolist(), sim.spikes("A").i.tolist(), strict=True)
    ]
    second = 2.6 if late else 1.6
    assert arrived[:2] == sorted([(1.6, 0), (second, 1)])
    # the spikes of 3 ms: neuron 0 no longer projects, neuron 1 reaches both
    assert {i for t, i in arrived[2:]} == {0, 1}
    assert len(arrived) == 4


def test_rewired_run_survives_a_checkpoint(tmp_path):
    network = small_network(np.random.default_rng(8), mode="clock")

    def go(sim, stop_and_save=None):
        sim.step(150)
        sim.rewire(
            "A->B", drop=np.arange(0, 100, 3), pre=[0, 1], post=[0, 1], weight=[5.0, 5.0]
        )
        sim.step(1)
        return sim

    whole = go(Simulator(network, seed=4))
    whole.step(149)
    first = go(Simulator(network, seed=4))
    first.save(tmp_path / "c")
    second = Simulator(network, seed=4, threads=2)
    second.restore(tmp_path / "c")
    second.step(149)
    assert same_spikes(all_spikes(whole), all_spikes(second))
    assert whole.connectivity("A->B") == second.connectivity("A->B")


REFUSED = {
    "rewired out of range": (
        lambda: simulator().rewire("A->B", drop=[1]),
        "drop: got 1",
    ),
    "grown out of range": (
        lambda: simulator().rewire("A->B", pre=[2], post=[0]),
        "pre: got 2",
    ),
    "grown NaN": (
        lambda: simulator().rewire("A->B", pre=[0], post=[0], weight=[np.nan]),
        "weight: got nan",
    ),
    "weights set to text": (
        lambda: simulator().set_weights("A->B", "a"),
        "weight: got 'a', wants a number",
    ),
    "weights set too large": (
        lambda: simulator().set_weights("A->B", [1e300]),
        "weight: got inf, wants finite numbers",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])


def test_delays_grow_but_where_traces_would_be_missing():
    from neurosparse.plasticity import PairSTDP

    rule = PairSTDP(0.1, 0.1, w_max=9.0)
    for plasticity in (None, rule):
        pair = Connectivity.from_edges(
            [0, 0], [0, 1], n_pre=1, n_post=3, delay_steps=[1, 4]
        )
        sim = Simulator(
            Network(
                Population("in", 1, SpikeSource(times=[0.5, 3.0], indices=[0, 0])),
                Population("out", 3, LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0)),
                Projection("in", "out", pair.with_weight(2.0), plasticity=plasticity),
            )
        )
        sim.step(7)  # one spike is under way to neuron 1
        more = {"pre": [0], "post": [2], "weight": 2.0, "delay": 6.0}
        if plasticity is not None:
            with pytest.raises(ValueError, match="at most 0.4 ms.*have a state"):
                sim.rewire("in->out", **more)
            continue
        sim.rewire("in->out", **more)
        assert sim.plan.history == 60
        sim.run(10.0)
        # the first spike had left before the third synapse came
        fired = sim.spikes("out")
        assert fired.step.tolist() == [7, 10, 32, 35, 91]
        assert fired.i.tolist() == [0, 1, 0, 1, 2]
