"""Places overlap as their neighbourhoods do."""

import numpy as np
import pytest

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


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int64])
@pytest.mark.parametrize("far", [0, 2**32, -(2**40), 2**63 - 200])
def test_places_far_out_have_the_codes_of_the_grid(kind, far) -> None:
    # the hash takes 32 bits of a place, so the grid repeats after 2^32
    encoder = CoordinateEncoder(500, 9, 2)
    place = np.array([-5, 100])
    code = encoder.encode(place.astype(kind))
    assert encoder.encode(
        np.array([(p + far) % 2**32 for p in (-5, 100)])
    ) == encoder.encode(np.array([p + far for p in (-5, 100)]))
    assert code == encoder.encode(tuple(place.tolist()))
