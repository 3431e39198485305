"""Wiring rules: the degrees they promise, no pair twice where promised, the same bits for the same
seed.
"""

import math
from itertools import pairwise

import hypothesis.strategies as st
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from scipy import stats
from scipy.special import gammaln

from neurosparse.connectivity import Connectivity
from neurosparse.wiring import (
    AllToAll,
    BarabasiAlbert,
    Bernoulli,
    ConfigurationModel,
    Disc,
    DistanceDependent,
    Exponential,
    FixedInDegree,
    FixedOutDegree,
    FixedTotal,
    FromData,
    Gaussian,
    Groups,
    LogNormal,
    Normal,
    OneToOne,
    Uniform,
    WattsStrogatz,
)
from tests.strategies import SEEDS

SIZES = st.integers(0, 12)
LINE = np.linspace(0, 1, 12)[:, None]


def has_pair_twice(c):
    pairs = list(zip(*(part.tolist() for part in c.edges()), strict=True))
    return len(set(pairs)) < len(pairs)


def has_self(c):
    return bool(np.any(np.equal(*c.edges())))


def drawn(rule, n_pre, n_post, seed):
    """Build, check the stored form and that the same seed gives the same bits."""
    c = rule.build(n_pre, n_post, seed)
    c.validate()
    assert c.shape == (n_pre, n_post)
    assert rule.build(n_pre, n_post, np.random.default_rng(seed)) == c
    return c


@given(SIZES, SIZES, SEEDS, st.booleans(), st.booleans())
def test_fixed_in_degree(n, other, seed, multapses, allow_self):
    n_pre, n_post = (other, n) if allow_self else (n, n)
    k = np.random.default_rng(seed).integers(0, max(n_pre - (not allow_self), 0) + 1, n_post)
    c = drawn(FixedInDegree(k, multapses, allow_self), n_pre, n_post, seed)
    np.testing.assert_array_equal(c.in_degree, k)
    assert multapses or not has_pair_twice(c)
    assert allow_self or not has_self(c)


@given(SIZES, SIZES, SEEDS, st.booleans(), st.booleans())
def test_fixed_out_degree(n, other, seed, multapses, allow_self):
    n_pre, n_post = (other, n) if allow_self else (n, n)
    k = np.random.default_rng(seed).integers(0, max(n_post - (not allow_self), 0) + 1, n_pre)
    c = drawn(FixedOutDegree(k, multapses, allow_self), n_pre, n_post, seed)
    np.testing.assert_array_equal(c.out_degree, k)
    assert multapses or not has_pair_twice(c)
    assert allow_self or not has_self(c)


@given(SIZES, SIZES, st.floats(0, 1), SEEDS, st.booleans())
def test_fixed_total(n, other, share, seed, allow_self):
    n_pre, n_post = (other, n) if allow_self else (n, n)
    cells = n_pre * n_post if allow_self else n * max(n - 1, 0)
    c = drawn(FixedTotal(round(share * cells), allow_self=allow_self), n_pre, n_post, seed)
    assert c.nnz == round(share * cells)
    assert not has_pair_twice(c)
    assert allow_self or not has_self(c)
    if cells:
        assert drawn(FixedTotal(50, True, allow_self), n_pre, n_post, seed).nnz == 50


@given(SIZES, SIZES, st.sampled_from([0.0, 0.3, 1.0]), SEEDS, st.booleans())
def test_bernoulli(n, other, p, seed, allow_self):
    n_pre, n_post = (other, n) if allow_self else (n, n)
    c = drawn(Bernoulli(p, allow_self), n_pre, n_post, seed)
    assert not has_pair_twice(c)
    assert allow_self or not has_self(c)
    if p in (0.0, 1.0):
        assert c.nnz == (0 if p == 0 else AllToAll(allow_self).build(n_pre, n_post).nnz)


