"""The pair rule against closed forms."""

import numpy as np
import pytest

from neurosparse.plasticity import PairSTDP
from tests.plasticity.pairing import START, protocol


@pytest.mark.parametrize("nearest", [False, True])
@pytest.mark.parametrize("lag", [0.1, 5.0, 20.0, 63.7])
@pytest.mark.parametrize("delay", [0.0, 1.5])
def test_one_pair_changes_by_its_exponential(lag, nearest, delay):
    rule = PairSTDP(
        a_plus=0.3, a_minus=0.4, w_max=10.0, tau_plus=17.0, tau_minus=31.0, nearest=nearest
    )
    # lags count from the arrival of the presynaptic spike
    later = round(10.0 + delay + lag, 6)
    assert protocol(rule, [10.0], [later], delay) == pytest.approx(
        START + 0.3 * np.exp(-lag / 17.0), rel=1e-5
    )
    later = round(10.0 - delay + lag, 6)
    assert protocol(rule, [later], [10.0], delay) == pytest.approx(
        START - 0.4 * np.exp(-lag / 31.0), rel=1e-5
    )


def test_a_pair_in_one_step_counts_as_pre_before_post():
    rule = PairSTDP(a_plus=0.3, a_minus=0.4, w_max=10.0)
    assert protocol(rule, [10.0], [10.0]) == pytest.approx(START + 0.3, rel=1e-6)


def test_all_pairs_or_the_nearest():
    rule = PairSTDP(a_plus=0.3, a_minus=0.4, w_max=10.0, tau_plus=20.0)
    pairs = np.exp(-5.0 / 20.0) + np.exp(-15.0 / 20.0)
    assert protocol(rule, [10.0, 20.0], [25.0]) == pytest.approx(
        START + 0.3 * pairs, rel=1e-5
    )
    only = PairSTDP(a_plus=0.3, a_minus=0.4, w_max=10.0, tau_plus=20.0, nearest=True)
    assert protocol(only, [10.0, 20.0], [25.0]) == pytest.approx(
        START + 0.3 * np.exp(-5.0 / 20.0), rel=1e-5
    )


def test_bounds_hold():
    strong = PairSTDP(a_plus=30.0, a_minus=30.0, w_max=3.0, w_min=0.5)
    assert protocol(strong, [10.0], [12.0]) == pytest.approx(3.0)
    assert protocol(strong, [12.0], [10.0]) == pytest.approx(0.5)


@pytest.mark.parametrize("mu", [0.3, 1.0])
def test_weight_dependence(mu):
    rule = PairSTDP(a_plus=0.3, a_minus=0.4, w_max=10.0, mu=mu)
    up = 0.3 * (1 - START / 10) ** mu
    down = 0.4 * (START / 10) ** mu
    assert protocol(rule, [10.0], [14.0]) == pytest.approx(
        START + up * np.exp(-4 / 20), rel=1e-5
    )
    assert protocol(rule, [14.0], [10.0]) == pytest.approx(
        START - down * np.exp(-4 / 20), rel=1e-5
    )
