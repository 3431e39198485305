"""Scale-free layers."""

import numpy as np

from neurosparse.wiring import (
    RandomEdges,
    ScaleFreeLayer,
)


def test_scale_free_has_a_heavier_tail_than_random():
    free, er = (
        rule.build(800, 800, 0).out_degree
        for rule in (ScaleFreeLayer(0.02), RandomEdges(0.02))
    )
    assert free.max() > 4 * er.max()
    assert np.median(free) < np.median(er)
    assert ScaleFreeLayer(1.0).build(5, 4, 0).nnz == 20
