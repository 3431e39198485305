"""DEEP R: numbers stay, the support is found."""

import numpy as np
import pytest

from neurosparse.models import (
    DeepR,
    SparseLinear,
)
from neurosparse.wiring import FixedTotal
from tests.models.training.helpers import regression, train

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_deep_r_keeps_the_number_and_finds_the_support():
    x, y, true, _ = regression()
    rng = np.random.default_rng(0)
    layer = SparseLinear(FixedTotal(30).build(20, 6, rng), bias=False, rng=0)
    start = layer.support
    rule = DeepR(l1=0.05, temperature=0.01)
    signs = DeepR().signs(layer)

    def after(optimizer, lr, progress):
        nonlocal signs
        signs = rule.after_step(layer, signs, lr, optimizer, rng)
        assert layer.nnz == 30
        assert (layer.values.detach() * signs >= 0).all()

    losses = train(layer, x, y, after, steps=600)
    layer.support.validate()
    assert layer.support != start
    assert losses[-1] < 0.2 * losses[0]
    assert (layer.connectivity.to_dense()[true != 0] != 0).sum() >= 6
