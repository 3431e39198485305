"""Projections as a GPU reads them: rows sorted by delay, what all copies share, integer weights."""

import numpy as np

from neurosparse.engine.device_rows import scale_of


def test_weights_become_integers_by_a_number_that_float32_holds():
    assert scale_of(0.75) == scale_of(1.0) == 2.0**40
    assert np.isfinite(np.float32([scale_of(1e-40), scale_of(1e30)])).all()
