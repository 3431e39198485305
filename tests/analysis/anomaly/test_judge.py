"""A detector run over a stream."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from neurosparse.analysis import Stream, judge_stream
from neurosparse.htm import Alarm, DetectorSettings


def test_a_jump_is_judged_and_twice_the_same() -> None:
    values = np.tile([0.0, 1.0, 2.0, 3.0], 30)
    values[90] += 40
    times = [datetime(2021, 3, 1) + timedelta(minutes=10 * row) for row in range(120)]
    settings = DetectorSettings(columns=128, cells_per_column=2, alarm=Alarm(period=20))
    judged = judge_stream(Stream(times, values), settings)
    assert {column.shape for column in judged} == {(120,)}
    assert judged.score.argmax() == 90
    again = judge_stream(Stream(times, values), settings)
    assert all(np.array_equal(one, other) for one, other in zip(judged, again, strict=True))


def test_settings_that_cannot_be_meant_are_refused() -> None:
    for build in (lambda: Alarm(period=0), lambda: DetectorSettings(columns=0)):
        with pytest.raises(ValueError, match="at least 1"):
            build()
