"""Scores of synapses against their definitions."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import RecurrentNet
from neurosparse.rewiring import (
    Chance,
    EdgeCorrelation,
    Equal,
    LayerSynapses,
    Magnitude,
    MagnitudeAndGradient,
    RelativeImportance,
)
from tests.rewiring.helpers import a_layer


def test_correlation_of_synapses_is_pearsons():
    layer = a_layer()
    pearson = np.corrcoef(layer.window.inputs.T, layer.window.outputs.T)[:20, 20:]
    pre, post = layer.support.edges()
    on_edges = EdgeCorrelation()(layer, np.random.default_rng(0))
    np.testing.assert_allclose(on_edges, pearson[pre, post], atol=1e-5)


def test_scores_of_importance():
    layer = LayerSynapses(
        Connectivity.from_dense([[1, 3], [0, 1]]), np.array([1.0, -3.0, 1.0])
    )
    rng = np.random.default_rng(0)
    np.testing.assert_allclose(
        RelativeImportance()(layer, rng), [1.25, 1.5, 1.25], atol=1e-3
    )
    full = a_layer()
    dense = full.window.inputs.T @ full.window.slopes
    pre, post = full.support.edges()
    expected = np.abs(full.values) + 0.01 * np.abs(dense[pre, post])
    np.testing.assert_allclose(MagnitudeAndGradient()(full, rng), expected, rtol=1e-4)


@pytest.mark.parametrize("score", [Magnitude(), Chance(), Equal(), RelativeImportance()])
def test_scores_of_weights_serve_layers_and_recurrent_networks_alike(score):
    w = np.random.default_rng(0).standard_normal((5, 5)) * (1 - np.eye(5))
    support = Connectivity.from_dense(w)
    layer = LayerSynapses(support, support.weights_array())
    net = RecurrentNet.begin(support, 1.0)
    of_layer, of_net = (score(part, np.random.default_rng(3)) for part in (layer, net))
    assert np.array_equal(of_layer, of_net)
    assert of_layer.shape == (20,)
    assert (of_layer >= 0).all()


def test_the_plain_ones():
    layer = LayerSynapses(Connectivity.from_dense([[1, 1, 1]]), np.array([-3.0, 0.5, 0.0]))
    rng = np.random.default_rng(0)
    assert Magnitude()(layer, rng).tolist() == [3.0, 0.5, 0.0]
    assert Equal()(layer, rng).tolist() == [1.0, 1.0, 1.0]
    assert len(set(Chance()(layer, rng).tolist())) == 3
