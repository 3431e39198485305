"""Distributions of time constants and thresholds."""

import numpy as np
import pytest

from neurosparse.models import HRSNN, Clusters, Gamma
from neurosparse.models.spiking.times import drawn
from neurosparse.wiring import LogNormal


def test_distributions_have_their_means_and_clusters_their_own() -> None:
    rng = np.random.default_rng(0)
    assert abs(Gamma(20.0, 3.0)(20_000, rng).std() - 20 / 3**0.5) < 0.4
    assert abs(np.log(LogNormal(median=20.0, sigma=0.5)(20_000, rng)).std() - 0.5) < 0.02
    clusters = Clusters((Gamma(5.0, 50.0), Gamma(80.0, 50.0)), (0.3, 0.7))
    model = HRSNN(4, 100, 2, tau_mem=clusters, rng=0)
    found = model.cell.tau_mem.detach().numpy()
    assert found[:30].max() < 12 < 40 < found[30:].min()
    beta = model.cell.neurons.beta.detach().numpy()
    np.testing.assert_allclose(beta, np.exp(-1 / found), rtol=1e-5)
    for bad in (0.0, [1.0, float("nan")], [1.0, 2.0, 3.0], -1.0):
        with pytest.raises(ValueError, match="tau: got"):
            drawn("tau", bad, 2, rng)
    with pytest.raises(ValueError, match="shares .*that sum to 1"):
        Clusters((Gamma(),), (0.5,))
