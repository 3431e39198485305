"""Networks as declarations: stimuli onto their targets, and what the parts refuse."""

import pytest

from neurosparse import (
    LIF,
    Connectivity,
    Network,
    PoissonInput,
    Population,
    Projection,
    Simulator,
)

PAIRS = Connectivity.from_edges([0, 1, 2], [2, 0, 1], n_pre=3, n_post=3)


def test_a_stimulus_of_one_s_own_is_taken_and_another_part_refused() -> None:
    class Wind:
        target = "E"

        def check(self, population: Population) -> None:
            assert population.n == 3

    network = Network(Population("E", 3, LIF()), Wind())
    assert len(network.stimuli) == 1
    with pytest.raises(TypeError, match="wants Population, Projection or Stimulus"):
        Network(Population("E", 3, LIF()), object())
    with pytest.raises(ValueError, match=r"pre: got 'e', wants one of E"):
        Network(Population("E", 3, LIF()), Projection("e", "E", PAIRS))


def test_one_stimulus_reaches_several_populations() -> None:
    together = PoissonInput(["E", "I"], rate=9000.0, weight=3.0)
    alone = [PoissonInput(name, rate=9000.0, weight=3.0) for name in ("E", "I")]
    records = []
    for stimuli in ([together], alone):
        net = Network(Population("E", 30, LIF()), Population("I", 7, LIF()), *stimuli)
        assert [s.target for s in net.stimuli] == ["E", "I"]
        sim = Simulator(net)
        sim.run(20.0)
        for stimulus in stimuli:
            sim.set_rate(stimulus, 20_000.0)
        sim.run(20.0)
        spikes = [sim.spikes(name) for name in ("E", "I")]
        records.append([(s.step.tolist(), s.i.tolist()) for s in spikes])
    assert records[0] == records[1]
    assert min(len(step) for step, _ in records[0]) > 10


def test_one_of_several_targets_is_unknown() -> None:
    with pytest.raises(ValueError, match=r"PoissonInput\.target: .*'Y'"):
        Network(Population("E", 3, LIF()), PoissonInput(["E", "Y"], 9.0, 1.0))
