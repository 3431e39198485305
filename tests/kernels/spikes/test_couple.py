"""What synapses that carry values add, by hand; the compiled way is held against this law in
tests/engine/test_couplings.py.
"""

import numpy as np
import pytest

from neurosparse.kernels.spikes.couple import GRADED, INTO, JUNCTION, OUT_OF
from neurosparse.kernels.spikes.couple.naive import couple, turned

PRE = np.array([0, 0, 1])
POST = np.array([0, 1, 1])
WEIGHT = [1.0, 2.0, 4.0]
SHOWN = {0: [3.0, 5.0], 1: [7.0, 11.0]}
FACING = [4.0, 2.0]


@pytest.mark.parametrize(
    ("kind", "delay", "total"),
    [
        (GRADED, [0, 0, 0], [3.0, 26.0]),
        (GRADED, [0, 1, 1], [3.0, 58.0]),
        (JUNCTION, [0, 0, 0], [-1.0, 14.0]),
        (INTO, [0, 0, 0], [0.0, 14.0]),
        (OUT_OF, [0, 0, 0], [-1.0, 0.0]),
    ],
)
def test_by_hand(kind: int, delay: list[int], total: list[float]) -> None:
    synapses = (PRE, POST, WEIGHT, delay)
    seen = couple(kind, synapses, SHOWN.__getitem__, FACING, np.zeros(2))
    assert seen.tolist() == total


def test_rows_turned_round() -> None:
    parts = [part.tolist() for part in turned(PRE, POST)]
    assert parts == [[0, 1, 1], [0, 0, 1], [0, 1, 2]]
