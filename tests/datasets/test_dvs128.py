"""DVS128 Gesture, where it is on this machine."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from neurosparse.datasets import dvs_gesture


def test_dvs_gesture(data_folder: Callable[[str], Path]) -> None:
    data_folder("dvs_gesture_samples")
    gestures = dvs_gesture()
    assert sum(map(len, gestures.events)) == 1_206_710
    assert all(100 < int(events["x"].max()) < 128 for events in gestures.events)
    assert {p for events in gestures.events for p in np.unique(events["p"]).tolist()} == {
        0,
        1,
    }
