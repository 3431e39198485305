"""First weights: their variance."""

import numpy as np
import pytest
import torch

from neurosparse.connectivity import Connectivity
from neurosparse.models import ActiveFanIn, CondensedLinear, SparseLinear
from neurosparse.wiring import RandomEdges


def test_initialisation_keeps_the_variance_of_activity_whatever_the_density():
    x = torch.randn(500, 400)
    for density in (0.02, 0.5):
        layer = SparseLinear(
            400, 300, wiring=RandomEdges(density), initial=ActiveFanIn(1.0), rng=0
        )
        connected = torch.from_numpy(layer.support.in_degree > 0)
        assert abs(layer(x)[:, connected].var().item() - 1) < 0.1
    with pytest.raises(ValueError, match="gain"):
        ActiveFanIn(0.0)
    with pytest.raises(ValueError, match="did you mean 'normal'"):
        ActiveFanIn(1.0, "nromal")


@pytest.mark.parametrize("kind", ["sparse", "condensed"])
@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        (
            np.ones(3, np.float32),
            ValueError,
            r"initial: got an array of float32 \[3\].*\[4\]",
        ),
        (
            np.ones((2, 2), np.float32),
            ValueError,
            r"\[2, 2\], wants one weight for each synap",
        ),
        (np.float32(1), ValueError, "got one number"),
        ([1.0, np.nan, 1.0, 1.0], ValueError, "initial: got nan at position 1"),
        ([1.0, 1e300, 1.0, 1.0], ValueError, "initial: got inf at position 1"),
        (None, TypeError, "initial"),
    ],
)
def test_weights_that_do_not_fit_the_synapses_are_refused(kind, weights, error, words):
    layer = {"sparse": SparseLinear, "condensed": CondensedLinear}[kind]
    synapses = Connectivity.from_dense(np.ones((2, 2)))
    with pytest.raises(error, match=words):
        layer(synapses, initial=lambda connectivity, rng: weights)


def test_a_class_in_the_place_of_a_rule_is_refused_and_doubles_are_cast():
    synapses = Connectivity.from_dense(np.ones((2, 2)))
    with pytest.raises(TypeError, match="initial: .*ActiveFanIn"):
        SparseLinear(synapses, initial=ActiveFanIn)
    layer = SparseLinear(synapses, initial=lambda connectivity, rng: np.arange(4.0))
    assert layer.values.dtype == torch.float32
    assert layer(torch.ones(1, 2)).tolist() == [[2.0, 4.0]]
