"""Spoken digits, where they are on this machine."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from neurosparse.datasets import (
    spoken_digits,
)


def test_spoken_digits(data_folder: Callable[[str], Path]) -> None:
    data_folder("fsdd")
    found = spoken_digits()
    assert len(found.sounds) == 2000
    assert (np.bincount(found.digit) == 200).all()
    assert (np.bincount(found.speaker) == 500).all()
    assert all(sound.dtype == np.int16 and len(sound) > 1000 for sound in found.sounds)
    assert max(np.abs(sound.astype(int)).max() for sound in found.sounds[:50]) > 1000
