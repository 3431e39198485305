"""Depression in proportion to the weight, against closed forms."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import MultiplicativeSTDP
from tests.plasticity.pairing import START, protocol


@pytest.mark.parametrize("mu", [0.0, 0.4])
def test_depression_in_proportion_to_the_weight(mu):
    rule = MultiplicativeSTDP(a_plus=0.05, a_minus=0.1, w_unit=3.0, mu=mu)
    for start in (START, 7.0):
        up = 0.05 * 3.0 * (start / 3.0) ** mu
        assert protocol(rule, [10.0], [14.0], start=start) == pytest.approx(
            start + up * np.exp(-4 / 20), rel=1e-5
        )
        assert protocol(rule, [14.0], [10.0], start=start) == pytest.approx(
            start * (1 - 0.1 * np.exp(-4 / 20)), rel=1e-5
        )


def test_multiplicative_weights_settle_where_the_formula_says():
    rule = MultiplicativeSTDP(
        a_plus=0.02, a_minus=0.02, w_unit=2.0, mu=0.4, tau_plus=20.0, tau_minus=10.0
    )
    expected = 2.0 * (0.02 * 20.0 / (0.02 * 10.0)) ** (1 / 0.6)
    network = Network(
        Population("S", 60, PoissonSource(50.0)),
        Population("K", 20, PoissonSource(40.0)),
        Population("A", 20, LIF(v_rest=0.0, v_threshold=1e4, v_reset=0.0, t_ref=0.0)),
        Projection(
            "K",
            "A",
            Connectivity.from_edges(range(20), range(20), n_pre=20, n_post=20),
            weight=1e6,
        ),
        Projection(
            "S",
            "A",
            Connectivity.from_dense(np.ones((60, 20))),
            weight=1.0,
            plasticity=rule,
        ),
    )
    sim = Simulator(network, dt=0.5, seed=1, record=[])
    sim.run(20_000.0)
    assert sim.weights("S->A").mean() == pytest.approx(expected, rel=0.05)
