"""Synapses that spread the leading mode, where two hops lead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    Delocalise,
    KeepBest,
    MoreHeterogeneous,
    RecurrentNet,
    mode_localisation,
)
from neurosparse.pruning.delocalise import localisation_gradient, two_hops
from neurosparse.rewiring import Chance
from tests.pruning.nets import clusters, networks, spiking


@settings(max_examples=40, deadline=None)
@given(
    networks(),
    st.integers(0, 30),
    st.sampled_from([Delocalise(), Delocalise(MoreHeterogeneous())]),
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


def test_the_localisation_gradient_is_a_derivative():
    rng = np.random.default_rng(1)
    dense = rng.standard_normal((12, 12)) * (1 - np.eye(12))
    dense[0, 1:4] += 4
    dense[1:4, 0] += 4
    net = RecurrentNet.begin(Connectivity.from_dense(dense), 1.0)
    v, h = localisation_gradient(net)
    base = mode_localisation(net)
    for i, j in ((0, 5), (5, 0), (7, 9)):
        nudged = dense.copy()
        nudged[i, j] += 0.01
        rise = (
            mode_localisation(RecurrentNet.begin(Connectivity.from_dense(nudged), 1.0))
            - base
        )
        assert rise / 0.01 == pytest.approx((v[i] * h[j]).real, rel=0.05, abs=2e-5)


def test_growth_spreads_the_leading_mode():
    c, _ = clusters(sizes=(30, 10, 20))
    weak = KeepBest(Chance())(RecurrentNet.begin(c, 2.0), c.nnz // 4, 0)
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


def test_fewer_than_none_cannot_be_added():
    with pytest.raises(ValueError, match="edges: got -1"):
        Delocalise()(spiking(5, steps=60)[0], -1)