@given(SIZES, SIZES)
def test_all_to_all_and_one_to_one(n, other):
    np.testing.assert_array_equal(AllToAll().build(n, other).to_dense(), np.ones((n, other)))
    np.testing.assert_array_equal(AllToAll(allow_self=False).build(n, n).to_dense(), 1 - np.eye(n))
    np.testing.assert_array_equal(OneToOne(weight=3.0).build(n, n).to_dense(), 3 * np.eye(n))


@given(st.integers(1, 12), st.data(), st.floats(0, 1), SEEDS)
def test_watts_strogatz(n, data, p, seed):
    k = data.draw(st.integers(0, n - 1))
    c = drawn(WattsStrogatz(k, p), n, n, seed)
    assert np.all(c.out_degree == k)
    assert not has_pair_twice(c)
    assert not has_self(c)


@given(st.integers(1, 5), st.integers(0, 20), SEEDS)
def test_barabasi_albert(m, more, seed):
    n = m + 1 + more
    c = drawn(BarabasiAlbert(m), n, n, seed)
    assert np.all(c.out_degree == m)
    assert not has_pair_twice(c)
    assert not has_self(c)
    pre, post = c.edges()
    assert np.all((post < pre) | (pre <= m))


@given(SIZES, SIZES, SEEDS, st.booleans())
def test_configuration_model(n_pre, n_post, seed, multapses):
    # degrees of a wiring that exists can be had again
    wired = Bernoulli(0.4).build(n_pre, n_post, seed)
    c = drawn(ConfigurationModel(wired.in_degree, wired.out_degree, multapses), n_pre, n_post, seed)
    np.testing.assert_array_equal(c.in_degree, wired.in_degree)
    np.testing.assert_array_equal(c.out_degree, wired.out_degree)
    assert multapses or not has_pair_twice(c)


def test_configuration_model_without_self():
    wired = Bernoulli(0.1, allow_self=False).build(80, 80, 3)
    c = drawn(ConfigurationModel(wired.in_degree, wired.out_degree, allow_self=False), 80, 80, 4)
    assert not has_self(c)
    assert c != wired


@given(st.integers(1, 4), SIZES, SIZES, SEEDS)
def test_groups_are_blocks(g, n_pre, n_post, seed):
    c = drawn(Groups(g, p_intra=1.0, p_inter=0.0), n_pre, n_post, seed)
    pre, post = Groups(g, 1.0, 0.0).bounds(n_pre, n_post)
    label = [np.searchsorted(bound, np.arange(bound[-1]), side="right") for bound in (pre, post)]
    np.testing.assert_array_equal(c.to_dense(), label[0][:, None] == label[1])


def five_sigma(count, n, p):
    return abs(count - n * p) < 5 * np.sqrt(n * p * (1 - p)) + 1e-9


@pytest.mark.parametrize("p", [0.001, 0.1, 0.7])
def test_bernoulli_degrees_are_binomial(p):
    c = Bernoulli(p).build(1000, 800, rng=5)
    assert five_sigma(c.nnz, 800_000, p)
    for degree, n in ((c.out_degree, 800), (c.in_degree, 1000)):
        variance = n * p * (1 - p)
        assert abs(degree.var() / variance - 1) < 5 * np.sqrt(
            2 / len(degree) + 1 / (variance * len(degree))
        )


@pytest.mark.parametrize("sizes", [4, (100, 0, 250, 150)])
def test_groups_have_the_stated_density(sizes):
    rule = Groups(sizes, p_intra=0.5, p_inter=0.05)
    expected = rule.expected_density(500, 500)
    if sizes == 4:
        assert expected == pytest.approx(0.5 / 4 + (1 - 1 / 4) * 0.05)
    c = rule.build(500, 500, rng=2)
    assert five_sigma(c.nnz, 250_000, expected)
    bound, _ = rule.bounds(500, 500)
    inside = sum(c.block(slice(a, b), slice(a, b)).nnz for a, b in pairwise(bound))
    assert five_sigma(inside, int(np.sum(np.diff(bound) ** 2)), 0.5)


