"""What becomes of the leak."""

import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    Matched,
    RecurrentNet,
    Unchanged,
)


def test_the_matched_diagonal_becomes_a_leak():
    c = Connectivity.from_dense([[0, 2, 0], [-1, 0, 1], [0, 0, 0]])
    before = RecurrentNet.begin(c, [1.0, 1.0, 1.0])
    halved = c.with_weight(c.weights_array() * 0.5)
    assert Matched()(before, halved).tolist() == [0.5, 0.0, 0.5]
    assert Matched(floor=0.25)(before, halved).tolist() == [0.5, 0.25, 0.5]
    assert Matched(gain=0.5)(before, halved).tolist() == [0.75, 0.5, 0.75]
    assert before._replace(leak=Matched(floor=0.25)(before, halved)).tau.tolist() == [
        2.0,
        4.0,
        2.0,
    ]


def test_a_leak_may_stay_and_falls_to_its_floor_at_most():
    before = RecurrentNet.begin(Connectivity.from_dense([[0, 4], [1, 0]]), 2.0)
    empty = Connectivity.empty(2, 2)
    assert Unchanged()(before, empty) is before.leak
    assert Matched()(before, empty).tolist() == [1.0, -2.0]
    assert Matched(floor=0.25)(before, empty).tolist() == [1.0, 0.5]
    with pytest.raises(ValueError, match="a share in"):
        Matched(floor=2.0)
