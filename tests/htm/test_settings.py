"""Frozen settings: numbers of NumPy become Python's, counts are whole."""

from dataclasses import dataclass, fields

import numpy as np
import pytest

from neurosparse.htm import (
    Alarm,
    AnomalyDetector,
    Boosting,
    DetectorSettings,
    GlobalInhibition,
    Growth,
    LocalInhibition,
    PoolPermanence,
    PotentialPool,
    SpatialPooler,
    SynapsePermanence,
    TemporalMemory,
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
    ("make", "said"),
    [
        (lambda: SpatialPooler(9, 30, pool=3), r"pool: got 3, wants PotentialPool\("),
        (lambda: SpatialPooler(9, 30, permanence=0.1), "permanence: .*PoolPermanence"),
        (lambda: SpatialPooler(9, 30, inhibition=0.1), "Inhibition.* or LocalInhibition"),
        (lambda: SpatialPooler(9, 30, boosting=None), "boosting: .*Boosting"),
        (lambda: TemporalMemory(9, 3, thresholds=13), "thresholds: .*SegmentThresholds"),
        (lambda: TemporalMemory(9, 3, permanence={}), "permanence: .*SynapsePermanence"),
        (lambda: TemporalMemory(9, 3, growth=Growth), "growth: .*Growth"),
        (lambda: AnomalyDetector(0, 1, {}), "settings: .*DetectorSettings"),
    ],
)
def test_parts_of_another_kind_are_refused_by_name(make, said):
    with pytest.raises(TypeError, match=said):
        make()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("alarm", 3, "Alarm"),
        ("alarm", None, "Alarm"),
        ("seed", "x", "a whole number"),
    ],
)
def test_settings_of_a_detector_are_checked_before_one_is_made(name, value, says):
    with pytest.raises(TypeError, match=f"{name}: got .*, wants {says}"):
        DetectorSettings(**{name: value})
