"""Parameters of a temporal memory: what may stand in them, and a warning."""

import numpy as np
import pytest

from neurosparse.htm import Growth, SegmentThresholds, SynapsePermanence
from neurosparse.htm.memory_parts import memory_rule

THRESHOLDS = SegmentThresholds()
GROWTH = Growth()


def rule(thresholds=THRESHOLDS, growth=GROWTH, cells=4, seed=1):
    return memory_rule(cells, thresholds, SynapsePermanence(), growth, seed)


def test_all_numbers_reach_the_kernels():
    numbers = rule(SegmentThresholds(5, 3), Growth(7, 8, 9), cells=6, seed=2)
    assert numbers == (6, 5, 3, 0.21, 0.5, 0.1, 0.1, 0.0, 7, 8, 9, 2)


def test_numbers_of_numpy_become_those_of_python():
    thresholds = SegmentThresholds(np.int64(5), np.int32(3))
    assert type(thresholds.active) is int
    assert type(SynapsePermanence(np.float32(0.25)).initial) is float


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: SegmentThresholds(3, 0), "thresholds: got .*1 <= matching <= active"),
        (lambda: SegmentThresholds(2.5, 1), "active: got 2.5"),
        (lambda: SynapsePermanence(initial=1.5), "initial: got 1.5"),
        (lambda: Growth(per_segment=0), "per_segment: got 0"),
        (lambda: rule(cells=0), "cells_per_column: got 0"),
        (lambda: rule(seed=2**32), "seed: got 4294967296"),
    ],
)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_threshold_that_no_segment_can_reach_warns():
    with pytest.warns(UserWarning, match="threshold 9 is above the 8 synapses"):
        rule(SegmentThresholds(9, 3), Growth(per_segment=8))


def test_segments_that_are_born_too_small_to_match_are_told() -> None:
    with pytest.warns(
        UserWarning, match="matching=10 is above the 3 synapses of a new segment"
    ):
        memory_rule(4, SegmentThresholds(13, 10), SynapsePermanence(), Growth(3), 1)
