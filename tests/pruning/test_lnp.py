"""Steps of Lyapunov noise pruning and the baselines: exact numbers, definitions, what each of them
does.
"""

import sys
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    Alike,
    Betweenness,
    ByLot,
    Chance,
    Counts,
    Delocalise,
    DropNeurons,
    FiringRate,
    KeepBest,
    LargestExponent,
    LifField,
    LocalExponents,
    LyapunovNoisePruning,
    MoreHeterogeneous,
    NearStability,
    NeighbourExponents,
    Recurrent,
    Sampled,
    SpikeCorrelation,
    Systematic,
    Traffic,
    TuneTimeScales,
    Weight,
    counts,
    lnp,
)
from neurosparse.pruning.delocalise import localisation_gradient, mode_localisation, two_hops
from neurosparse.pruning.exponents import harmonic_sizes
from neurosparse.pruning.timescales import gamma_tau
from tests.pruning.nets import clusters, spiking
from tests.strategies import SEEDS


@st.composite
def networks(draw):
    rng = np.random.default_rng(draw(SEEDS))
    n = draw(st.integers(2, 14))
    dense = (
        rng.standard_normal((n, n))
        * (rng.random((n, n)) < draw(st.floats(0, 0.6)))
        * (1 - np.eye(n))
    )
    return Recurrent.begin(Connectivity.from_dense(dense), rng.random(n) + 0.1)


SYNAPSES = (KeepBest(Weight()), KeepBest(Chance()), Sampled(Alike(), draw=Systematic()))


@settings(max_examples=60, deadline=None)
@given(networks(), st.data(), st.sampled_from(SYNAPSES))
def test_synapse_rules_keep_exactly_so_many_of_the_old_ones(net, data, rule):
    wanted = data.draw(st.integers(0, net.connectivity.nnz))
    after = rule(net, wanted, 0)
    after.connectivity.validate()
    assert after.connectivity.nnz == wanted
    was, now = (c.to_dense() != 0 for c in (net.connectivity, after.connectivity))
    assert not (now & ~was).any()
    np.testing.assert_array_equal(after.neurons, net.neurons)


@settings(max_examples=60, deadline=None)
@given(networks(), st.data(), st.sampled_from([Betweenness(), Betweenness(0, 2), ByLot()]))
def test_neuron_rules_keep_exactly_so_many_with_all_between_them(net, data, score):
    wanted = data.draw(st.integers(1, net.connectivity.n_pre))
    after = DropNeurons(score)(net, wanted, 0)
    assert len(after.neurons) == after.connectivity.n_pre == wanted
    kept = after.neurons
    np.testing.assert_array_equal(
        after.connectivity.to_dense(), net.connectivity.to_dense()[np.ix_(kept, kept)]
    )
    np.testing.assert_array_equal(after.leak, net.leak[kept])


@settings(max_examples=40, deadline=None)
@given(
    networks(), st.integers(0, 30), st.sampled_from([Delocalise(), Delocalise(MoreHeterogeneous())])
)
def test_growth_adds_absent_pairs_two_hops_apart(net, edges, rule):
    after = rule(net, edges, 0)
    after.connectivity.validate()
    was, now = (c.to_dense() != 0 for c in (net.connectivity, after.connectivity))
    room = len(two_hops(net, 10**6, np.random.default_rng(0))[0])
    assert after.connectivity.nnz == net.connectivity.nnz + min(edges, room)
    assert ((was @ was)[now & ~was] > 0).all()
    old = net.connectivity.to_dense()
    np.testing.assert_array_equal(after.connectivity.to_dense()[was], old[was])


def test_two_hops_are_drawn_when_there_are_many():
    net, _ = spiking()
    whole = two_hops(net, 10**6, np.random.default_rng(0))
    some = two_hops(net, 20, np.random.default_rng(0))
    assert len(some[0]) == 20 < len(whole[0])
    assert set(zip(*some, strict=True)) <= set(zip(*whole, strict=True))


