"""Date encoder: season, days of the week, holidays and time of day side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import numpy as np

from neurosparse import checks
from neurosparse.encoders.base import moment
from neurosparse.encoders.scalar import ScalarEncoder
from neurosparse.errors import bad_argument
from neurosparse.sdr import SDR

_DAY = timedelta(days=1)
_LEAP = 2000  # a year that has every day


@dataclass(frozen=True)
class DateEncoder:
    """Encode a date and time (of the local clock) by up to six parts, side by side in this order.

    A number is the active cells of its part, 0 leaves it out; days of the week count from Monday.

    Args:
        season: day of the year in seasons of 91.5 days, periodic.
        day_of_week: 0 to 6.
        weekend: Saturday, Sunday, and Friday from 19:00.
        custom: width, and days of the week.
        holiday: rises over the day before and falls over the day after.
        holidays: (month, day) of each; 29 February counts in leap years.
        time_of_day: periodic.
        time_radius: hours apart that share no cell.

    >>> DateEncoder(season=5).encode(datetime(2020, 1, 1)).indices.tolist()
    [0, 1, 2, 3, 4]
    """

    season: int = 0
    day_of_week: int = 0
    weekend: int = 0
    custom: tuple[int, tuple[int, ...]] = (0, ())
    holiday: int = 0
    holidays: tuple[tuple[int, int], ...] = ((12, 25),)
    time_of_day: int = 0
    time_radius: float = 4.0

    def __post_init__(self) -> None:
        widths = ("season", "day_of_week", "weekend", "holiday", "time_of_day")
        checks.keep_counts(self, 0, *widths)
        checks.positive("time_radius", self.time_radius)
        pair = isinstance(self.custom, tuple) and len(self.custom) == 2
        if not (pair and isinstance(self.custom[1], Sequence)):
            expected = "a width and days of the week"
            raise bad_argument("custom", self.custom, expected, "as custom=(3, (0, 2))")
        width = checks.whole_number("custom", self.custom[0])
        object.__setattr__(self, "custom", (width, tuple(self.custom[1])))
        if not self._parts():
            remedy = "for example season=5"
            raise bad_argument(
                "DateEncoder", "no part", "at least one width above 0", remedy
            )
        if not all(0 <= day <= 6 for day in self.custom[1]):
            raise bad_argument("custom", self.custom, "days from 0 (Monday) to 6 (Sunday)")
        days = tuple(checks.kept(day) for day in self.holidays)
        object.__setattr__(self, "holidays", days)
        for holiday in self.holidays:
            pair = isinstance(holiday, Sequence) and len(holiday) == 2
            if not pair or _midnight(_LEAP, *holiday, None) is None:
                raise bad_argument("holidays", holiday, "a month and a day that a year has")

    @property
    def size(self) -> int:
        """Cells of all parts together."""
        return sum(encoder.size for encoder in self._parts().values())

    def encode(self, value: datetime) -> SDR:
        """Return the SDR of one moment, `[size]`."""
        features = dict(self._features(moment("value", value)))
        cells = []
        offset = 0
        for name, encoder in self._parts().items():
            cells.append(encoder.encode(features[name]).indices + offset)
            offset += encoder.size
        return SDR(np.concatenate(cells), offset)

    def _parts(self) -> dict[str, ScalarEncoder]:
        width = {
            "season": self.season,
            "day_of_week": self.day_of_week,
            "weekend": self.weekend,
            "custom": self.custom[0],
            "holiday": self.holiday,
            "time_of_day": self.time_of_day,
        }
        return {name: self._encoder(name, w) for name, w in width.items() if w}

    def _encoder(self, name: str, w: int) -> ScalarEncoder:
        if name == "season":
            return ScalarEncoder.from_radius(0, 366, w, 91.5, periodic=True)
        if name == "day_of_week":
            return ScalarEncoder.from_radius(0, 7, w, 1, periodic=True)
        if name == "holiday":
            return ScalarEncoder.from_radius(0, 2, w, 1, periodic=True)
        if name == "time_of_day":
            return ScalarEncoder.from_radius(0, 24, w, self.time_radius, periodic=True)
        return ScalarEncoder(0, 1, w, 2 * w)

    def _features(self, t: datetime) -> Iterator[tuple[str, float]]:
        yield "season", t.timetuple().tm_yday - 1
        yield "day_of_week", t.weekday()
        yield "weekend", t.weekday() >= 5 or (t.weekday() == 4 and t.hour > 18)
        yield "custom", t.weekday() in self.custom[1]
        yield "holiday", self._holiday(t) % 2
        yield "time_of_day", t.hour + t.minute / 60 + t.second / 3600

    def _holiday(self, t: datetime) -> float:
        """Ramp 0→1 over the day before a holiday, 1 on it, 1→2 over the day after."""
        if not 1 < t.year < 9999:
            # days of 400 years before or after are the same, and the calendar has them
            t = t.replace(year=t.year + (400 if t.year < 5000 else -400))
        for year in (t.year - 1, t.year, t.year + 1):
            for month, day in self.holidays:
                start = _midnight(year, month, day, t.tzinfo)
                if start is None:
                    continue
                # differences, as the days beside a border of the calendar are no dates
                since = t - start
                if -_DAY <= since < timedelta(0):
                    return 1 - (start - t) / _DAY
                if timedelta(0) <= since < _DAY:
                    return 1.0
                if _DAY <= since < 2 * _DAY:
                    return since / _DAY
        return 0.0


def _midnight(year: int, month: int, day: int, zone: tzinfo | None) -> datetime | None:
    """Begin of a day; None in years that do not have it."""
    try:
        return datetime(year, month, day, tzinfo=zone)
    except (TypeError, ValueError):
        return None
