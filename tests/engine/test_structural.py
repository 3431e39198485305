"""Synapses that go and come while the network runs."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Below, Every, PairRates, Share, Simulator, Structural
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource, SpikeSource
from neurosparse.plasticity import PairSTDP
from neurosparse.rewiring import (
    Best,
    Chance,
    EdgeCorrelation,
    Likely,
    Lowest,
    PairCorrelation,
)
from neurosparse.wiring import FixedInDegree

QUIET = LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0, tau_mem=10.0)


def network(rates=40.0, plasticity=None, late=False, weight=None):
    rng = np.random.default_rng(0)
    dense = rng.random((60, 40)) < 0.2
    pre, post = np.nonzero(dense)
    weights = rng.uniform(0.2, 2.0, len(pre)) if weight is None else np.float32(weight)
    delay = rng.integers(0, 20, len(pre)) if late else 12
    wiring = Connectivity.from_edges(
        pre, post, n_pre=60, n_post=40, weight=weights, delay_steps=delay
    )
    return Network(
        Population("S", 60, PoissonSource(rates)),
        Population("A", 40, QUIET),
        Projection("S", "A", wiring, plasticity=plasticity),
        Projection("A", "A", FixedInDegree(5, weight=0.5, delay_steps=3)),
    )


def keys(c):
    pre, post = c.edges()
    return pre.astype(int) * c.n_post + post


RULES = {
    "share": Structural("S->A", Share(0.13), weight=0.7),
    "below": Structural("S->A", Below(0.5), weight=1.0),
    "rates": Structural("S->A", Share(0.2), grow=Likely(PairRates()), weight=0.7, bin=50.0),
    "correlated": Structural(
        "S->A",
        Share(0.2),
        Lowest(EdgeCorrelation()),
        Best(PairCorrelation()),
        weight=0.7,
        bin=5.0,
    ),
}


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_counts_are_exact_and_others_are_left_alone(rule, late):
    sim = Simulator(network(late=late), seed=1)
    rule = replace(rule, delay=0.5) if late else rule
    other = sim.plan.synapses["A->A"]
    kept = [getattr(other, name) for name in ("indptr", "indices", "weight", "segments")]
    nnz = sim.connectivity("S->A").nnz
    before = keys(sim.connectivity("S->A"))
    seen = []

    def look(s):
        c = s.connectivity("S->A")
        c.validate()
        seen.append((c.nnz, len(np.unique(keys(c)))))

    sim.run(400.0, callbacks=[Every(50.0, rule), Every(50.0, look)])
    assert seen == [(nnz, nnz)] * 8
    assert all(
        a is getattr(other, name)
        for a, name in zip(kept, ("indptr", "indices", "weight", "segments"), strict=True)
    )
    assert len(np.setdiff1d(before, keys(sim.connectivity("S->A")))) > 20
    assert sim.spikes("A").i.size > 100


def test_what_is_weak_goes_and_what_is_strong_stays():
    sim = Simulator(network(), seed=1)
    old = sim.connectivity("S->A")
    weak = old.weights_array() < 0.5
    Structural("S->A", Below(0.5), weight=1.25)(sim)
    new = sim.connectivity("S->A")
    assert weak.sum() > 20
    strong = dict(
        zip(keys(old)[~weak].tolist(), old.weights_array()[~weak].tolist(), strict=True)
    )
    now = dict(zip(keys(new).tolist(), new.weights_array().tolist(), strict=True))
    assert strong.items() <= now.items()
    added = [w for key, w in now.items() if key not in strong]
    assert len(added) == weak.sum()
    # one that goes and comes back at once stays as it was
    assert set(added) - {1.25} <= set(old.weights_array()[weak].tolist())


def test_pruning_lets_them_go_for_good():
    sim = Simulator(network(), seed=1)
    nnz = sim.connectivity("S->A").nnz
    sim.run(30.0, callbacks=[Every(10.0, Structural("S->A", Share(0.5), grow=None))])
    left = nnz
    for _ in range(3):
        left -= round(left / 2)
    assert sim.connectivity("S->A").nnz == left
    Structural("S->A", Share(1.0), grow=None)(sim)
    sim.run(10.0)
    assert sim.connectivity("S->A").nnz == 0


def test_one_weight_for_all_stays_one_weight():
    sim = Simulator(network(weight=0.5), seed=1)
    Structural("S->A", Share(0.3))(sim)
    assert sim.plan.synapses["S->A"].weight.size == 1
    assert np.ndim(sim.connectivity("S->A").weight) == 0


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("learns", [False, True])
def test_seed_decides_and_threads_chunks_and_checkpoints_do_not(rule, learns, tmp_path):
    plasticity = PairSTDP(0.1, 0.1, w_max=2.0) if learns else None
    calls = [Every(50.0, rule)]

    def begun(threads, duration, seed=1):
        sim = Simulator(network(plasticity=plasticity), seed=seed, threads=threads)
        sim.run(duration, callbacks=calls)
        return sim

    whole = begun(1, 300.0)
    first = begun(2, 113.0)
    other = begun(1, 300.0, seed=2)
    first.save(tmp_path / "c")
    second = Simulator(network(plasticity=plasticity), seed=1, threads=3)
    second.restore(tmp_path / "c")
    second.run(187.0, callbacks=[*calls, Every(7.0, lambda s: None)])
    assert whole.connectivity("S->A") == second.connectivity("S->A")
    assert whole.weights("S->A").tobytes() == second.weights("S->A").tobytes()
    assert np.array_equal(whole.spikes("A").i, second.spikes("A").i)
    assert np.array_equal(whole.spikes("A").step, second.spikes("A").step)
    assert whole.connectivity("S->A") != other.connectivity("S->A")


def test_activity_draws_synapses():
    """Half of the sources are silent: growth by rate goes to the others, growth by chance to
    all.
    """
    rates = np.repeat([80.0, 0.0], 30)

    def from_active(rule):
        sim = Simulator(network(rates), seed=3)
        sim.run(300.0, callbacks=[Every(50.0, rule)])
        return (sim.connectivity("S->A").edges()[0] < 30).mean()

    by_rate = Structural(
        "S->A", Share(0.2), Lowest(Chance()), Likely(PairRates()), weight=0.7, bin=50.0
    )
    # five exchanges of a fifth leave a third of the old synapses; the others come from active
    # sources
    assert from_active(by_rate) > 0.75
    assert 0.4 < from_active(RULES["share"]) < 0.6


def test_correlated_sources_keep_their_synapses():
    """Neurons 0..4 of the source fire together and drive all targets; by correlation they are
    found.
    """
    times = np.arange(10.0, 2000.0, 40.0)
    rng = np.random.default_rng(0)
    lone = [
        (t, i)
        for i in range(5, 60)
        for t in np.unique(np.round(rng.uniform(0, 2000, 50), 1))
    ]
    given = [(t, i) for t in times for i in range(5)] + lone
    source = SpikeSource(*map(np.array, zip(*given, strict=True)))
    wiring = Connectivity.from_edges(
        np.arange(60) % 60, np.arange(60) % 10, n_pre=60, n_post=10, weight=0.3
    )
    drive = Connectivity.from_edges(
        np.repeat(np.arange(5), 10), np.tile(np.arange(10), 5), n_pre=60, n_post=10
    )
    made = Network(
        Population("S", 60, source),
        Population("A", 10, QUIET),
        Projection("S", "A", wiring),
        Projection("S", "A", drive, weight=2.0, label="drive"),
    )
    sim = Simulator(made, seed=1)
    rule = Structural(
        "S->A",
        Share(0.3),
        Lowest(EdgeCorrelation()),
        Best(PairCorrelation()),
        weight=0.3,
        bin=4.0,
    )
    sim.run(2000.0, callbacks=[Every(400.0, rule)])
    pre, _ = sim.connectivity("S->A").edges()
    assert (pre < 5).sum() > 30  # of 50 pairs; 5 at the start
    assert sim.connectivity("S->A").nnz == 60


@pytest.mark.parametrize("late", [False, True])
def test_spikes_under_way_arrive_though_their_synapse_is_gone(late):
    delay = [2.0, 3.0] if late else 2.0
    wiring = Connectivity.from_edges([0, 1], [0, 0], n_pre=2, n_post=2)
    made = Network(
        Population("S", 2, SpikeSource([1.0, 4.0, 4.0], [0, 0, 1])),
        Population("A", 2, LIF(v_rest=0.0, v_threshold=0.5, v_reset=0.0, t_ref=0.0)),
        Projection("S", "A", wiring, weight=1.0, delay=delay),
    )
    sim = Simulator(made)
    sim.run(2.0)
    Structural("S->A", Share(1.0), grow=None)(sim)
    assert sim.connectivity("S->A").nnz == 0
    sim.run(8.0)
    assert np.round(sim.spikes("A").t, 1).tolist() == [3.1]


def test_new_synapses_take_any_delay_where_synapses_differ_in_it():
    sim = Simulator(network(late=True), seed=1)
    longest = int(sim.connectivity("S->A").delay_steps_array().max()) * 0.1
    rule = Structural("S->A", Share(0.5), weight=1.0, delay=longest)
    rule(sim)
    sim.run(5.0)
    delays = sim.connectivity("S->A").delay_steps_array()
    assert (delays == delays.max()).mean() > 0.4
    sim.rewire("S->A", drop=[0], pre=[0], post=[39], weight=1.0, delay=1000.0)
    assert sim.connectivity("S->A").delay_steps_array().max() == 10_000
    sim.run(1.0)
    with pytest.raises(ValueError, match="delay: got 7000 ms, wants at most 6553.5 ms"):
        sim.rewire("S->A", drop=[0], pre=[0], post=[39], weight=1.0, delay=7000.0)
    with pytest.raises(ValueError, match="the one delay of all synapses, 0.3 ms"):
        sim.rewire("A->A", pre=[0], post=[1], delay=5.0)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda: Share(1.5), "Share.share"),
        (lambda: Structural("S->B")(Simulator(network())), "did you mean 'S->A'"),
        (
            lambda: Structural("S->A", weight=1.0, bin=0.25)(Simulator(network())),
            "Structural.bin.*multiple of dt",
        ),
        (lambda: Structural("S->A", bin=0.0), "Structural.bin: got 0.0"),
        (
            lambda: Structural("S->A", drop=Lowest(EdgeCorrelation()), grow=None)(
                Simulator(network())
            ),
            "activity",
        ),
    ],
)
def test_rules_that_cannot_be_meant(rule, words):
    with pytest.raises(ValueError, match=words):
        rule()


@pytest.mark.parametrize(
    ("network", "name"),
    [
        (network(), "weight"),
        (network(weight=1.0, late=True), "delay"),
        (network(weight=1.0, plasticity=PairSTDP(0.1, 0.1, w_max=2.0)), "weight"),
    ],
    ids=["weights differ", "delays differ", "weights learn"],
)
def test_what_others_do_not_share_is_not_made_up(network, name):
    sim = Simulator(network)
    before = sim.connectivity("S->A")
    for bin in (None, 5.0):  # at the first call, which otherwise only begins to count
        with pytest.raises(ValueError, match=rf"Structural.{name}: got None, wants one"):
            Structural("S->A", Share(0.2), bin=bin)(sim)
    assert sim.connectivity("S->A") == before
    Structural("S->A", Share(0.2), grow=None)(sim)