def test_groups_of_other_sizes_on_the_other_side():
    c = Groups((2, 1), p_intra=1.0, p_inter=0.0, post_groups=(1, 3)).build(3, 4)
    assert c.to_dense().tolist() == [[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 1]]
    assert Groups(1, 1.0, 0.0, allow_self=False).build(3, 3) == AllToAll(allow_self=False).build(
        3, 3
    )


def test_fixed_in_degree_draws_every_source_alike():
    c = FixedInDegree(20).build(50, 4000, rng=1)
    expected = 4000 * 20 / 50
    chi = np.sum((c.out_degree - expected) ** 2 / expected) / (1 - 20 / 50)
    assert stats.chi2.sf(chi, 49) > 1e-3


def test_multapses_do_occur_where_allowed():
    for rule in (FixedInDegree(8, True), FixedOutDegree(8, True), FixedTotal(80, True)):
        assert has_pair_twice(rule.build(10, 10, rng=1)), rule


def test_rewiring_a_ring_makes_a_small_world():
    """Paths shorten long before clustering falls (Watts and Strogatz, figure 2)."""
    ring, small, random = (WattsStrogatz(8, p).build(300, 300, rng=1) for p in (0.0, 0.05, 1.0))
    clustering = [nx.average_clustering(c.to_networkx()) for c in (ring, small, random)]
    path = [nx.average_shortest_path_length(c.to_networkx()) for c in (ring, small, random)]
    assert path[1] < 0.4 * path[0]
    assert clustering[1] > 0.75 * clustering[0]
    assert clustering[2] < 0.15 * clustering[0]
    moved = (
        1
        - len(
            set(zip(*map(tuple, ring.edges()), strict=True))
            & set(zip(*map(tuple, small.edges()), strict=True))
        )
        / ring.nnz
    )
    assert five_sigma(moved * ring.nnz, ring.nnz, 0.05)


@pytest.mark.parametrize("appeal", [None, 2.0])
def test_scale_free_in_degrees_follow_the_closed_form(appeal):
    """P(k) = (1 + a/m) Γ(a + 1 + a/m) Γ(k + a) / (Γ(a) Γ(k + a + 2 + a/m)), a tail of exponent 2 +
    a/m.
    """
    m, n = 4, 100_000
    a = appeal or m
    degree = BarabasiAlbert(m, appeal).build(n, n, rng=1).in_degree
    k = np.arange(400)
    logs = gammaln(a + 1 + a / m) - gammaln(a) + gammaln(k + a) - gammaln(k + a + 2 + a / m)
    law = (1 + a / m) * np.exp(logs)
    assert np.polyfit(np.log(k[200:]), np.log(law[200:]), 1)[0] == pytest.approx(
        -2 - a / m, abs=0.1
    )
    for at_least in (1, 4, 10, 30, 100):
        expected = n * (1 - law[:at_least].sum())
        assert abs(np.sum(degree >= at_least) - expected) < 0.02 * expected + 5 * np.sqrt(expected)


def test_configuration_model_is_random():
    degree = np.full(200, 5)
    a, b = (ConfigurationModel(degree, degree).build(200, 200, seed) for seed in (1, 2))
    assert a != b
    assert not has_pair_twice(a)


KERNELS = [Gaussian(0.8, 0.1), Exponential(0.9, 0.03), Disc(0.5, 0.2), lambda d: np.exp(-d / 0.1)]


