"""Layouts of projections: one delay or many, bit matrices or rows, what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import VISUAL_CORTEX, MultiplicativeSTDP, PairSTDP, TripletSTDP
from tests.engine.networks import all_spikes, random_connectivity, same_spikes
from tests.engine.refused import ONE, RULE, net, refuse


@pytest.mark.parametrize("mode", ["clock", "auto"])
@pytest.mark.parametrize("where", ["wiring", "projection"])
def test_an_array_of_equal_delays_is_one_delay(mode, where):
    wire = random_connectivity(np.random.default_rng(2), 20, 70, 0.3)
    steps = np.full(wire.nnz, 15, np.uint8)
    late = np.full(wire.nnz, 1.5)
    sims = []
    for many in (True, False):
        delay = (late if many else 1.5) if where == "projection" else None
        given = wire.with_delay_steps(steps if many else 15)
        parts = (
            Population("S", 20, PoissonSource(200.0)),
            Population("E", 70, LIF(), mode=mode),
        )
        sims.append(
            Simulator(
                Network(*parts, Projection("S", "E", given, weight=9.0, delay=delay)),
                seed=1,
            )
        )
        sims[-1].run(60.0)
    assert same_spikes(*(all_spikes(sim) for sim in sims))
    assert len(sims[0].spikes("E")) > 20


def test_bit_matrix_equals_rows():
    rng = np.random.default_rng(6)
    dense = rng.random((300, 333)) < 0.1
    model = LIF(v_rest=0.0, v_threshold=4.0, v_reset=0.0, tau_mem=10.0)
    results = []
    for scale in (1.0, np.ones(dense.sum())):
        network = Network(
            Population("S", 300, PoissonSource(400.0)),
            Population("A", 333, model, mode="clock"),
            Projection(
                "S",
                "A",
                Connectivity.from_dense(dense.astype(np.float32)),
                weight=0.5 * scale,
                delay=1.0,
            ),
        )
        sim = Simulator(network, seed=1, threads=2)
        sim.run(50.0)
        results.append(sim)
    bits, rows = results
    assert bits.plan.synapses["S->A"].bits is not None
    assert rows.plan.synapses["S->A"].bits is None
    assert same_spikes(all_spikes(bits), all_spikes(rows))
    assert (
        bits.connectivity("S->A").topology_hash()
        == rows.connectivity("S->A").topology_hash()
    )
    assert bits.spikes("A").i.size > 300


class Turned:
    """A rule that mixes up the sides."""

    def build(self, n_pre, n_post, rng):
        return Connectivity.empty(n_post, n_pre)


REFUSED = {
    "connectivity turned": (lambda: net(ONE.transpose()), r"shape \(3, 2\).*\[2, 3\]"),
    "rule turned": (
        lambda: Simulator(net(Turned())),
        r"A->B.wiring: got shape \(3, 2\).*\[2, 3\]",
    ),
    "weights too many": (lambda: Simulator(net(weight=[1.0, 2.0])), r"A->B.weight.*\[1\]"),
    "weights square": (
        lambda: Simulator(net(weight=np.ones((1, 1)))),
        r"A->B.weight.*\[1\]",
    ),
    "delays too many": (lambda: Simulator(net(delay=[1.0, 2.0])), r"A->B.delay.*\[1\]"),
    "delay fraction": (
        lambda: Simulator(net(delay=0.25)),
        "A->B.delay: got 0.25 ms.*for example 0.2 or 0.3",
    ),
    "delay beyond the ring": (lambda: Simulator(net(delay=1e6)), "at most 65535 steps"),
    "delay without end": (
        lambda: Simulator(net(delay=1e9)),
        "A->B.delay: got 10000000000 steps, wants at most 65535",
    ),
    "delay beyond int64": (
        lambda: Simulator(net(delay=1e300)),
        "A->B.delay: got 1e[+]300 ms, wants fewer than 2.62",
    ),
    "weight too large": (
        lambda: Simulator(net(weight=1e300)),
        "A->B.weight: got 1e.300.*float32",
    ),
    "weight of another sign": (
        lambda: Simulator(net(weight=-0.5, plasticity=RULE)),
        "A->B.weight: got -0.5 .* 0 to 1",
    ),
    "weight above the rule": (
        lambda: Simulator(net(weight=[1.5], plasticity=RULE)),
        "got 1.5 at position 0.*PairSTDP",
    ),
    "weight negative, multiplied": (
        lambda: Simulator(
            net(weight=-0.5, plasticity=MultiplicativeSTDP(0.1, 0.1, mu=0.4))
        ),
        "A->B.weight: got -0.5 at position 0, wants weights from 0 to inf, "
        "the bounds of its MultiplicativeSTDP",
    ),
    "dt above the rule's tau": (
        lambda: Simulator(net(plasticity=PairSTDP(0.1, 0.1, w_max=1.0, tau_plus=0.05))),
        "A->B.plasticity.tau_plus: got 0.05 ms, wants at least dt",
    ),
    "dt above the fit's tau": (
        lambda: Simulator(
            net(plasticity=TripletSTDP(w_max=1.0, fit=replace(VISUAL_CORTEX, tau_y=0.05)))
        ),
        "A->B.plasticity.tau_y: got 0.05 ms, wants at least dt",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])
