"""Batches to rows of lanes and back, for sizes that fill no whole tile."""

import numpy as np
import pytest

from neurosparse.kernels.base.vector.blocks import side_of, transpose_square
from neurosparse.kernels.base.vector.tiles import TILE, load_tile, pack, slabs, store_tile


@pytest.mark.parametrize("batch", [1, 32, 45])
@pytest.mark.parametrize("n", [1, 16, 37])
def test_what_is_packed_comes_back(batch: int, n: int) -> None:
    lanes = 32
    x = np.random.default_rng(0).standard_normal((batch, n)).astype(np.float32)
    packed = np.full((slabs(batch, lanes), n, lanes), np.nan, np.float32)
    pack(x, 0, len(packed), packed)
    for s, rows in enumerate(packed):
        samples = x[s * lanes : (s + 1) * lanes]
        assert np.array_equal(rows[:, : len(samples)], samples.T)
        assert not rows[:, len(samples) :].any()
    again = np.zeros_like(x)
    for s, rows in enumerate(packed):
        for first in range(0, n, TILE):
            store_tile(rows, first, again, s * lanes, first, min(TILE, n - first))
    assert np.array_equal(again, x)


def test_a_tile_stops_at_its_last_column() -> None:
    x = np.arange(200.0).reshape(10, 20)
    rows = np.full((TILE, 16), -1.0)
    assert load_tile(x, 4, 15, 18, rows) == 3
    assert np.array_equal(rows[:3, :6], x[4:, 15:18].T)
    assert not rows[:, 6:].any()


def test_a_square_is_transposed_in_place_of_another() -> None:
    side = side_of(np.dtype(np.float64))
    source = np.arange(64.0).reshape(8, 8)
    target = np.zeros((8, 8))
    transpose_square(source, 1, 2, target, 4, 3)
    assert np.array_equal(
        target[4 : 4 + side, 3 : 3 + side], source[1 : 1 + side, 2 : 2 + side].T
    )
    assert np.count_nonzero(target) == side * side
