"""Peak memory counts what is held and what was."""

import numpy as np

from neurosparse.analysis import memory_baseline, peak_memory_above


def test_memory_counts_what_is_held_and_what_was():
    before = memory_baseline()
    held = np.ones(4_000_000)
    del held
    assert 30e6 < peak_memory_above(before) < 45e6
    assert peak_memory_above(memory_baseline()) < 5e6
