"""Scalar encoder: published codes, neighbours share cells, decoding, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.encoders import (
    CategoryEncoder,
    CoordinateEncoder,
    DateEncoder,
    RandomScalarEncoder,
    ScalarEncoder,
)
from neurosparse.sdr import SDR


@pytest.mark.parametrize(
    ("value", "cells"),
    [
        (10, [0, 1, 2]),
        (10.49, [0, 1, 2]),
        (10.5, [1, 2, 3]),
        (14.5, [5, 6, 7]),
        (19.5, [10, 11, 12]),
        (20, [10, 11, 12]),
    ],
)
def test_scalar_by_resolution(value: float, cells: list[int]) -> None:
    encoder = ScalarEncoder.from_resolution(10, 20, 3, 1)
    assert encoder.size == 13
    assert encoder.encode(value).indices.tolist() == cells


@pytest.mark.parametrize(
    ("value", "cells"), [(19.49, [0, 1, 9]), (19.5, [0, 1, 2]), (20, [0, 1, 2])]
)
def test_scalar_periodic(value: float, cells: list[int]) -> None:
    encoder = ScalarEncoder.from_resolution(10, 20, 3, 1, periodic=True)
    assert encoder.size == 10
    assert encoder.encode(value).indices.tolist() == cells


def test_scalar_by_size() -> None:
    encoder = ScalarEncoder(10, 20, active=3, size=7)
    assert encoder.encode(10).indices.tolist() == [0, 1, 2]
    assert encoder.encode(20).indices.tolist() == [4, 5, 6]


def test_what_lies_outside() -> None:
    strict = ScalarEncoder(0, 1, 2, 10)
    clip = ScalarEncoder(0, 1, 2, 10, clip=True)
    assert len(strict.encode(math.nan)) == len(clip.encode(math.nan)) == 0
    assert clip.encode(math.inf) == clip.encode(1) == strict.encode(1)
    assert clip.encode(-3) == strict.encode(0)
    for value in (math.inf, -math.inf, 1.01):
        with pytest.raises(ValueError, match="value: got"):
            strict.encode(value)


@given(st.floats(0, 100), st.booleans())
def test_scalar_decodes_to_half_a_step(value: float, periodic: bool) -> None:
    encoder = ScalarEncoder(0, 100, 5, 105, periodic)
    back = encoder.decode(encoder.encode(value))
    off = abs(back - value)
    assert min(off, 100 - off if periodic else off) <= encoder.resolution / 2 + 1e-9
    assert len(encoder.encode(value)) == 5


@given(st.floats(0, 90), st.floats(0, 10))
def test_near_values_share_cells(value: float, step: float) -> None:
    encoder = ScalarEncoder(0, 100, 10, 110)
    shared = encoder.encode(value).overlap(encoder.encode(value + step))
    assert abs(shared - max(0, 10 - step / encoder.resolution)) <= 1


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: ScalarEncoder(1, 1, 2, 9), "low, high"),
        (lambda: ScalarEncoder(0, math.inf, 2, 9), "high"),
        (lambda: ScalarEncoder(0, 1, 9, 9), "size"),
        (lambda: ScalarEncoder(0, 1, 2, 9, periodic=True, clip=True), "clip"),
        (lambda: ScalarEncoder.from_resolution(0, 1, 2, 0), "resolution"),
        (lambda: ScalarEncoder.from_resolution(0, 1e308, 3, 1e-308), "resolution"),
        (lambda: ScalarEncoder.from_resolution(math.nan, 1, 3, 0.1), "low"),
        (lambda: ScalarEncoder.from_radius(0, 1, 3, math.nan), "radius"),
        (lambda: ScalarEncoder(0, 1, 3, 10**12), "size"),
        (lambda: ScalarEncoder(0, 5e-324, 3, 13), "resolution"),
        (lambda: ScalarEncoder(-1e308, 1e308, 3, 13), "resolution"),
        (lambda: RandomScalarEncoder.from_active_share(9, math.nan, 1), "active_share"),
        (lambda: RandomScalarEncoder.from_radius(99, 3, math.inf), "radius"),
        (lambda: RandomScalarEncoder(10**12, 1, 1), "size"),
        (lambda: RandomScalarEncoder(9, 1, 1).decode(SDR([1], 8), 0, 9), "sdr"),
        (lambda: ScalarEncoder(0, 1, 2, 9).decode(SDR([1], 8)), "sdr"),
        (lambda: CategoryEncoder(("a",), 2).decode(SDR([1], 8)), "sdr"),
        (lambda: CategoryEncoder((math.nan,), 2), "categories"),
        (lambda: RandomScalarEncoder(10, 11, 1), "active"),
        (lambda: RandomScalarEncoder(10, 1, 0), "resolution"),
        (lambda: RandomScalarEncoder(10, 1, 1).encode(math.inf), "value"),
        (lambda: CategoryEncoder(("a", "a"), 1), "categories"),
        (lambda: CategoryEncoder(("a",), 0), "active"),
        (lambda: CoordinateEncoder(10, 5, 0), "radius"),
        (lambda: CoordinateEncoder(10, 9, 1).encode((1.5, 2)), "value"),  # type: ignore[arg-type]
        (lambda: CoordinateEncoder(10, 9, 1).encode((1,)), "active"),
    ],
)
def test_refusals(build: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        build()  # type: ignore[operator]


def test_what_is_no_number_is_named() -> None:
    encoders = ScalarEncoder(0, 10, 3, 20), RandomScalarEncoder(400, 21, 1.0)
    for encoder in encoders:
        for value in (None, [1, 2], np.array([1.0, 2.0]), "much"):
            with pytest.raises(TypeError, match="value: .* wants one number"):
                encoder.encode(value)  # type: ignore[arg-type]
        assert encoder.encode(np.float32(5)) == encoder.encode(5)
    with pytest.raises(ValueError, match="active: got 3.0, wants a whole number"):
        ScalarEncoder(0, 10, 3.0, 20)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="size: got 400.0, wants a whole number"):
        RandomScalarEncoder(400.0, 21, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="resolution"):
        ScalarEncoder(0, 10, 3, 20, resolution=-1.0)
    with pytest.raises(ValueError, match="low <= high"):
        encoders[1].decode(encoders[1].encode(3), 10, 0)
    with pytest.raises(ValueError, match="custom"):
        DateEncoder(custom=3)  # type: ignore[arg-type]
