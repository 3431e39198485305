"""The demonstration's network: signs by the stated rule, weights as counts."""

import numpy as np
import pytest

from neurosparse.cli.demo.larva import EXCITE, INHIBIT, inhibitory, weights
from neurosparse.datasets import LarvaBrain, larva_brain


@pytest.fixture(scope="module")
def brain() -> LarvaBrain:
    """The data set, read once."""
    return larva_brain()


def test_signs_follow_the_stated_rule(brain: LarvaBrain) -> None:
    inhibits = inhibitory(brain)
    assert inhibits[np.isin(brain.cell_type, INHIBIT)].all()
    assert not inhibits[np.isin(brain.cell_type, EXCITE)].any()
    others = ~np.isin(brain.cell_type, INHIBIT + EXCITE)
    assert 0.28 < inhibits[others].mean() < 0.38
    alike = (brain.pair_index >= 0) & others & others[brain.pair_index]
    assert np.array_equal(inhibits[alike], inhibits[brain.pair_index[alike]])


def test_weights_are_counts_with_the_sign_of_the_neuron(brain: LarvaBrain) -> None:
    pre, _ = brain.connectivity.edges()
    assert np.array_equal(weights(brain) < 0, inhibitory(brain)[pre])
    unit = np.where(weights(brain) < 0, 3.0, 1.0)
    assert np.array_equal(np.abs(weights(brain)) / unit, brain.connectivity.weights_array())
