"""What all rules share: seeds, values, refusals, a rule of one's own."""

import copy
import inspect
import pickle
from dataclasses import replace

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.models import SparseLinear
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.wiring import (
    AllToAll,
    BarabasiAlbert,
    Bernoulli,
    ConfigurationModel,
    Disc,
    DistanceDependent,
    FixedInDegree,
    FixedOutDegree,
    FixedTotal,
    FromData,
    Groups,
    Normal,
    OneToOne,
    Uniform,
    WattsStrogatz,
    WiringRule,
)
from tests.wiring.drawn import LINE, has_pair_twice


def test_multapses_do_occur_where_allowed():
    for rule in (FixedInDegree(8, True), FixedOutDegree(8, True), FixedTotal(80, True)):
        assert has_pair_twice(rule.build(10, 10, rng=1)), rule


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
    "self": (
        lambda: Bernoulli(0.5, allow_self=False).build(2, 3),
        "n_post: got 3.*allow_self",
    ),
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
    "degrees": (
        lambda: ConfigurationModel([1], [1]).build(2, 2),
        "out_degrees: got 1 degrees",
    ),
    "impossible": (
        lambda: ConfigurationModel([3, 0], [3, 0]).build(2, 2),
        "in_degrees.*multapses=True",
    ),
    "no groups": (lambda: Groups(0, 0.1, 0.1), "groups: got 0"),
    "group sizes": (
        lambda: Groups([1, 2], 0.1, 0.1).build(4, 4),
        "groups.*add up to the 4",
    ),
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
    "delay": (
        lambda: Bernoulli(1.0, delay_steps=Normal(0, 1)).build(9, 9, 1),
        "delay.*low=1",
    ),
    "weights": (lambda: OneToOne(weight=[1, 2, 3]).build(2, 2), "weight.*nnz = 2"),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_rule_of_ones_own():
    """One file with one method is enough."""

    class Last(WiringRule):
        def rows(self, n_pre, n_post, rng):
            return np.arange(n_pre + 1), np.full(n_pre, n_post - 1, np.int32)

    assert Last(weight=2.0).build(2, 3) == Connectivity.from_dense([[0, 0, 2], [0, 0, 2]])


@pytest.mark.parametrize("rule", [Bernoulli(0.1), AllToAll()])
def test_populations_beyond_int32_are_refused_at_once(rule):
    with pytest.raises(
        ValueError, match="n_pre: got 3000000000, wants at most 2147483647 neurons"
    ):
        rule.build(3_000_000_000, 3_000_000_000)


@pytest.mark.parametrize("rule", [Bernoulli, OneToOne, FromData, FixedInDegree])
def test_a_delay_is_refused_with_the_word_for_steps(rule):
    with pytest.raises(TypeError, match=r"delay_steps.*Projection\(…, delay=1.5\)"):
        rule(0.1, delay=15)


def test_a_rule_may_be_pickled_and_copied():
    rule = FixedInDegree(3, weight=2.0, delay_steps=4)
    for twin in (pickle.loads(pickle.dumps(rule)), copy.deepcopy(rule), replace(rule, k=3)):
        assert twin == rule
    assert "delay_steps" in inspect.signature(FromData).parameters
    assert "p" in inspect.signature(Bernoulli).parameters


ROWS = {
    "nothing": (None, TypeError, "Own.rows: got None, wants .indptr .3., indices .nnz.."),
    "a matrix": (np.eye(2, 3), TypeError, "Own.rows: got an array of float64 .2, 3."),
    "rows of another size": (
        (np.arange(4), np.zeros(3, np.int32)),
        ValueError,
        "shapes .4.",
    ),
    "indices of two axes": ((np.arange(3), np.zeros((2, 1), np.int32)), ValueError, "2, 1"),
}


@pytest.mark.parametrize(("rows", "error", "words"), ROWS.values(), ids=ROWS)
def test_what_rows_gives_is_compared_with_what_was_asked(rows, error, words):
    class Own(WiringRule):
        def rows(self, n_pre, n_post, rng):
            return rows

    with pytest.raises(error, match=words):
        Own().build(2, 3)


BUILT = {
    "nothing": (
        None,
        TypeError,
        "got None from Foreign.build, wants a Connectivity .2, 3.",
    ),
    "a matrix": (
        np.eye(2, 3),
        TypeError,
        "array of float64 .2, 3. from Foreign.build.*dense",
    ),
    "another shape": (
        Connectivity.empty(3, 2),
        ValueError,
        "shape .3, 2. from Foreign.build",
    ),
}


@pytest.mark.parametrize(("result", "error", "words"), BUILT.values(), ids=BUILT)
def test_what_a_foreign_rule_builds_is_compared_with_what_was_asked(result, error, words):
    class Foreign:
        def build(self, n_pre, n_post, rng=None):
            return result

    with pytest.raises(error, match=words):
        SparseLinear(2, 3, wiring=Foreign())
    net = Network(Population("a", 2, LIF()), Population("b", 3, LIF()))
    net = Network(*net.populations.values(), Projection("a", "b", Foreign()))
    with pytest.raises(error, match=f"a->b.wiring.*{words}"):
        Simulator(net)
