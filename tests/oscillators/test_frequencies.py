"""Critical couplings and orders of theory."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.oscillators import (
    GaussianFrequencies,
    LorentzianFrequencies,
    UniformFrequencies,
    critical_coupling,
)

TABLE = {
    LorentzianFrequencies(1.0): {
        2.5: 0.447214,
        3: 0.577350,
        4: 0.707107,
        8: 0.866025,
        1.9: 0.0,
    },
    GaussianFrequencies(1.0): {
        1.7: 0.425362,
        1.8: 0.562867,
        2: 0.715174,
        2.5: 0.869720,
        4: 0.964247,
    },
    UniformFrequencies(1.0): {1.3: 0.824426, 1.5: 0.898610, 2: 0.951895, 1.2: 0.0},
}


@pytest.mark.parametrize("kind", TABLE)
def test_order_against_coupling(kind):
    for coupling, order in TABLE[kind].items():
        assert abs(kind.order(coupling) - order) < 2e-6
    # twice as wide a distribution needs twice the coupling
    wide = type(kind)(2.0, centre=5.0)
    assert abs(wide.order(4.0) - kind.order(2.0)) < 1e-9
    assert abs(wide.critical_coupling - 2 * kind.critical_coupling) < 1e-12
    assert abs(np.median(wide.quantiles(101)) - 5.0) < 1e-9


def test_the_flat_one_jumps():
    flat = UniformFrequencies(1.0)
    assert abs(flat.order(flat.critical_coupling * (1 + 1e-9)) - np.pi / 4) < 1e-3


def test_large_wirings_take_the_largest_eigenvalue():
    rng = np.random.default_rng(0)
    dense = (rng.random((250, 250)) < 0.2).astype(np.float32)
    exact = 2.0 / np.linalg.eigvals(dense).real.max()
    got = critical_coupling(LorentzianFrequencies(1.0), Connectivity.from_dense(dense))
    assert abs(got - exact) < 1e-6
    with pytest.raises(ValueError, match="largest eigenvalue"):
        critical_coupling(LorentzianFrequencies(1.0), Connectivity.empty(3, 3))
    with pytest.raises(ValueError, match="width"):
        LorentzianFrequencies(0.0)
