"""Random scalar encoder: published codes, overlaps, decoding."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.encoders import (
    RandomScalarEncoder,
)


@pytest.mark.parametrize(
    ("x", "cells"),
    [
        (0, [185, 339, 345, 347, 398, 399, 466, 574, 707, 791]),
        (3, [163, 185, 218, 320, 345, 347, 398, 399, 466, 707]),
        (66, [183, 193, 228, 336, 551, 765, 861, 915, 984, 987]),
    ],
)
@pytest.mark.parametrize("truncate", [False, True])
def test_random_scalar_codes(x: float, cells: list[int], truncate: bool) -> None:
    assert (
        RandomScalarEncoder(1000, 10, 1, 42, truncate).encode(x).indices.tolist() == cells
    )


def test_random_scalar_overlaps_fall_with_distance() -> None:
    encoder = RandomScalarEncoder(2000, 40, 1)
    shared = [
        encoder.encode(0).overlap(encoder.encode(x)) for x in (0, 1, 5, 10, 20, 39, 40, 50)
    ]
    assert shared == [39, 38, 34, 29, 21, 4, 3, 2]


def test_random_scalar_parameters() -> None:
    assert RandomScalarEncoder.from_active_share(1000, 0.02551, 1).active == 26
    assert RandomScalarEncoder.from_active_share(1000, 0.03049, 1).active == 30
    assert RandomScalarEncoder.from_radius(1000, 100, 12).resolution == pytest.approx(0.12)
    assert len(RandomScalarEncoder(1000, 10, 1).encode(math.nan)) == 0


def test_floor_keeps_buckets_alike_and_truncation_does_not() -> None:
    ours = RandomScalarEncoder(1000, 10, 1)
    cut = RandomScalarEncoder(1000, 10, 1, truncate=True)
    assert ours.encode(-0.5) != ours.encode(0.5)
    assert cut.encode(-0.5) == cut.encode(0.5)
    shared = [ours.encode(x).overlap(ours.encode(x + 1)) for x in (-9.5, -0.5, 4.5)]
    assert min(shared) >= 8


@given(st.floats(-50, 50))
def test_random_scalar_decodes_to_its_bucket(x: float) -> None:
    encoder = RandomScalarEncoder(2000, 40, 0.5)
    assert encoder.decode(encoder.encode(x), -50, 50) == encoder.bucket(x) * 0.5


def test_decode_goes_through_millions_of_buckets_in_blocks() -> None:
    encoder = RandomScalarEncoder(1000, 10, 0.1)
    tracemalloc.start()
    assert encoder.decode(encoder.encode(12.34), -1e4, 1e4) == pytest.approx(12.3)
    assert tracemalloc.get_traced_memory()[1] < 200e6
    tracemalloc.stop()
    with pytest.raises(ValueError, match="low, high: got a range of .* buckets"):
        encoder.decode(encoder.encode(1), -1e9, 1e9)


def test_a_number_beyond_all_buckets_is_refused() -> None:
    for value in (1e308, -1e300, np.float64(1e19)):
        with pytest.raises(ValueError, match="value: got"):
            RandomScalarEncoder(1000, 10, 0.1).encode(value)