@pytest.mark.parametrize("box", [None, [1.0, 1.0]])
@pytest.mark.parametrize("kernel", KERNELS, ids=["gaussian", "exponential", "disc", "function"])
def test_distance_dependent_follows_the_kernel(kernel, box):
    rng = np.random.default_rng(0)
    start, end = rng.random((600, 2)), rng.random((500, 2))
    c = drawn(DistanceDependent(start, kernel, end, box), 600, 500, 3)
    assert not has_pair_twice(c)
    apart = np.abs(start[:, None] - end)
    apart = apart if box is None else np.minimum(apart, 1 - apart)
    distance = np.sqrt((apart**2).sum(-1))
    wired = c.to_dense() > 0
    for low, high in ((0, 0.05), (0.05, 0.15), (0.15, 0.3), (0.3, 1.5)):
        there = (distance >= low) & (distance < high)
        p = kernel(distance[there])
        assert abs(wired[there].sum() - p.sum()) < 5 * np.sqrt(np.sum(p * (1 - p))) + 0.5


def test_distance_dependent_without_self():
    rule = DistanceDependent(LINE, Disc(1.0, 2.0), allow_self=False)
    assert rule.build(12, 12) == AllToAll(allow_self=False).build(12, 12)
    assert DistanceDependent(np.empty((0, 2)), Disc(1.0, 2.0)).build(0, 0).nnz == 0


@pytest.mark.parametrize(
    "form", ["connectivity", "scipy", "networkx", "igraph", "pandas", "dense", "csv"]
)
def test_from_data(form, tmp_path):
    c = FixedTotal(6, weight=Uniform(1, 2)).build(5, 5, rng=1)
    c.to_pandas().to_csv(tmp_path / "edges.csv", index=False)
    source = {
        "connectivity": lambda: c,
        "scipy": c.to_scipy,
        "networkx": c.to_networkx,
        "igraph": c.to_igraph,
        "pandas": c.to_pandas,
        "dense": c.to_dense,
        "csv": lambda: tmp_path / "edges.csv",
    }[form]()
    assert FromData(source).build(5, 5) == c
    assert FromData(source, weight=2.0, delay_steps=3).build(5, 5) == c.with_weight(2.0).with_delay_steps(3)


def test_weights_and_delays_are_drawn():
    c = Bernoulli(0.5, weight=Normal(2.0, 0.5, low=1.0), delay_steps=Uniform(0.5, 4.5)).build(
        200, 200, rng=1
    )
    assert c.weights_array().min() == 1.0
    assert abs(np.median(c.weights_array()) - 2.0) < 0.02
    assert set(np.unique(c.delay_steps_array())) == {1, 2, 3, 4}
    assert stats.chisquare(np.bincount(c.delay_steps_array())[1:]).pvalue > 1e-3
    lognormal = LogNormal(median=math.exp(0.3), sigma=0.7)
    logs = np.log(Bernoulli(0.5, weight=lognormal).build(200, 200, rng=1).weights_array())
    assert abs(logs.mean() - 0.3) < 0.03
    assert abs(logs.std() - 0.7) < 0.03
    assert OneToOne(weight=[1, 2], delay_steps=[3, 4]).build(2, 2).weights_array().tolist() == [1, 2]


def test_seeds_and_generators():
    assert Bernoulli(0.5).build(20, 20, 1) != Bernoulli(0.5).build(20, 20, 2)
    rng = np.random.default_rng(1)
    assert Bernoulli(0.5).build(20, 20, rng) != Bernoulli(0.5).build(20, 20, rng)


def test_rules_are_values():
    assert FixedInDegree(3, weight=Normal(1, 2)) == FixedInDegree(3, weight=Normal(1, 2))
    assert FixedInDegree([1, 2]) == FixedInDegree([1, 2])
    assert FixedInDegree(3) != FixedInDegree(4)
    assert FixedInDegree(3) != FixedOutDegree(3)
    assert hash(FixedInDegree([1, 2])) == hash(FixedInDegree([1, 2]))
    with pytest.raises(AttributeError):
        FixedInDegree(3).k = 4


