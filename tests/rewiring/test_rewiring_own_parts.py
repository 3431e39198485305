"""What a rule's own parts give is looked at: scores, ways of dropping and growing, schedules."""

import numpy as np
import pytest
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Share, Simulator, Structural
from neurosparse.models import prune
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.pruning import DropNeurons, KeepBest, RecurrentNet
from neurosparse.rewiring import (
    Best,
    Constant,
    ConstantFanIn,
    Cosine,
    InTurn,
    LayerSynapses,
    Likely,
    Lowest,
    Magnitude,
    PairGradient,
    Rewiring,
    SoftLowest,
    UniformPairs,
)

LAYER = LayerSynapses(
    Connectivity.from_dense([[1, 2, 3, 0], [0, 4, 5, 6]]), np.arange(1.0, 7.0)
)
SCORES = {
    "too short": (np.ones(2), ValueError, r"score: got an array of float64 \[2\]"),
    "two axes": (
        np.ones((6, 1)),
        ValueError,
        r"score: .*\[6, 1\], wants one number for each",
    ),
    "one number": (1.0, ValueError, "score: got one number"),
    "NaN": ([1, 2, np.nan, 4, 5, 6], ValueError, "score: got NaN at position 2"),
    "nothing": (None, TypeError, "score: "),
}


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(("scores", "error", "words"), SCORES.values(), ids=SCORES)
@pytest.mark.parametrize("way", [Lowest, SoftLowest])
def test_scores_of_another_shape_are_refused(way, scores, error, words):
    with pytest.raises(error, match=words):
        way(lambda layer, rng: scores)(LAYER, 2, rng())


def test_prune_and_the_pruning_of_networks_refuse_them_too():
    net = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [2, 0]]))
    with pytest.raises(ValueError, match=r"score: got an array of float64 \[5\]"):
        KeepBest(lambda net, rng: np.ones(5))(net, 1)
    with pytest.raises(ValueError, match=r"score: got an array of float64 \[5\]"):
        DropNeurons(lambda net, rng: np.ones(5))(net, 1)
    with pytest.raises(ValueError, match=r"score: got an array of float64 \[1\]"):
        prune(nn.Linear(3, 3), 0.5, lambda layer, rng: np.ones(1))


def test_an_infinite_score_is_in_order():
    way = Lowest(lambda layer, rng: np.array([np.inf, 1, 2, 3, 4, -np.inf]))
    assert way(LAYER, 2, rng()).tolist() == [1, 5]


def test_soft_removal_refuses_negative_scores():
    with pytest.raises(ValueError, match="score: got -1, wants 0 or more"):
        SoftLowest(lambda layer, rng: -np.ones(6))(LAYER, 2, rng())


def test_a_score_cannot_change_the_weights():
    def score(layer, rng):
        layer.values[:] = 0.0
        return np.ones(6)

    with pytest.raises(ValueError, match="read-only"):
        Lowest(score)(LAYER, 2, rng())
    assert LAYER.values.sum() == 21
    assert LAYER.values.flags.writeable


DROPS = {
    "twice": ([1, 1], ValueError, "drop: got positions twice or in disorder"),
    "in disorder": ([2, 1], ValueError, "drop: got positions twice or in disorder"),
    "beyond": ([1, 6], ValueError, "drop: got positions 1 to 6, wants .*below 6"),
    "negative": ([-1], ValueError, "drop: got positions -1"),
    "a mask": ([True] * 6, TypeError, "drop: "),
    "nothing": (None, TypeError, "drop: "),
}
GROWN = {
    "there": (([0], [0]), ValueError, "grow: got 0 -> 0, wants pairs not there yet"),
    "twice": (([0, 0], [3, 3]), ValueError, "grow: got a pair twice"),
    "beyond": (
        ([0], [4]),
        ValueError,
        "grow: post: got neurons 4 to 4, wants neurons 0 to 3",
    ),
    "other lengths": (([0, 1], [3]), ValueError, "grow: got shapes"),
    "fractions": (([0.5], [3.0]), TypeError, "grow: pre"),
    "nothing": (None, TypeError, "grow: got None"),
}


def structural(**parts):
    wiring = LAYER.support
    net = Network(
        Population("a", 2, LIF()), Population("b", 4, LIF()), Projection("a", "b", wiring)
    )
    sim = Simulator(net, dt=0.1)
    sim.run(
        0.2, callbacks=[Every(0.1, Structural("a->b", Share(0.2), weight=1.0, **parts))]
    )


@pytest.mark.parametrize(("drop", "error", "words"), DROPS.values(), ids=DROPS)
def test_positions_that_a_way_of_dropping_gives(drop, error, words):
    def way(layer, k, rng):
        return drop

    with pytest.raises(error, match=words):
        Rewiring(way, UniformPairs(), Constant(0.3)).step([LAYER], 0.0, 1)
    with pytest.raises(error, match=words):
        InTurn((way,))(LAYER, 2, rng())
    with pytest.raises(error, match=words):
        structural(drop=way)


