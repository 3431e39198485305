"""Dates: every published code of the parts and of their combination."""

import math
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from neurosparse.encoders import DateEncoder

NEW_YEAR = ((1, 1),)


COMBINED = DateEncoder(5, 2, 2, (2, (0, 2, 4)), 2, NEW_YEAR, 4)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("encoder", "text", "cells"),
    [
        (DateEncoder(season=5), "2020-01-01", [0, 1, 2, 3, 4]),
        (DateEncoder(season=5), "2019-12-11", [0, 1, 2, 3, 19]),
        (DateEncoder(season=5), "2010-11-04", [0, 1, 17, 18, 19]),
        (DateEncoder(season=5), "2019-07-04", [10, 11, 12, 13, 14]),
        (DateEncoder(season=5), "2019-04-21", [6, 7, 8, 9, 10]),
        (DateEncoder(season=5), "2017-04-17", [6, 7, 8, 9, 10]),
        (DateEncoder(season=5), "1988-05-29", [8, 9, 10, 11, 12]),
        (DateEncoder(season=5), "1988-05-27", [8, 9, 10, 11, 12]),
        (DateEncoder(day_of_week=2), "2020-01-01", [4, 5]),
        (DateEncoder(day_of_week=2), "2010-11-04", [6, 7]),
        (DateEncoder(day_of_week=2), "2019-04-21", [12, 13]),
        (DateEncoder(day_of_week=2), "2017-04-17", [0, 1]),
        (DateEncoder(day_of_week=2), "1988-05-27", [8, 9]),
        (DateEncoder(weekend=2), "2019-04-20", [2, 3]),
        (DateEncoder(weekend=2), "2019-04-21", [2, 3]),
        (DateEncoder(weekend=2), "1988-05-27 11:00", [0, 1]),
        (DateEncoder(weekend=2), "1988-05-27 18:59", [0, 1]),
        (DateEncoder(weekend=2), "1988-05-27 20:00", [2, 3]),
        (DateEncoder(weekend=2), "2020-01-01", [0, 1]),
        (DateEncoder(holiday=4, holidays=NEW_YEAR), "2019-12-31 00:00", [0, 1, 2, 3]),
        (DateEncoder(holiday=4, holidays=NEW_YEAR), "2019-12-31 12:00", [2, 3, 4, 5]),
        (DateEncoder(holiday=4, holidays=NEW_YEAR), "2020-01-01 00:00", [4, 5, 6, 7]),
        (DateEncoder(holiday=4, holidays=NEW_YEAR), "2020-01-01 17:31", [4, 5, 6, 7]),
        (DateEncoder(holiday=4, holidays=NEW_YEAR), "2020-01-02 12:00", [0, 1, 6, 7]),
        (DateEncoder(holiday=4, holidays=NEW_YEAR), "2020-01-03 00:00", [0, 1, 2, 3]),
        (DateEncoder(time_of_day=4), "2019-12-11 14:45", [15, 16, 17, 18]),
        (DateEncoder(time_of_day=4), "2010-11-04 14:55", [15, 16, 17, 18]),
        (DateEncoder(time_of_day=4), "2019-07-04 22:59", [0, 1, 2, 23]),
        (DateEncoder(time_of_day=4), "1988-05-29 11:00", [11, 12, 13, 14]),
        (DateEncoder(time_of_day=4), "1988-05-27 20:00", [20, 21, 22, 23]),
        (DateEncoder(time_of_day=4), "2017-04-17 01:00", [1, 2, 3, 4]),
        (
            COMBINED,
            "2020-01-01 00:00",
            [0, 1, 2, 3, 4, 24, 25, 34, 35, 40, 41, 44, 45, 46, 47, 48, 49],
        ),
        (
            COMBINED,
            "2019-12-11 14:45",
            [0, 1, 2, 3, 19, 24, 25, 34, 35, 40, 41, 42, 43, 61, 62, 63, 64],
        ),
        (
            COMBINED,
            "1988-05-27 20:00",
            [8, 9, 10, 11, 12, 28, 29, 36, 37, 40, 41, 42, 43, 66, 67, 68, 69],
        ),
    ],
)
def test_codes(encoder: DateEncoder, text: str, cells: list[int]) -> None:
    assert encoder.encode(when(text)).indices.tolist() == cells


def test_size_of_the_parts() -> None:
    assert COMBINED.size == 70
    assert DateEncoder(season=5).size == 20


def test_refusals() -> None:
    with pytest.raises(ValueError, match="no part"):
        DateEncoder()
    with pytest.raises(ValueError, match="custom"):
        DateEncoder(custom=(2, (7,)))
    for value in ("2020-01-01", pd.NaT, np.datetime64("NaT"), 1577836800):
        with pytest.raises(TypeError, match="value: got .*, wants a datetime"):
            DateEncoder(season=5).encode(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [math.nan, -1, 1.5, "x", None])
@pytest.mark.parametrize(
    "name", ["season", "day_of_week", "weekend", "holiday", "time_of_day", "time_radius"]
)
def test_what_is_no_width_is_refused_by_its_name(name: str, bad: object) -> None:
    if name == "time_radius" and bad == 1.5:
        bad = 0
    with pytest.raises((TypeError, ValueError), match=f"^{name}: got .*, wants a"):
        DateEncoder(**{"weekend": 3, name: bad})  # type: ignore[arg-type]


def test_a_holiday_that_most_years_lack() -> None:
    encoder = DateEncoder(holiday=2, holidays=((2, 29),))
    usual = encoder.encode(datetime(2025, 7, 1))
    assert encoder.encode(datetime(2025, 2, 28, 12)) == usual
    assert encoder.encode(datetime(2025, 3, 1)) == usual
    assert encoder.encode(datetime(2024, 2, 29)) != usual
    assert encoder.encode(datetime(2024, 2, 28, 12)) != usual


@pytest.mark.parametrize("day", [(2, 30), (13, 1), (0, 1), (1,), 5, ("a", 1)])
def test_days_that_no_year_has_are_refused(day: object) -> None:
    with pytest.raises(ValueError, match="holidays: got"):
        DateEncoder(holiday=2, holidays=(day,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "time", [datetime.min, datetime(1, 1, 2), datetime(9999, 12, 31, 23, 59)]
)
def test_the_borders_of_the_calendar(time: datetime) -> None:
    both = DateEncoder(holiday=2, holidays=((1, 1), (12, 31)))
    assert len(both.encode(time)) == 2
    assert len(DateEncoder(time_of_day=3).encode(time)) == 3
