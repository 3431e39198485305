"""Decimals at borders: what lies on a border but for its rounding is on it, in every encoder."""

from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.encoders import DateEncoder, RandomScalarEncoder, ScalarEncoder
from neurosparse.htm import GlobalInhibition, Hood, LocalInhibition
from neurosparse.sdr import SDR

RESOLUTIONS = st.tuples(st.integers(1, 999), st.integers(1, 6))
SHARES = st.integers(1, 9999).map(lambda k: Decimal(k) / 10_000)


def whole(number: Decimal, rounding: str) -> int:
    return int(number.to_integral_value(rounding))


@given(RESOLUTIONS, st.integers(-(10**7), 10**7))
def test_a_decimal_begins_the_bucket_that_it_names(resolution, bucket):
    mantissa, digits = resolution
    width = float(f"{mantissa}e-{digits}")
    encoder = RandomScalarEncoder(100, 5, width)
    assert encoder.bucket(float(f"{bucket * mantissa}e-{digits}")) == bucket
    assert (
        encoder.bucket(float(f"{bucket * mantissa * 10 + mantissa}e-{digits + 1}"))
        == bucket
    )


@given(RESOLUTIONS, st.integers(-2000, 2000))
def test_so_does_one_of_single_precision(resolution, bucket):
    mantissa, digits = resolution
    value = np.float32(f"{bucket * mantissa}e-{digits}")
    width = float(f"{mantissa}e-{digits}")
    assert RandomScalarEncoder(100, 5, width).bucket(value) == bucket
    assert RandomScalarEncoder(100, 5, np.float32(width)).bucket(value) == bucket


@given(RESOLUTIONS, st.integers(-(10**6), 10**6), st.integers(0, 50))
def test_scalar_codes_far_from_0_are_those_at_0(resolution, offset, step):
    mantissa, digits = resolution
    low, value, high = (
        float(f"{(offset + k) * mantissa}e-{digits}") for k in (0, step, 50)
    )
    encoder = ScalarEncoder.from_resolution(low, high, 3, float(f"{mantissa}e-{digits}"))
    assert encoder.encode(value) == SDR(range(step, step + 3), 53)


@given(st.integers(1, 10**6), st.integers(1, 5))
def test_a_border_in_single_precision_lies_inside(mantissa, digits):
    border = float(f"{mantissa}e-{digits}")
    encoder = ScalarEncoder(-border, border, 3, 13)
    assert encoder.encode(np.float32(border)) == encoder.encode(border)
    assert encoder.encode(np.float32(-border)) == encoder.encode(-border)
    with pytest.raises(ValueError, match="value: got"):
        encoder.encode(np.float32(1.000001 * border))


@given(st.integers(3, 300), st.integers(1, 6), st.booleans(), st.integers(0, 2**32 - 1))
def test_decoding_gives_the_code_that_differs_least(size, active, periodic, seed):
    encoder = ScalarEncoder(-1, 2, min(active, size - 1), size, periodic)
    sdr = SDR.random(size, 0.2, rng=seed)
    starts = np.arange(size if periodic else size - encoder.active + 1)
    runs = [SDR(np.unique((s + np.arange(encoder.active)) % size), size) for s in starts]
    hits = np.array([run.overlap(sdr) for run in runs])
    best = np.flatnonzero(hits == hits.max())
    value = min(-1 + best[(best.size - 1) // 2] * encoder.resolution, 2)
    assert not len(sdr) or encoder.decode(sdr) == value


@given(SHARES, st.integers(1, 5000))
def test_a_share_of_cells_is_rounded_as_its_decimals_are(share, n):
    nearest = whole(share * n, ROUND_HALF_UP)
    lowest = whole(share * n, ROUND_FLOOR)
    assert len(SDR.random(n, float(share), rng=0)) == nearest
    assert len(SDR(range(n), n).kill_cells(float(share), rng=0)) == n - nearest
    assert GlobalInhibition(float(share)).count(n) == lowest
    if nearest:
        encoder = RandomScalarEncoder.from_active_share(n, float(share), 1)
        assert encoder.active == nearest


@given(SHARES, st.integers(1, 60))
def test_neighbours_win_by_the_decimals_of_the_share(share, n):
    every = Hood(np.arange(n + 1) * n, np.tile(np.arange(n, dtype=np.int32), n))
    rule = LocalInhibition(float(share))
    for backend in ("cpu", "naive"):
        winners = rule(np.arange(n) + 1.0, every, backend)
        assert winners.size == whole(share * n, ROUND_HALF_UP)


@pytest.mark.parametrize("holiday", [(12, 31), (1, 1), (1, 2)])
@pytest.mark.parametrize("hours", range(-60, 60, 6))
def test_holidays_at_the_ends_of_the_calendar_are_those_of_other_years(holiday, hours):
    encoder = DateEncoder(holiday=4, holidays=(holiday,))
    time = datetime(2001, 1, 1) + timedelta(hours=hours)
    for year in (1, 2, 9998, 9999):
        assert encoder.encode(time.replace(year=year)) == encoder.encode(time)