@pytest.mark.parametrize(("pairs", "error", "words"), GROWN.values(), ids=GROWN)
def test_pairs_that_a_way_of_growing_gives(pairs, error, words):
    def way(layer, k, rng):
        return pairs

    def last(layer, k, rng):
        return [len(layer.values) - 1]

    with pytest.raises(error, match=words):
        Rewiring(last, way, Constant(0.3)).step([LAYER], 0.0, 1)
    with pytest.raises(error, match=words):
        structural(drop=last, grow=way)


def test_a_schedule_is_asked_for_and_looked_at():
    drop = Lowest(Magnitude())
    with pytest.raises(TypeError, match=r"fraction: got 0.25, .*write Constant\(0.25\)"):
        Rewiring(drop, UniformPairs(), 0.25)
    with pytest.raises(TypeError, match=r"fraction: got 0.25, .*write Constant\(0.25\)"):
        ConstantFanIn(0.25)
    with pytest.raises(TypeError, match=r"density: got 0.1, .*write Constant\(0.1\)"):
        Rewiring(drop, UniformPairs(), density=0.1)
    rule = Rewiring(drop, UniformPairs(), lambda progress: 1.5)
    with pytest.raises(ValueError, match="fraction: got 1.5 at progress 0"):
        rule.step([LAYER], 0.0, 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Lowest(Magnitude),
        lambda: SoftLowest(Magnitude),
        lambda: KeepBest(Magnitude),
        lambda: InTurn((Lowest,)),
        lambda: Rewiring(Lowest, UniformPairs()),
        lambda: Rewiring(Lowest(Magnitude()), UniformPairs),
        lambda: Rewiring(Lowest(Magnitude()), UniformPairs(), Cosine),
        lambda: Structural("a->b", drop=Lowest),
        lambda: Structural("a->b", grow=UniformPairs),
        lambda: Structural("a->b", amount=Share),
    ],
)
def test_a_class_in_the_place_of_an_object_is_refused(make):
    with pytest.raises(TypeError, match=r"got <class .*; write \w+\(...\)"):
        make()


def test_a_share_in_the_place_of_an_amount_is_refused():
    with pytest.raises(TypeError, match=r"amount: got 0.1, .*write Share\(0.1\)"):
        Structural("a->b", amount=0.1)


PAIRS = {
    "one axis": (
        lambda first, last: np.ones(4),
        ValueError,
        r"got an array of float64 \[4\]",
    ),
    "all rows": (lambda first, last: np.ones((3, 4)), ValueError, r"\[2, 4\]"),
    "one number": (lambda first, last: 1.0, ValueError, "score: got one number"),
    "NaN": (
        lambda first, last: np.where(np.eye(2, 4), np.nan, 1),
        ValueError,
        "score: got NaN for the pair 0 -> 0",
    ),
    "words": (lambda first, last: np.full((2, 4), "a"), TypeError, "score: "),
    "nothing": (None, TypeError, "score: .*a function of rows"),
}


@pytest.mark.parametrize(("block", "error", "words"), PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("way", [Best, Likely])
def test_scores_of_pairs_of_another_shape_are_refused(way, block, error, words):
    with pytest.raises(error, match=words):
        way(lambda layer: block)(LAYER, 2, rng())


@pytest.mark.parametrize("kind", [bool, np.int8, np.int64, np.float16, np.float32])
@pytest.mark.parametrize("way", [Best, Likely])
def test_scores_of_pairs_may_be_any_numbers(way, kind):
    chosen = [
        way(lambda layer, kind=kind: lambda first, last: np.eye(2, 4, 3).astype(kind))(
            LAYER, 1, rng()
        )
        for kind in (kind, np.float64)
    ]
    assert [part.tolist() for part in chosen[0]] == [part.tolist() for part in chosen[1]]
    assert [part.tolist() for part in chosen[0]] == [[0], [3]]


def test_what_is_no_score_of_pairs_is_refused_where_it_is_given():
    for way in (Best, Likely):
        with pytest.raises(TypeError, match="score: .*wants a score of pairs"):
            way(PairGradient)
        with pytest.raises(ValueError, match="factor: got 0"):
            way(PairGradient(), factor=0)


@pytest.mark.parametrize(
    ("numbers", "error"),
    [([1, 2], ValueError), ([-1], ValueError), ([0.5], TypeError), (3, ValueError)],
)
def test_numbers_that_a_distribution_cannot_mean_are_refused(numbers, error):
    rule = Rewiring(
        Lowest(Magnitude()),
        UniformPairs(),
        Constant(0.3),
        distribution=lambda layers, dropped: numbers,
    )
    with pytest.raises(error, match="distribution: got"):
        rule.step([LAYER], 0.0, rng())


@pytest.mark.parametrize(
    ("dead", "error"),
    [
        ([[0, 0]], ValueError),
        ([[4]], ValueError),
        ([[-1]], ValueError),
        ([[True] * 4], TypeError),
        ([], TypeError),
        (None, TypeError),
    ],
)
def test_positions_that_chains_cannot_mean_are_refused(dead, error):
    rule = Rewiring(
        Lowest(Magnitude()), UniformPairs(), Constant(0.3), chains=lambda supports: dead
    )
    with pytest.raises(error, match="chains: got"):
        rule.step([LAYER], 0.0, rng())
