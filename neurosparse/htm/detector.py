"""Anomaly detection in a stream of numbers: encode, pool, predict, judge."""

from __future__ import annotations

import pathlib
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from math import inf, isfinite
from typing import NamedTuple, Self

from neurosparse import checks
from neurosparse.encoders import DateEncoder, RandomScalarEncoder
from neurosparse.encoders.base import moment, number
from neurosparse.errors import bad_argument
from neurosparse.estimator import Estimator
from neurosparse.htm._settings import check_parts, settle
from neurosparse.htm.anomaly import AnomalyLikelihood, LikelihoodState
from neurosparse.htm.inhibition import GlobalInhibition
from neurosparse.htm.memory_parts import Growth, SegmentThresholds, SynapsePermanence
from neurosparse.htm.pooler_parts import PoolPermanence, PotentialPool
from neurosparse.htm.spatial_pooler import SpatialPooler
from neurosparse.htm.temporal_memory import TemporalMemory
from neurosparse.store.atomic import new_folder, standing_name
from neurosparse.store.one_file import load_file, save_file
from neurosparse.typing import Path

DENSITY = 40 / 2048  # share of columns that win
FEWEST = 52  # columns of which at least one wins


@dataclass(frozen=True)
class Alarm:
    """How raw scores become alarms.

    The numbers were chosen on public streams of the Numenta benchmark, leaving out one folder at a
    time (`benchmarks/nab.py`).

    Args:
        period: rows that the likelihood remembers; the first as many are for learning and score 0.
        short: rows whose mean score it judges.
        margin: a number beyond the seen range by this share of its width is an alarm by itself.
        hold: rows over which only a score above all before counts, so that one event is told once.
        level: surprise from which on the score is 1.
    """

    period: int = 150
    short: int = 10
    margin: float = 0.02
    hold: int = 100
    level: float = 10.0

    def __post_init__(self) -> None:
        settle(self)
        if min(self.period, self.short) < 1 or min(self.margin, self.hold) < 0:
            expected = "period and short of at least 1, margin and hold of at least 0"
            raise bad_argument("alarm", self, expected)
        checks.positive("level", self.level)


@dataclass(frozen=True)
class DetectorSettings:
    """One configuration for every stream.

    Args:
        buckets: that resolve the range of the numbers.
        time_of_day: width of that part of the date code; 0 leaves it out.
        columns: 52 or more, of which 2 % win.
        cells_per_column: of the temporal memory.
        alarm: what counts as one.
        seed: of pools, first permanences and every choice.
    """

    buckets: int = 130
    time_of_day: int = 21
    columns: int = 2048
    cells_per_column: int = 32
    alarm: Alarm = Alarm()
    seed: int = 1

    def __post_init__(self) -> None:
        settle(self)
        checks.whole_number("seed", self.seed, 0, 2**32 - 1)
        check_parts(alarm=(self.alarm, Alarm))
        if (
            min(self.buckets, self.columns, self.cells_per_column) < 1
            or self.time_of_day < 0
        ):
            raise bad_argument(
                "settings", self, "counts of at least 1, time_of_day 0 or more"
            )
        if self.columns < FEWEST:
            raise bad_argument(
                "columns", self.columns, f"at least {FEWEST}, of which one wins"
            )


class Judgement(NamedTuple):
    """What a detector says of one row."""

    raw: float  # share of columns that were not predicted
    likelihood: float  # how unlikely that is
    # surprise −log₁₀(1 − likelihood) over the level, 1 at most and for a number out of range
    score: float


