"""Categories: codes without a common cell."""

import pandas as pd

from neurosparse.encoders import (
    CategoryEncoder,
)
from neurosparse.sdr import SDR


def test_categories_share_nothing() -> None:
    encoder = CategoryEncoder(("a", "b", "c"), 7)
    codes = [encoder.encode(name) for name in ("a", "b", "c", "other")]
    assert all(
        codes[i].overlap(codes[j]) == 7 * (i == j) for i in range(4) for j in range(4)
    )
    assert [encoder.decode(code) for code in codes] == ["a", "b", "c", None]
    assert encoder.decode(SDR([], encoder.size)) is None


def test_categories_of_a_series_are_its_values() -> None:
    names = pd.Series(["cat", "dog"], index=[7, 8])
    assert CategoryEncoder(names, 2) == CategoryEncoder(("cat", "dog"), 2)  # type: ignore[arg-type]
    assert CategoryEncoder(names, 2).encode("dog").indices.tolist() == [2, 3]  # type: ignore[arg-type]
