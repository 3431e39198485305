"""Causes of an input against their closed form (CV64 of the specification)."""

import numpy as np
import pytest
import torch

from neurosparse.models import settle_causes
from tests.models.local.nets import KINDS, layer_of

U = np.array([[1.0, 0.6], [0.0, 0.8], [0.0, 0.0]])
X = torch.tensor([[1.0, 1.0, 0.5]], dtype=torch.float64)


@pytest.mark.parametrize("kind", KINDS[:2])
def test_causes_settle_where_they_should(kind):
    layer = layer_of(kind, U)

    def after(steps):
        return settle_causes(layer, X, decay=0.5, steps=steps)[0]

    np.testing.assert_allclose(after(1), [0.1, 0.14], atol=1e-12)
    np.testing.assert_allclose(after(10), [0.38163883, 0.65300944], atol=1e-8)
    rest = np.linalg.solve(U.T @ U + 0.5 * np.eye(2), U.T @ X[0].numpy())
    np.testing.assert_allclose(rest, [0.34920635, 0.79365079], atol=1e-8)
    np.testing.assert_allclose(after(800), rest, atol=1e-10)
    assert all(p.requires_grad for p in layer.parameters())


def test_refusals():
    layer = layer_of("dense", U)
    with pytest.raises(ValueError, match=r"wants \[batch, 3\]"):
        settle_causes(layer, X[:, :2])
    with pytest.raises(ValueError, match="variance: got 0"):
        settle_causes(layer, X, variance=0)
    with pytest.raises(ValueError, match="decay: got -1"):
        settle_causes(layer, X, decay=-1)