def test_betweenness_is_that_of_networkx_and_samples_are_near():
    net, _ = spiking(60)
    exact = Betweenness()(net, None)
    g = nx.DiGraph(list(zip(*(s.tolist() for s in net.connectivity.edges()), strict=True)))
    peer = nx.betweenness_centrality(g, normalized=False)
    np.testing.assert_allclose(exact, [peer[v] for v in range(60)], atol=1e-9)
    drawn = np.mean([Betweenness(0, 20)(net, np.random.default_rng(s)) for s in range(40)], axis=0)
    np.testing.assert_allclose(drawn, exact, rtol=0.3, atol=10)


def test_the_bridge_outlives_the_crowd():
    one = nx.complete_graph(6)
    g = nx.disjoint_union(one, one)
    g.add_edges_from([(0, 12), (12, 6)])
    net = Recurrent.begin(Connectivity.from_networkx(nx.DiGraph(g)))
    assert set(DropNeurons(Betweenness())(net, 3).neurons.tolist()) == {0, 6, 12}


def test_activity_decides_in_activity_pruning():
    net, field = spiking()
    rate = field.activity(net).spikes.mean(0)
    assert rate.min() + rate.max() > 0
    assert rate.std() > 0.01
    kept = DropNeurons(FiringRate(field))(net, 10).neurons
    assert rate[kept].min() >= np.delete(rate, kept).max()
    pre, _ = net.connectivity.edges()
    np.testing.assert_allclose(
        Traffic(field)(net, None), np.abs(net.connectivity.weights_array()) * rate[pre], rtol=1e-6
    )


def test_synapses_that_predict_spikes_outlive_those_that_follow():
    # neuron 0 drives 1 strongly; the synapse back has no effect
    c = Connectivity.from_dense(np.array([[0, 3.0], [0.001, 0]]))
    drive = np.zeros((400, 2))
    drive[::20, 0] = 1.5
    field = LifField(drive, burn_in=20)
    score = SpikeCorrelation(field, window=5)(Recurrent.begin(c, 0.5), None)
    assert score[0] > 0 > score[1]
    assert KeepBest(SpikeCorrelation(field, 5))(
        Recurrent.begin(c, 0.5), 1
    ).connectivity.indices.tolist() == [1]


def test_the_localisation_gradient_is_a_derivative():
    rng = np.random.default_rng(1)
    dense = rng.standard_normal((12, 12)) * (1 - np.eye(12))
    dense[0, 1:4] += 4
    dense[1:4, 0] += 4
    net = Recurrent.begin(Connectivity.from_dense(dense), 1.0)
    v, h = localisation_gradient(net)
    base = mode_localisation(net)
    for i, j in ((0, 5), (5, 0), (7, 9)):
        nudged = dense.copy()
        nudged[i, j] += 0.01
        rise = mode_localisation(Recurrent.begin(Connectivity.from_dense(nudged), 1.0)) - base
        assert rise / 0.01 == pytest.approx((v[i] * h[j]).real, rel=0.05, abs=2e-5)