class AnomalyDetector(Estimator):
    """Judge each (time, value) of a stream by how badly a temporal memory predicted it.

    An alarm is a score of 1. On the public streams of the Numenta benchmark it falls short of the
    published detectors of its kind; a windowed Gaussian is next to it in the table
    (`benchmarks/results/nab.json`), and beat an earlier version on other streams. Try both.

    Args:
        low, high: scale of the values, not a limit; values must be finite.
        settings: the rest.

    Source: Ahmad, Lavin, Purdy & Agha 2017, doi:10.1016/j.neucom.2017.04.070.

    >>> small = DetectorSettings(columns=256, cells_per_column=4)
    >>> detector = AnomalyDetector(0, 10, small)
    >>> time = datetime(2020, 1, 1)
    >>> rows = [detector.step(time, float(i % 5)) for i in range(300)]
    >>> rows[-1].raw < 0.1 < detector.step(time, 9.0).raw
    True
    """

    def __init__(
        self, low: float, high: float, settings: DetectorSettings = DetectorSettings()
    ) -> None:
        self.low = checks.finite("low", low)
        self.high = checks.finite("high", high)
        if not 0 <= self.high - self.low < inf:
            expected = "low <= high, and a range that is a number"
            raise bad_argument("low, high", (low, high), expected)
        check_parts(settings=(settings, DetectorSettings))
        self.settings = s = settings
        resolution = max(0.001, 1.4 * (self.high - self.low) / s.buckets)
        self.value = RandomScalarEncoder(400, 21, resolution)
        self.date: DateEncoder | None = None
        size = self.value.size
        if s.time_of_day:
            self.date = DateEncoder(time_of_day=s.time_of_day, time_radius=9.49)
            size += self.date.size
        self.pooler = SpatialPooler(
            size,
            s.columns,
            pool=PotentialPool(size, 0.8),
            permanence=PoolPermanence(0.2, 0.003, 0.0005),
            inhibition=GlobalInhibition(DENSITY),
            seed=s.seed,
        )
        active = round(s.columns * 40 / 2048)
        self.memory = TemporalMemory(
            s.columns,
            s.cells_per_column,
            thresholds=SegmentThresholds(max(1, active // 2), max(1, active // 3)),
            permanence=SynapsePermanence(0.24, 0.5, 0.04, 0.008, 0.001),
            growth=Growth(max(1, round(active * 0.78)), 128, 128),
            seed=s.seed,
        )
        self.likelihood = AnomalyLikelihood(s.alarm.period)
        self._state = LikelihoodState()
        self._recent: list[float] = []
        self._held: deque[float] = deque(maxlen=settings.alarm.hold)
        self._seen: tuple[float, float] | None = None

    def save(self, path: Path) -> None:
        """Write everything into folder `path`, whole or not at all; a detector there is replaced.

        Raises:
            FileExistsError: something else is there.
        """
        target = pathlib.Path(path)
        if target.exists() and not _is_ours(target):
            raise FileExistsError(
                f"path: {path} is there and holds no detector; choose another name or remove it"
            )
        config = {
            "scale": [self.low, self.high],
            "settings": asdict(self.settings),
            "likelihood": list(self._state),
            "recent": self._recent,
            "held": list(self._held),
            "seen": self._seen,
        }
        with new_folder(target) as folder:
            self.pooler.save(folder / "pooler.npz")
            self.memory.save(folder / "memory.npz")
            save_file(folder / "detector.npz", "AnomalyDetector", config, {})

    @classmethod
    def load(cls, path: Path) -> AnomalyDetector:
        """Read a detector that `save` wrote; it continues to the bit as the saved one would."""
        folder = standing_name(pathlib.Path(path))
        if not (folder / "detector.npz").is_file():
            raise FileNotFoundError(
                f"path: got {str(path)!r}, wants a folder that AnomalyDetector.save wrote"
            )
        config, _ = load_file(folder / "detector.npz", "AnomalyDetector")
        settings = dict(config["settings"])
        settings["alarm"] = Alarm(**settings["alarm"])
        low, high = config["scale"]
        out = cls(low, high, DetectorSettings(**settings))
        out.pooler = SpatialPooler.load(folder / "pooler.npz")
        out.memory = TemporalMemory.load(folder / "memory.npz")
        out._state = LikelihoodState(*config["likelihood"])
        out._recent = list(config["recent"])
        out._held.extend(config["held"])
        if config["seen"] is not None:
            out._seen = (config["seen"][0], config["seen"][1])
        return out

    def step(self, time: datetime, value: float) -> Judgement:
        """Take one row and judge it."""
        value = number("value", value)
        if not isfinite(value):
            raise bad_argument(
                "value", value, "a finite number", "leave the row out or fill it in"
            )
        code = self.value.encode(value)
        if self.date is not None:
            code = code.concatenate(self.date.encode(moment("time", time)))
        raw = self.memory.step(self.pooler.step(code)).anomaly
        return self.judge(raw, value)

    def partial_fit(self, X: Iterable[tuple[datetime, float]], y: None = None) -> Self:
        """Take rows (time, value) in order."""
        for time, value in X:
            self.step(time, value)
        return self

    def judge(self, raw: float, value: float) -> Judgement:
        """Judge a row by its raw score, which `step` finds with the temporal memory."""
        checks.fraction("raw", raw)
        checks.finite("value", value)
        self._recent = [*self._recent, raw][-self.settings.alarm.short :]
        mean = sum(self._recent) / len(self._recent)
        self._state, surprise = self.likelihood.surprise(self._state, mean)
        outside = self._beyond(value) and self._state.records > self.settings.alarm.period
        score = 1.0 if outside else min(surprise / self.settings.alarm.level, 1.0)
        repeated = any(score <= earlier for earlier in self._held)
        self._held.append(score)
        return Judgement(raw, 1 - 10.0**-surprise, 0.01 * score if repeated else score)

    def _beyond(self, value: float) -> bool:
        """Whether a value leaves the seen range by more than the margin; it then includes it."""
        low, high = self._seen or (value, value)
        slack = (high - low) * self.settings.alarm.margin
        self._seen = min(low, value), max(high, value)
        return low != high and not low - slack <= value <= high + slack


def _is_ours(folder: pathlib.Path) -> bool:
    """Whether a folder may be replaced: empty, or with nothing in it but a detector."""
    names = {"pooler.npz", "memory.npz", "detector.npz"}
    return folder.is_dir() and {entry.name for entry in folder.iterdir()} <= names
