"""Ways to drop: shares, odds, ties."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    Chance,
    EdgeCorrelation,
    InTurn,
    LayerSynapses,
    Lowest,
    Magnitude,
    NearestZero,
    SoftLowest,
)
from tests.rewiring.helpers import a_layer


def test_soft_removal_spares_the_strong_and_hardens():
    support = Connectivity.from_dense(np.ones((1, 50)))
    layer = LayerSynapses(support, np.linspace(0.1, 5, 50))
    rng = np.random.default_rng(0)
    soft = SoftLowest(Magnitude(), 0.0)
    hard = SoftLowest(Magnitude(), 0.9)
    means = [
        np.mean([way(layer, 20, rng).mean() for _ in range(50)]) for way in (soft, hard)
    ]
    assert 24.5 > means[0] > means[1] + 2
    assert means[1] < 12


def test_thirds_are_thirds():
    layer = a_layer(density=0.5)
    gone = InTurn((Lowest(Magnitude()), Lowest(Chance()), Lowest(EdgeCorrelation())))(
        layer, 30, np.random.default_rng(0)
    )
    assert len(gone) == 30
    assert set(np.argsort(np.abs(layer.values))[:10]) <= set(gone.tolist())


def test_ties_go_to_the_earlier_position():
    layer = LayerSynapses(Connectivity.from_dense(np.ones((1, 5))), np.ones(5))
    assert Lowest(Magnitude())(layer, 2, np.random.default_rng(0)).tolist() == [0, 1]


def test_either_sign_loses_its_share():
    layer = a_layer(density=0.6)
    gone = NearestZero()(layer, 40, np.random.default_rng(0))
    positive = layer.values > 0
    assert len(gone) == 40
    assert positive[gone].sum() == round(40 * positive.mean())
    left = np.delete(np.arange(len(layer.values)), gone)
    for side in (positive, ~positive):
        assert (
            np.abs(layer.values[gone[side[gone]]]).max()
            <= np.abs(layer.values[left[side[left]]]).min()
        )


def test_a_sharpness_of_one_is_refused():
    with pytest.raises(ValueError, match="sharpness: got 1"):
        SoftLowest(Magnitude(), 1.0)
