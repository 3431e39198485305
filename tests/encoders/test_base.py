"""Batches of codes."""

import math

import pytest

from neurosparse.encoders import (
    ScalarEncoder,
    encode_batch,
)
from neurosparse.sdr import SDR


def test_a_number_that_no_float_holds_is_refused() -> None:
    with pytest.raises(
        ValueError, match="value: got 1000.*, wants a number that a float holds"
    ):
        ScalarEncoder(0, 10, 3, 13).encode(10**400)


def test_batch_of_codes() -> None:
    encoder = ScalarEncoder(0, 10, 3, 13)
    rows = encode_batch(encoder, [0, 5, math.nan, 10])
    assert rows.shape == (4, 13)
    for row, value in zip(rows.toarray(), [0, 5, math.nan, 10], strict=True):
        assert SDR.from_dense(row) == encoder.encode(value)
    assert encode_batch(encoder, []).shape == (0, 13)


@pytest.mark.parametrize(
    ("parts", "error", "words"),
    [
        ({"size": 3}, TypeError, "encoder"),
        ({"encode": lambda self, v: SDR([0], 3)}, TypeError, "Own, which lacks size"),
        ({"size": 3, "encode": lambda self, v: [1]}, TypeError, r"Own.encode: got \[1\]"),
        (
            {"size": 3, "encode": lambda self, v: SDR([7], 9)},
            ValueError,
            "of 9.*wants 3 cells",
        ),
        ({"size": 2.5, "encode": lambda self, v: SDR([0], 3)}, ValueError, "Own.size"),
    ],
)
def test_an_encoder_of_ones_own_keeps_its_word(parts, error, words):
    with pytest.raises(error, match=words):
        encode_batch(type("Own", (), parts)(), [1.0])
    with pytest.raises(TypeError, match="encoder: got <class"):
        encode_batch(type("Own", (), parts), [1.0])
