"""Scores of pairs against their definitions."""

import numpy as np

from neurosparse.rewiring import (
    Exploring,
    PairCorrelation,
    PairGradient,
)
from tests.rewiring.helpers import a_layer


def test_correlation_of_pairs_is_pearsons_or_the_cosine():
    layer = a_layer()
    x, y = layer.window.inputs, layer.window.outputs
    pearson = np.corrcoef(x.T, y.T)[:20, 20:]
    np.testing.assert_allclose(PairCorrelation()(layer)(0, 20), pearson, atol=1e-5)
    cosine = (x.T @ y) / np.outer(np.linalg.norm(x, axis=0), np.linalg.norm(y, axis=0))
    np.testing.assert_allclose(
        PairCorrelation(centred=False)(layer)(3, 9), cosine[3:9], atol=1e-5
    )


def test_the_gradient_of_pairs_is_that_of_a_dense_layer():
    layer = a_layer()
    dense = np.abs(layer.window.inputs.T @ layer.window.slopes)
    np.testing.assert_allclose(PairGradient()(layer)(2, 7), dense[2:7], rtol=1e-5)


def test_exploring_favours_the_untried():
    layer = a_layer()
    memory = layer.memory
    for _ in range(5):
        memory = memory.after(layer.support)
    silent = layer.window._replace(slopes=layer.window.slopes * 0)
    scores = Exploring(1.0)(layer._replace(memory=memory, window=silent))(4, 9)
    present = layer.support.to_dense()[4:9] != 0
    np.testing.assert_allclose(scores[present], np.log(6) / 7)
    np.testing.assert_allclose(scores[~present], np.log(6))
