"""Scalar encoders: published codes, neighbours share cells, decoding, refusals."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.encoders import (
    CategoryEncoder,
    CoordinateEncoder,
    DateEncoder,
    RandomScalarEncoder,
    ScalarEncoder,
    encode_batch,
    murmur3_32,
)
from neurosparse.encoders.murmur import murmur3_words
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


def test_hash_gives_the_standard_vectors() -> None:
    vectors = [
        (b"", 1, "514e28b7"),
        (b"test", 0, "ba6bd213"),
        (b"Hello, world!", 0, "c0363e43"),
        (b"\xff" * 4, 0, "76293b50"),
        (b"\0" * 4, 0, "2362f9de"),
    ]
    for data, seed, expected in vectors:
        assert f"{murmur3_32(data, seed):08x}" == expected
    words = np.arange(4, dtype=np.uint32)
    assert murmur3_words(words, 42).tolist() == [933211791, 3735386339, 1765031574, 2471885347]


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_both_forms_of_the_hash_agree(word: int, seed: int) -> None:
    one = int(murmur3_words(np.array([word], np.uint32), seed)[0])
    assert one == murmur3_32(word.to_bytes(4, "little"), seed)


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
    assert RandomScalarEncoder(1000, 10, 1, 42, truncate).encode(x).indices.tolist() == cells


def test_random_scalar_overlaps_fall_with_distance() -> None:
    encoder = RandomScalarEncoder(2000, 40, 1)
    shared = [encoder.encode(0).overlap(encoder.encode(x)) for x in (0, 1, 5, 10, 20, 39, 40, 50)]
    assert shared == [39, 38, 34, 29, 21, 4, 3, 2]


def test_random_scalar_parameters() -> None:
    assert RandomScalarEncoder.from_sparsity(1000, 0.02551, 1).active == 26
    assert RandomScalarEncoder.from_sparsity(1000, 0.03049, 1).active == 30
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


def test_batch_of_codes() -> None:
    encoder = ScalarEncoder(0, 10, 3, 13)
    rows = encode_batch(encoder, [0, 5, math.nan, 10])
    assert rows.shape == (4, 13)
    for row, value in zip(rows.toarray(), [0, 5, math.nan, 10], strict=True):
        assert SDR.from_dense(row) == encoder.encode(value)
    assert encode_batch(encoder, []).shape == (0, 13)


def test_categories_share_nothing() -> None:
    encoder = CategoryEncoder(("a", "b", "c"), 7)
    codes = [encoder.encode(name) for name in ("a", "b", "c", "other")]
    assert all(codes[i].overlap(codes[j]) == 7 * (i == j) for i in range(4) for j in range(4))
    assert [encoder.decode(code) for code in codes] == ["a", "b", "c", None]
    assert encoder.decode(SDR([], encoder.size)) is None


def test_places_overlap_as_their_neighbourhoods_do() -> None:
    encoder = CoordinateEncoder(5000, 25, 5)
    here = encoder.encode((0, 0))
    assert encoder.encode((0, 0)) == here
    near = [
        np.mean([here.overlap(encoder.encode((0, s * d))) for s in (1, -1)]) for d in (1, 3, 40)
    ]
    assert near[0] > near[1] > near[2]
    assert near[2] <= 2


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: ScalarEncoder(1, 1, 2, 9), "low, high"),
        (lambda: ScalarEncoder(0, math.inf, 2, 9), "low, high"),
        (lambda: ScalarEncoder(0, 1, 9, 9), "size"),
        (lambda: ScalarEncoder(0, 1, 2, 9, periodic=True, clip=True), "clip"),
        (lambda: ScalarEncoder.from_resolution(0, 1, 2, 0), "resolution"),
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
    with pytest.raises(ValueError, match="whole numbers of cells"):
        ScalarEncoder(0, 10, 3.0, 20)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="whole numbers of cells"):
        RandomScalarEncoder(400.0, 21, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="resolution"):
        ScalarEncoder(0, 10, 3, 20, resolution=-1.0)
    with pytest.raises(ValueError, match="low <= high"):
        encoders[1].decode(encoders[1].encode(3), 10, 0)
    with pytest.raises(ValueError, match="custom"):
        DateEncoder(custom=3)  # type: ignore[arg-type]


def test_categories_of_a_series_are_its_values() -> None:
    names = pd.Series(["cat", "dog"], index=[7, 8])
    assert CategoryEncoder(names, 2) == CategoryEncoder(("cat", "dog"), 2)  # type: ignore[arg-type]
    assert CategoryEncoder(names, 2).encode("dog").indices.tolist() == [2, 3]  # type: ignore[arg-type]