def test_growth_spreads_the_leading_mode():
    c, _ = clusters(sizes=(30, 10, 20))
    weak = KeepBest(Chance())(Recurrent.begin(c, 2.0), c.nnz // 4, 0)
    before = mode_localisation(weak)
    extra = c.nnz // 20
    spread = mode_localisation(Delocalise()(weak, extra, 0))
    pre, post = two_hops(weak, 10**6, np.random.default_rng(0))
    random = []
    for seed in range(5):
        some = np.random.default_rng(seed).choice(len(pre), extra, replace=False)
        size = float(np.abs(weak.connectivity.weights_array()).mean())
        random.append(mode_localisation(weak._replace(
            connectivity=weak.connectivity.with_edges(pre[some], post[some], size))))  # fmt: skip
    assert spread < 0.9 * before
    assert spread < np.mean(random)


def test_harmonic_sizes_are_finite_positive_and_as_defined():
    net, field = spiking()
    mixed = np.random.default_rng(0).standard_normal(40)
    mixed[3] = 0.0
    size = harmonic_sizes(net, mixed)
    assert np.isfinite(size).all()
    assert (size > 0).all()
    linked = net.connectivity.to_dense() != 0
    linked |= linked.T
    inverse = 1 / np.maximum(np.abs(mixed), 1e-3 * np.median(np.abs(mixed)))
    pre, post = net.connectivity.edges()
    i, j = pre[7], post[7]
    by_hand = (linked[i].sum() + linked[j].sum()) / (
        inverse[linked[i]].sum() + inverse[linked[j]].sum()
    )
    assert size[7] == pytest.approx(by_hand)
    found = NeighbourExponents(LocalExponents(field, window=10, windows=2))(net, None)
    assert (found > 0).all()
    assert found.std() > 0
    assert harmonic_sizes(net, np.zeros(40)).tolist() == [1.0] * net.connectivity.nnz


def test_synapses_of_weight_zero_make_neighbours_too():
    ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3, weight=[0.0, 0.0, 1.0])
    ones, zeros = (Recurrent.begin(c, 1.0) for c in (ring.with_weight(1.0), ring.with_weight(0.0)))
    for net in (Recurrent.begin(ring, 1.0), zeros):
        np.testing.assert_array_equal(
            harmonic_sizes(net, [1.0, -2.0, 3.0]), harmonic_sizes(ones, [1.0, -2.0, 3.0])
        )
    rule = replace(lnp(LifField(np.full((60, 3), 0.4), burn_in=10), rounds=2, trials=1), tune=None)
    assert rule(zeros, synapses=2, rng=0).net.connectivity.nnz == 2


def test_shares_and_numbers_of_numpy_are_taken_as_what_they_are():
    net, _ = spiking(20)
    rule = LyapunovNoisePruning(synapses=KeepBest(Weight()), rounds=2)
    nnz = net.connectivity.nnz
    assert rule(net, synapses=np.float32(0.5)).net == rule(net, synapses=0.5).net
    assert rule(net, synapses=np.int64(7)).net.connectivity.nnz == 7
    with pytest.raises(ValueError, match=f"wants 0..{nnz}"):
        rule(net, synapses=np.int64(nnz + 1))
    for odd in (True, "half"):
        with pytest.raises(TypeError, match="synapses: got .* a whole number of synapses"):
            rule(net, synapses=odd)


def test_time_scales_are_tuned_and_never_worse():
    pytest.importorskip("optuna", reason="optuna is not installed (extra search)")
    net, field = spiking(25)
    judge = NearStability(field, target=-0.02, k=3, steps=60)
    slow = gamma_tau(net, 2.0, 3.0)
    rng = np.random.default_rng(0)
    seed = int(np.random.default_rng(0).integers(2**31))
    tuned = TuneTimeScales(judge, trials=8)(slow, rng)
    costs = [judge(n, np.random.default_rng(seed)) for n in (slow, tuned)]
    assert costs[1] < costs[0]
    assert (np.argsort(tuned.tau, kind="stable") == np.argsort(slow.tau, kind="stable")).all()
    again = TuneTimeScales(judge, trials=8)(slow, 0)
    np.testing.assert_array_equal(tuned.leak, again.leak)
    best = replace(judge, target=judge.exponents(net, np.random.default_rng(seed)))
    assert TuneTimeScales(best, trials=2)(net, 0) is net


def test_without_optuna_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    net, _ = spiking(5)
    with pytest.raises(ImportError, match=r"neurosparse\[search\]"):
        TuneTimeScales(lambda n, r: 0.0)(net)


def test_a_silent_network_is_no_good():
    net, field = spiking(10)
    silent = replace(field, drive=np.zeros_like(field.drive))
    assert NearStability(silent, steps=20)(net, np.random.default_rng(0)) > 1.0


