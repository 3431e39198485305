"""Segments and somata: a threshold decides what the same distal input does to the spikes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.engine.naive import simulate_naive
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import (
    LIF,
    DendriticLIF,
    DendriticSegment,
    PoiraziMel,
    SpikeSource,
    branch_response,
)
from neurosparse.sdr import SDR
from neurosparse.stimuli import PoissonInput
from tests.neurons.harness import after_one_spike, alone

DT = 0.1


def connect(pre, post, shape, weight=1.0):
    return Connectivity.from_edges(
        pre, post, n_pre=shape[0], n_post=shape[1], weight=weight
    )


def network(overlap, threshold, push=14.0, soma=None, proximal=12.0):
    """20 cells fire at 1.0 ms, `overlap` of them onto the only segment (and 20 silent); input
    follows at 3.0 ms.
    """
    onto = np.r_[:overlap, 20:40]
    synapses = connect(onto, np.zeros(len(onto), int), (40, 1))
    return Network(
        Population("cells", 40, SpikeSource(np.full(20, 1.0), np.arange(20))),
        Population("input", 1, SpikeSource([3.0], [0])),
        Population("segments", 1, DendriticSegment(threshold=threshold)),
        Population("somata", 1, soma or DendriticLIF(drop=5.0)),
        Projection("cells", "segments", synapses),
        Projection("segments", "somata", connect([0], [0], (1, 1)), receptor="dendrite"),
        Projection("input", "somata", connect([0], [0], (1, 1), proximal)),
    )


def spikes(net, ms=80.0, **options):
    sim = Simulator(net, dt=DT, **options)
    sim.run(ms)
    records = {name: sim.spikes(name) for name in net.populations}
    return {
        name: list(zip(r.step.tolist(), r.i.tolist(), strict=True))
        for name, r in records.items()
    }


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_same_distal_input_fires_the_soma_only_above_the_segments_threshold(precision):
    """12 mV of proximal input alone do not reach the threshold 15 mV away; a dendritic spike brings
    it to 10 mV.
    """
    above, at, below = (spikes(network(n, 8), precision=precision) for n in (9, 8, 7))
    assert above["segments"] == at["segments"] == [(11, 0)]
    assert above["somata"] == at["somata"] == [(31, 0)]
    assert below["segments"] == below["somata"] == []
    assert above["cells"] == below["cells"]
    linear = spikes(
        network(7, 7)
    )  # the input that was too little is enough for another threshold
    assert linear["somata"] == [(31, 0)]


@pytest.mark.parametrize("overlap", [7, 8])
@pytest.mark.parametrize(
    "soma", [DendriticLIF(drop=5.0), DendriticLIF(drop=0.0, push=16.0, plateau=30.0)]
)
def test_the_engine_follows_the_naive_law(overlap, soma):
    net = network(overlap, 8, soma=soma)
    naive = simulate_naive(net, DT, 0, 800)
    assert spikes(net) == naive
    assert bool(naive["somata"]) == (overlap == 8)


def test_a_plateau_lasts_as_long_as_stated():
    """The voltage approaches rest + push while it lasts and rest afterwards, as the closed form
    says.
    """
    model = DendriticLIF(push=10.0, drop=0.0, plateau=30.0, tau_mem=20.0)
    v = after_one_spike(model, 1.0, 60.0, "dendrite")
    t = DT * np.arange(len(v))
    rising = -65.0 + 10.0 * (1 - np.exp(-t / 20.0))
    falling = -65.0 + 10.0 * (1 - np.exp(-1.5)) * np.exp(-(t - 30.0) / 20.0)
    np.testing.assert_allclose(v, np.where(t <= 30.0 + 1e-9, rising, falling), atol=1e-9)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_second_dendritic_spike_begins_the_plateau_anew(precision):
    sim = alone(
        DendriticLIF(plateau=5.0), 3, {"arrived": [1.0, 1.0, 0.0]}, precision=precision
    )
    steps = 0
    for step in range(100):
        if step == 20:
            sim.plan.groups["a"].row("arrived")[1] = 1.0
        sim.step()
        steps = steps + (sim.state("a", "plateau") > 0.05)
    assert (steps + 1).tolist() == [50, 70, 1]  # in the last update nothing is left


def test_synapses_must_act_together():
    """Twice 6 synapses count as 12 at once, and as 6 + 6 exp(-Δ/tau) when Δ ms lie between."""
    for gap, fires in ((0.0, True), (1.0, True), (2.0, False)):
        times = np.repeat([1.0, 1.0 + gap], 6)
        net = Network(
            Population("cells", 12, SpikeSource(times, np.arange(12))),
            Population("segments", 1, DendriticSegment(threshold=10.5, tau=5.0)),
            Projection(
                "cells", "segments", connect(np.arange(12), np.zeros(12, int), (12, 1))
            ),
        )
        assert (
            bool(spikes(net, 20.0)["segments"])
            == fires
            == (6 + 6 * np.exp(-gap / 5.0) >= 10.5)
        )


def out_of_reach(threshold, *more):
    synapses = connect([0, 1, 2, 0], [0, 0, 0, 1], (3, 2), [1.0, 1.0, -4.0, 1.0])
    segments = Population("segments", 2, DendriticSegment(threshold=threshold))
    return Network(
        Population("cells", 3, LIF()),
        segments,
        Projection("cells", "segments", synapses),
        *more,
    )


def test_thresholds_that_no_segment_can_reach_are_told_with_their_numbers():
    with pytest.warns(
        UserWarning,
        match="synapses of segment 0, the nearest, add 2, its threshold is 3; lower",
    ):
        Simulator(out_of_reach(3.0), dt=DT)
    with pytest.warns(
        UserWarning, match="segment 1, the nearest, add 1, its threshold is 1.5"
    ):
        Simulator(out_of_reach(np.array([3.0, 1.5])), dt=DT)


def test_thresholds_within_reach_or_driven_otherwise_are_not_told():
    Simulator(out_of_reach(2.0), dt=DT)  # warnings are errors here
    Simulator(out_of_reach(np.array([9.0, 1.0])), dt=DT)
    Simulator(out_of_reach(3.0, PoissonInput("segments", rate=10.0, weight=3.0)), dt=DT)


@settings(max_examples=15)
@given(st.integers(1, 18), st.integers(0, 2**31))
def test_segments_fire_exactly_where_the_overlap_reaches_the_threshold(threshold, seed):
    rng = np.random.default_rng(seed)
    cells = SDR.random(60, 0.3, rng)
    rows = [SDR.random(60, 0.3, rng) for _ in range(5)]
    pre = np.concatenate([r.indices for r in rows])
    post = np.repeat(np.arange(5), [len(r) for r in rows])
    net = Network(
        Population("cells", 60, SpikeSource(np.zeros(len(cells)), cells.indices)),
        Population("segments", 5, DendriticSegment(threshold=float(threshold))),
        Projection("cells", "segments", connect(pre, post, (60, 5))),
    )
    expected = [i for i, row in enumerate(rows) if row.overlap(cells) >= threshold]
    assert [i for _, i in spikes(net, 1.0, precision="float32")["segments"]] == expected


def test_a_dendritic_soma_without_dendrites_is_lif():
    start = {"v": np.linspace(-66, -49, 50), "jump": np.linspace(-3, 3, 50)}
    one, other = (alone(model(i_ext=30.0), 50, start) for model in (LIF, DendriticLIF))
    for sim in (one, other):
        sim.run(100.0)
    np.testing.assert_array_equal(one.spikes("a").step, other.spikes("a").step)
    assert len(one.spikes("a").step) > 50


def test_refusals():
    with pytest.raises(ValueError, match="threshold"):
        DendriticSegment(threshold=0)
    with pytest.raises(ValueError, match=r"plateau.*multiple of dt"):
        Simulator(Network(Population("a", 1, DendriticLIF(plateau=0.25))), dt=0.1)
    with pytest.raises(ValueError, match="power"):
        PoiraziMel(power=-1.0)
    with pytest.raises(ValueError, match="threshold, power"):
        branch_response([1], 0, 2)
    with pytest.raises(ValueError, match="dendrit"):
        Network(
            Population("a", 1, LIF()),
            Population("b", 1, LIF()),
            Projection("a", "b", connect([0], [0], (1, 1)), receptor="dendrite"),
        )
