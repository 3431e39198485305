"""Which units fire."""

import numpy as np
import pytest

from neurosparse.memory import AtLeast, CueSize, Winners


def test_rules_choose_what_they_say() -> None:
    sums = np.array([[4, 3, 3, 1, 0]], np.int32)
    cue = np.array([4], np.int32)
    assert CueSize(1)(sums, cue).astype(int).tolist() == [[1, 1, 1, 0, 0]]
    assert CueSize(9)(sums, cue).astype(int).tolist() == [[1, 1, 1, 1, 0]]
    assert Winners(2)(sums, cue).astype(int).tolist() == [[1, 1, 1, 0, 0]]
    assert Winners(99)(sums, cue).astype(int).tolist() == [[1, 1, 1, 1, 0]]
    assert AtLeast(4)(sums, cue).astype(int).tolist() == [[1, 0, 0, 0, 0]]


def test_no_winners_and_no_threshold_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Winners.k: got 0"):
        Winners(0)
    with pytest.raises(ValueError, match=r"AtLeast.theta: got 0"):
        AtLeast(0)
    with pytest.raises(ValueError, match=r"CueSize.missing: got -1"):
        CueSize(-1)