def test_the_loop_reaches_its_goal_and_counts_apart():
    net, field = spiking()
    rule = replace(lnp(field, like=net, rounds=3, trials=1), tune=None, watch=None)
    found = rule(net, neurons=0.5, synapses=60, rng=0)
    assert counts(found.net, outputs=3) == Counts(20, 60, 60)
    assert [r.counts.neurons for r in found.history] == [32, 25, 20]
    found.net.connectivity.validate()
    share = rule(net, neurons=0.5, synapses=0.5, rng=0)
    among = replace(rule, synapses=None, grow=None)(net, neurons=0.5, rng=0).net.connectivity.nnz
    assert 0.3 * among < share.net.connectivity.nnz < 0.7 * among
    one, other = (rule(net, neurons=0.5, synapses=60, rng=1).net for _ in range(2))
    assert one.connectivity == other.connectivity


@pytest.mark.parametrize("missing", ["synapses", "neurons", "grow"])
def test_each_step_can_be_left_out(missing):
    net, field = spiking(20)
    rule = replace(lnp(field, rounds=2), tune=None, watch=None, **{missing: None})
    found = rule(net, neurons=0.5, synapses=0.5, rng=0).net
    assert found.connectivity.n_pre == (20 if missing == "neurons" else 10)
    assert LyapunovNoisePruning()(net, neurons=0.5, synapses=0.5).net == net


def test_the_loop_stops_where_the_exponent_crosses_its_limit():
    net, field = spiking(20)
    levels = iter([-1.0, -0.5, 0.1])
    rule = LyapunovNoisePruning(
        neurons=DropNeurons(ByLot()), rounds=5, watch=lambda n, r: next(levels), limit=0.0
    )
    found = rule(net, neurons=0.25, rng=0)
    assert found.stopped == "exponent"
    assert [r.exponent for r in found.history] == [-1.0, -0.5]
    assert found.net.connectivity.n_pre == found.history[-1].counts.neurons == 11
    assert LargestExponent(field, steps=40)(net, np.random.default_rng(0)) < 0


def test_a_pruned_network_is_driven_as_before():
    net, field = spiking(10)
    alone = net._replace(connectivity=Connectivity.empty(10, 10))
    part = alone.only(np.array([2, 7]))
    np.testing.assert_array_equal(
        field.activity(part).membrane, field.activity(alone).membrane[:, [2, 7]]
    )


NET, FIELD = spiking(5, steps=60)
BAD = {
    "neurons: got 0": lambda: DropNeurons(ByLot())(NET, 0),
    "synapses: got 999": lambda: KeepBest(Weight())(NET, 999),
    "edges: got -1": lambda: Delocalise()(NET, -1),
    "rounds: got 0": lambda: LyapunovNoisePruning(rounds=0),
    "added: got 1": lambda: LyapunovNoisePruning(added=1.0),
    "a share to keep, in": lambda: LyapunovNoisePruning()(NET, neurons=0.0),
    "or a whole number": lambda: LyapunovNoisePruning()(NET, synapses=1.5),
    "or a share": lambda: LyapunovNoisePruning()(NET, synapses=999),
    "more than burn_in": lambda: LifField(np.zeros((10, 5))),
    "input for 5 neurons": lambda: LifField(np.zeros((10, 3)), burn_in=2).activity(NET),
    "5 numbers, one a neuron": lambda: harmonic_sizes(NET, [1.0]),
    "floor: got 0": lambda: NeighbourExponents(None, floor=0.0),
    "sources: got 0": lambda: Betweenness(sources=0),
    "window: got 0": lambda: SpikeCorrelation(FIELD, 0),
    "a range": lambda: TuneTimeScales(None, shape=(2.0, 1.0)),
    "trials: got 0": lambda: TuneTimeScales(None, trials=0),
    "numbers above 0": lambda: gamma_tau(NET, 0.0, 1.0),
}


@pytest.mark.parametrize("said", BAD)
def test_bad_input_is_refused(said):
    with pytest.raises(ValueError, match=said):
        BAD[said]()