BAD = {
    "p": (lambda: Bernoulli(1.5), "p: got 1.5"),
    "p NaN": (lambda: Bernoulli(float("nan")), "p: got nan"),
    "self": (lambda: Bernoulli(0.5, allow_self=False).build(2, 3), "n_post: got 3.*allow_self"),
    "sizes": (lambda: Bernoulli(0.5).build(-2, 3), "n_pre: got -2"),
    "k too large": (
        lambda: FixedInDegree(5).build(3, 3),
        "k: got 5 partners out of 3.*multapses=True",
    ),
    "k self": (
        lambda: FixedOutDegree(3, allow_self=False).build(3, 3),
        "k: got 3 partners out of 2",
    ),
    "k nobody": (
        lambda: FixedInDegree(1, multapses=True).build(0, 3),
        "k: got 1 partners out of 0",
    ),
    "k fractional": (lambda: FixedInDegree(2.5), "k: got 2.5"),
    "k negative": (lambda: FixedOutDegree([1, -1]), "k: got"),
    "k short": (lambda: FixedInDegree([1, 2]).build(3, 3), "k.*3, one for each neuron"),
    "total": (lambda: FixedTotal(10).build(3, 3), "nnz: got 10.*at most 9"),
    "total nobody": (lambda: FixedTotal(1, multapses=True).build(0, 3), "no pairs"),
    "one to one": (lambda: OneToOne().build(2, 3), "n_post: got 3.*OneToOne"),
    "ring": (lambda: WattsStrogatz(5, 0.1).build(5, 5), "k: got 5.*at most n - 1 = 4"),
    "scale-free": (lambda: BarabasiAlbert(5).build(5, 5), "m: got 5"),
    "appeal": (lambda: BarabasiAlbert(5, appeal=0), "appeal: got 0"),
    "sums": (lambda: ConfigurationModel([1], [2]), "in_degrees: got 1 inputs in all"),
    "degrees": (lambda: ConfigurationModel([1], [1]).build(2, 2), "out_degrees: got 1 degrees"),
    "impossible": (
        lambda: ConfigurationModel([3, 0], [3, 0]).build(2, 2),
        "in_degrees.*multapses=True",
    ),
    "no groups": (lambda: Groups(0, 0.1, 0.1), "groups: got 0"),
    "group sizes": (lambda: Groups([1, 2], 0.1, 0.1).build(4, 4), "groups.*add up to the 4"),
    "post groups": (lambda: Groups(3, 0.1, 0.1, post_groups=[1]), "post_groups.*3 sizes"),
    "positions": (
        lambda: DistanceDependent([[0, 1]], Disc(0.1, 1)).build(2, 2),
        r"positions.*\[2, d\]",
    ),
    "dimensions": (
        lambda: DistanceDependent(LINE, Disc(0.1, 1), [[0, 1]]).build(12, 1),
        "post_positions.*1 coord",
    ),
    "box": (lambda: DistanceDependent(LINE, Disc(0.1, 1), box=[0.5]).build(12, 12), "box"),
    "kernel": (lambda: DistanceDependent(LINE, lambda d: d + 5).build(12, 12), "kernel"),
    "radius": (lambda: Disc(0.1, 0), "radius: got 0"),
    "data": (lambda: FromData([[1]]).build(2, 2), "source.*1 -> 1.*2 -> 2"),
    "sd": (lambda: Normal(1, -1), "sd: got -1"),
    "range": (lambda: Uniform(2, 1), "low: got 2"),
    "delay": (lambda: Bernoulli(1.0, delay_steps=Normal(0, 1)).build(9, 9, 1), "delay.*low=1"),
    "weights": (lambda: OneToOne(weight=[1, 2, 3]).build(2, 2), "weight.*nnz = 2"),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_rule_of_ones_own():
    """One file with one method is enough."""
    from neurosparse.wiring import WiringRule

    class Last(WiringRule):
        def rows(self, n_pre, n_post, rng):
            return np.arange(n_pre + 1), np.full(n_pre, n_post - 1, np.int32)

    assert Last(weight=2.0).build(2, 3) == Connectivity.from_dense([[0, 0, 2], [0, 0, 2]])
