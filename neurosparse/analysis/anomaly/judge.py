"""A detector of anomalies run over a stream."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurosparse.analysis.anomaly.stream import Stream
from neurosparse.htm import AnomalyDetector, DetectorSettings
from neurosparse.typing import Float64


class JudgedStream(NamedTuple):
    """Columns of a result `[n]`: the raw score, its likelihood, and the score to act on."""

    raw: Float64
    likelihood: Float64
    score: Float64


def judge_stream(stream: Stream, settings: DetectorSettings | None = None) -> JudgedStream:
    """Run a fresh detector over a stream, scaled by the range of its numbers.

    >>> from datetime import datetime, timedelta
    >>> times = [datetime(2020, 1, 1) + timedelta(hours=hour) for hour in range(60)]
    >>> stream = Stream(times, np.tile([1.0, 2.0, 3.0], 20))
    >>> small = DetectorSettings(columns=128, cells_per_column=2)
    >>> judge_stream(stream, small).raw.shape
    (60,)
    """
    settings = settings or DetectorSettings()
    detector = AnomalyDetector(
        float(stream.values.min()), float(stream.values.max()), settings
    )
    pairs = zip(stream.times, stream.values, strict=True)
    rows = [detector.step(time, float(value)) for time, value in pairs]
    return JudgedStream(*(np.array(column) for column in zip(*rows, strict=True)))
