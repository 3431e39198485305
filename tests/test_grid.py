"""The grid of steps: decimals at random widths and offsets against exact arithmetic."""

from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse import grid
from neurosparse.encoders import (
    DateEncoder,
    DeltaEncoder,
    LatencyEncoder,
    RandomScalarEncoder,
    ScalarEncoder,
    integrate,
)
from neurosparse.wiring import Disc, DistanceDependent

widths = st.builds(Fraction, st.integers(1, 999), st.sampled_from([10, 100, 1000, 10**6]))
counts = st.integers(-(10**9), 10**9)
offsets = st.builds(Fraction, st.integers(-(10**6), 10**6), st.sampled_from([1, 10, 1000]))


@given(widths, counts, offsets)
def test_decimals_on_the_grid(width: Fraction, count: int, start: Fraction) -> None:
    value = float(start + count * width)
    for ask in (grid.floor_steps, grid.ceil_steps, grid.round_steps, grid.steps):
        assert ask(value, float(width), float(start)) == count


@given(widths, counts, st.builds(Fraction, st.integers(1, 99), st.just(100)))
def test_decimals_between(width: Fraction, count: int, part: Fraction) -> None:
    exact = count + part
    value = float(exact * width)
    assert grid.floor_steps(value, float(width)) == floor(exact)
    assert grid.ceil_steps(value, float(width)) == ceil(exact)
    half_away = floor(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
    assert grid.round_steps(value, float(width)) == half_away


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_says_how_much_is_rounded(dtype: type) -> None:
    k = np.arange(20_000)
    assert np.array_equal(grid.floor_steps((k / 10).astype(dtype), 0.1), k)


@pytest.mark.parametrize("start", [0, 1_000, 278_376])
def test_single_precision_counts_once_far_from_0(start: int) -> None:
    # times are exact to an eighth of a step there; a start of 64 bits adds nothing to that
    k = np.arange(200)
    times = (start + k / 4).astype(np.float32)
    assert np.array_equal(grid.floor_steps(times, 1.0, start), k // 4)


def test_an_hour_of_samples() -> None:
    k = 30_000 * 3600 + np.arange(3000)
    assert np.array_equal(grid.floor_steps(k / 30.0, 1 / 30), k)


@given(widths, st.integers(-(10**6), 10**6))
def test_buckets_of_random_scalars(width: Fraction, count: int) -> None:
    encoder = RandomScalarEncoder(1000, 10, float(width))
    assert encoder.bucket(float(count * width)) == count
    cut = RandomScalarEncoder(1000, 10, float(width), truncate=True)
    assert cut.bucket(float(count * width)) == count


def test_neighbours_of_single_precision_have_other_codes() -> None:
    encoder = RandomScalarEncoder(1000, 10, 0.1)
    codes = [encoder.encode(np.float32(k / 10)) for k in range(100)]
    assert codes == [encoder.encode(k / 10) for k in range(100)]
    assert all(a != b for a, b in pairwise(codes))


@given(widths, offsets, st.integers(0, 60))
def test_scalar_cells_move_at_the_half_step(
    width: Fraction, low: Fraction, half: int
) -> None:
    high = low + 30 * width
    encoder = ScalarEncoder.from_resolution(float(low), float(high), 3, float(width))
    assert encoder.size == 33
    code = encoder.encode(min(float(low + half * width / 2), float(high)))
    assert code.indices[0] == (half + 1) // 2


@pytest.mark.parametrize("w", [1, 2, 3, 21, 49, 103, 107, 161, 187, 255])
def test_every_part_of_a_date_has_the_cells_of_its_width(w: int) -> None:
    assert DateEncoder(day_of_week=w).size == 7 * w
    assert DateEncoder(holiday=w).size == 2 * w
    assert DateEncoder(season=w).size == 4 * w
    assert DateEncoder(time_of_day=w, time_radius=4).size == 6 * w


@given(widths, offsets, st.lists(st.sampled_from([-1, 1]), min_size=1, max_size=30))
def test_deltas_of_whole_thresholds(
    width: Fraction, start: Fraction, moves: list[int]
) -> None:
    place = np.concatenate([[0], np.cumsum(moves)])
    signal = [[float(start + int(k) * width)] for k in place]
    steps, neurons = DeltaEncoder(float(width)).encode(signal)
    assert steps.tolist() == list(range(1, len(place)))
    assert neurons.tolist() == [0 if move > 0 else 1 for move in moves]


def test_deltas_of_single_precision() -> None:
    signal = (np.arange(50) / 10).astype(np.float32)[:, None]
    assert DeltaEncoder(0.1).encode(signal)[0].tolist() == list(range(1, 50))


def test_sums_of_decimals_reach_their_threshold() -> None:
    for tenth in (0.1, np.float32(0.1)):
        steps, _ = integrate(np.full((100, 1), tenth), threshold=1.0)
        assert steps.tolist() == list(range(9, 100, 10))


@pytest.mark.parametrize("n_steps", [11, 101, 1001])
def test_latencies_round_halves_up(n_steps: int) -> None:
    last = n_steps - 1
    exact = [1 - Fraction(2 * k + 1, 2 * last) for k in range(last)]
    steps, neurons = LatencyEncoder(n_steps).encode([float(x) for x in exact])
    assert sorted(zip(neurons.tolist(), steps.tolist(), strict=True)) == [
        (k, k + 1) for k in range(last)
    ]


def test_the_border_of_a_disc_belongs_to_it() -> None:
    line = (1000 + np.arange(60) / 10)[:, None]
    wired = DistanceDependent(line, Disc(1.0, 0.3), allow_self=False).build(60, 60)
    pre, post = wired.edges()
    assert np.abs(pre - post).max() == 3
    assert wired.nnz == 2 * (59 + 58 + 57)
