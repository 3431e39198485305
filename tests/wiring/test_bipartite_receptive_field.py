"""Receptive-field layers."""

import numpy as np

from neurosparse.wiring import (
    ReceptiveFieldLayer,
)


def test_receptive_fields_widen_with_r():
    def spread(r):
        pre, post = ReceptiveFieldLayer(0.05, r).build(400, 400, 0).edges()
        away = np.abs(pre.astype(int) - post)
        return np.minimum(away, 400 - away).mean()

    widths = [spread(r) for r in (0.0, 0.25, 0.6, 1.0)]
    assert widths == sorted(widths)
    assert widths[0] < 6
    assert abs(widths[-1] - 100) < 5
