"""Anomaly detection in a stream of numbers: encoders, spatial pooler, temporal memory,
likelihood.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import NamedTuple

from neurosparse.encoders import DateEncoder, RandomScalarEncoder
from neurosparse.encoders.base import number
from neurosparse.errors import bad_argument, bad_type
from neurosparse.htm import _store
from neurosparse.htm.anomaly import AnomalyLikelihood, LikelihoodState
from neurosparse.htm.inhibition import GlobalInhibition
from neurosparse.htm.memory_parts import Growth, SegmentThresholds, SynapsePermanence
from neurosparse.htm.pooler_parts import PoolPermanence, PotentialPool
from neurosparse.htm.spatial_pooler import SpatialPooler
from neurosparse.htm.temporal_memory import TemporalMemory
from neurosparse.store.atomic import new_folder, standing_name

DENSITY = 40 / 2048
FEWEST = 52  # columns of which at least one wins


@dataclass(frozen=True)
class Alarm:
    """How raw scores become alarms.

    `period` rows are the memory of the likelihood, `short` that of the score it judges; a number
    beyond the seen range by `margin` of its width is an alarm of its own; `hold` is the number of
    rows over which only a score above all before counts, so that one event is told once.
    """

    period: int = 150
    short: int = 20
    margin: float = 0.05
    hold: int = 100

    def __post_init__(self) -> None:
        _store.settle(self, "period", "short", "hold")
        if min(self.period, self.short) < 1 or min(self.margin, self.hold) < 0:
            raise bad_argument(
                "alarm", self, "period and short of at least 1, margin and hold of at least 0"
            )


@dataclass(frozen=True)
class DetectorSettings:
    """One configuration for every stream.

    `buckets` resolve the range of the numbers; `columns` are 52 or more, of which 2 % win;
    `time_of_day` is the width of that part of the date code (0: none); `alarm` says what counts as
    one.
    """

    buckets: int = 130
    time_of_day: int = 21
    columns: int = 2048
    cells_per_column: int = 32
    alarm: Alarm = Alarm()
    rng: int = 1

    def __post_init__(self) -> None:
        _store.settle(self, "buckets", "time_of_day", "columns", "cells_per_column")
        if min(self.buckets, self.columns, self.cells_per_column) < 1 or self.time_of_day < 0:
            raise bad_argument("settings", self, "counts of at least 1, time_of_day 0 or more")
        if self.columns < FEWEST:
            raise bad_argument("columns", self.columns, f"at least {FEWEST}, of which one wins")


class Judgement(NamedTuple):
    """What a detector says of one row."""

    raw: float  # share of columns that were not predicted
    likelihood: float  # how unlikely that is
    # surprise s = −log₁₀(1 − likelihood) as s/(s + 10), 1 for a number out of the seen range
    score: float


class AnomalyDetector:
    """Judge each (time, value) of a stream by how badly a temporal memory predicted it.

    `low` and `high` give the scale of the values (not a limit). Values must be finite.
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
        if not (isfinite(low) and isfinite(high) and low <= high):
            raise bad_argument("low, high", (low, high), "finite numbers with low <= high")
        self.low, self.high = low, high = float(low), float(high)
        s = self.settings = settings
        resolution = max(0.001, 1.4 * (high - low) / s.buckets)
        self.value = RandomScalarEncoder(400, 21, resolution)
        self.date = (
            DateEncoder(time_of_day=s.time_of_day, time_radius=9.49) if s.time_of_day else None
        )
        size = self.value.size + (self.date.size if self.date else 0)
        self.pooler = SpatialPooler(
            size,
            s.columns,
            pool=PotentialPool(size, 0.8),
            permanence=PoolPermanence(0.2, 0.003, 0.0005),
            inhibition=GlobalInhibition(DENSITY),
            rng=s.rng,
        )
        active = round(s.columns * 40 / 2048)
        self.memory = TemporalMemory(
            s.columns,
            s.cells_per_column,
            thresholds=SegmentThresholds(max(1, active // 2), max(1, active // 3)),
            permanence=SynapsePermanence(0.24, 0.5, 0.04, 0.008, 0.001),
            growth=Growth(max(1, round(active * 0.78)), 128, 128),
            rng=s.rng,
        )
        self.likelihood, self._state = AnomalyLikelihood(s.alarm.period), LikelihoodState()
        self._recent: list[float] = []
        self._held: deque[float] = deque(maxlen=settings.alarm.hold)
        self._seen: tuple[float, float] | None = None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything into folder `path`, whole or not at all; a detector that is there is replaced.

        Raises:
            FileExistsError: something else is there.
        """
        if Path(path).exists() and not _is_ours(Path(path)):
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
        with new_folder(Path(path)) as folder:
            self.pooler.save(folder / "pooler.npz")
            self.memory.save(folder / "memory.npz")
            _store.save(folder / "detector.npz", "AnomalyDetector", config, {})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> AnomalyDetector:
        """Read a detector that `save` wrote; it continues to the bit as the saved one would."""
        folder = standing_name(Path(path))
        if not (folder / "detector.npz").is_file():
            raise FileNotFoundError(
                f"path: got {str(path)!r}, wants a folder that AnomalyDetector.save wrote"
            )
        config, _ = _store.load(folder / "detector.npz", "AnomalyDetector")
        settings = dict(config["settings"])
        settings["alarm"] = Alarm(**settings["alarm"])
        low, high = config["scale"]
        out = cls(low, high, DetectorSettings(**settings))
        out.pooler = SpatialPooler.load(folder / "pooler.npz")
        out.memory = TemporalMemory.load(folder / "memory.npz")
        out._state = LikelihoodState(*config["likelihood"])
        out._recent = list(config["recent"])
        out._held.extend(config["held"])
        out._seen = None if config["seen"] is None else (config["seen"][0], config["seen"][1])
        return out

    def step(self, time: datetime, value: float) -> Judgement:
        """Take one row and judge it."""
        value = number("value", value)
        if not isfinite(value):
            raise bad_argument("value", value, "a finite number", "leave the row out or fill it in")
        code = self.value.encode(value)
        if self.date is not None:
            if not isinstance(time, datetime):
                raise bad_type(
                    "time",
                    time,
                    "a datetime",
                    "step takes time, value; datetime.fromisoformat reads text",
                )
            code = code.concatenate(self.date.encode(time))
        raw = self.memory.step(self.pooler.step(code)).anomaly
        return self.judge(raw, value)

    def judge(self, raw: float, value: float) -> Judgement:
        """Judge a row by its raw score, which `step` finds with the temporal memory."""
        self._recent = [*self._recent, raw][-self.settings.alarm.short :]
        self._state, surprise = self.likelihood.surprise(
            self._state, sum(self._recent) / len(self._recent)
        )
        outside = self._beyond(value) and self._state.records > self.settings.alarm.period
        score = 1.0 if outside else surprise / (surprise + 10)
        told = any(score <= earlier for earlier in self._held)
        self._held.append(score)
        return Judgement(raw, 1 - 10.0**-surprise, 0.01 * score if told else score)

    def _beyond(self, value: float) -> bool:
        """Whether a value leaves the seen range by more than the margin; the range then includes
        it.
        """
        low, high = self._seen or (value, value)
        slack = (high - low) * self.settings.alarm.margin
        self._seen = min(low, value), max(high, value)
        return low != high and not low - slack <= value <= high + slack


def _is_ours(folder: Path) -> bool:
    """Whether a folder may be replaced: empty, or with nothing in it but a detector."""
    return folder.is_dir() and {entry.name for entry in folder.iterdir()} <= {
        "pooler.npz", "memory.npz", "detector.npz",
    }  # fmt: skip
