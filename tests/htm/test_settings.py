"""Frozen settings: numbers of NumPy become Python's, counts are whole."""

from dataclasses import dataclass

import numpy as np
import pytest

from neurosparse.htm._settings import settle


@dataclass(frozen=True)
class Settings:
    n: int
    rate: float

    def __post_init__(self):
        settle(self, "n")


def test_numbers_of_numpy_are_saved_as_they_act():
    settings = Settings(np.int64(3), np.float32(0.1))
    assert type(settings.n) is int
    assert type(settings.rate) is float
    assert settings.rate == float(np.float32(0.1))


@pytest.mark.parametrize(
    ("n", "kind"), [(2.5, ValueError), (True, TypeError), ("2", TypeError)]
)
def test_counts_are_whole(n, kind):
    with pytest.raises(kind, match="n: got .*wants a whole number"):
        Settings(n, 1.0)
