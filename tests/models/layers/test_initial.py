"""First weights: their variance."""

import pytest
import torch

from neurosparse.models import ActiveFanIn, SparseLinear
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
