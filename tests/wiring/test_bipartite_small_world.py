"""Small-world layers."""

import numpy as np

from neurosparse.wiring import (
    SmallWorldLayer,
)


def test_small_world_goes_from_lattice_to_random():
    def spread(beta):
        pre, post = SmallWorldLayer(0.05, beta).build(400, 400, 0).edges()
        away = np.abs(pre.astype(int) - post)
        return np.minimum(away, 400 - away).mean()

    assert spread(0.0) < 6 < spread(0.25) < spread(1.0)
    assert abs(spread(1.0) - 100) < 5
