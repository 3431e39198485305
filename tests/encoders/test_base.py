"""Batches of codes."""

import math

from neurosparse.encoders import (
    ScalarEncoder,
    encode_batch,
)
from neurosparse.sdr import SDR


def test_batch_of_codes() -> None:
    encoder = ScalarEncoder(0, 10, 3, 13)
    rows = encode_batch(encoder, [0, 5, math.nan, 10])
    assert rows.shape == (4, 13)
    for row, value in zip(rows.toarray(), [0, 5, math.nan, 10], strict=True):
        assert SDR.from_dense(row) == encoder.encode(value)
    assert encode_batch(encoder, []).shape == (0, 13)
