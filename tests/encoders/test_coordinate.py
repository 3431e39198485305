"""Places overlap as their neighbourhoods do."""

import numpy as np

from neurosparse.encoders import (
    CoordinateEncoder,
)


def test_places_overlap_as_their_neighbourhoods_do() -> None:
    encoder = CoordinateEncoder(5000, 25, 5)
    here = encoder.encode((0, 0))
    assert encoder.encode((0, 0)) == here
    near = [
        np.mean([here.overlap(encoder.encode((0, s * d))) for s in (1, -1)])
        for d in (1, 3, 40)
    ]
    assert near[0] > near[1] > near[2]
    assert near[2] <= 2
