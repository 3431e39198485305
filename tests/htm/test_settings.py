"""Frozen settings: numbers of NumPy become Python's, counts are whole."""

from dataclasses import dataclass, fields

import numpy as np
import pytest

from neurosparse.htm import (
    Alarm,
    Boosting,
    DetectorSettings,
    GlobalInhibition,
    LocalInhibition,
    PoolPermanence,
    PotentialPool,
    SynapsePermanence,
)
from neurosparse.htm._settings import settle


@dataclass(frozen=True)
class Settings:
    n: int
    rate: float

    def __post_init__(self):
        settle(self)


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


PARTS = (
    Alarm,
    Boosting,
    GlobalInhibition,
    LocalInhibition,
    PoolPermanence,
    PotentialPool,
    SynapsePermanence,
)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "3", None, True])
def test_every_number_of_every_part_is_finite(part, value):
    names = [field.name for field in fields(part) if field.type == "float"]
    assert names
    for name in names:
        with pytest.raises(
            (TypeError, ValueError), match=f"{name}: got .*, wants a finite"
        ):
            part(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("alarm", 3, "an Alarm"),
        ("alarm", None, "an Alarm"),
        ("seed", "x", "a whole number"),
    ],
)
def test_settings_of_a_detector_are_checked_before_one_is_made(name, value, says):
    with pytest.raises(TypeError, match=f"{name}: got .*, wants {says}"):
        DetectorSettings(**{name: value})
