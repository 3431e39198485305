"""The triplet rule against its terms written out."""

import numpy as np
import pytest

from neurosparse import plasticity as fits
from neurosparse.plasticity import TripletSTDP
from tests.plasticity.pairing import protocol


@pytest.mark.parametrize("fit", [fits.VISUAL_CORTEX, fits.HIPPOCAMPUS])
def test_triplet_protocols(fit):
    """Pre-post-pre and post-pre-post, each term written out."""
    rule = TripletSTDP(w_max=100.0, unit=10.0, fit=fit)
    unit = 10.0
    e = np.exp
    a, b = 10.0, 7.0  # first and second lag
    first = fit.a2_plus * e(-a / fit.tau_plus)
    second = e(-b / fit.tau_minus) * (fit.a2_minus + fit.a3_minus * e(-(a + b) / fit.tau_x))
    got = protocol(rule, [20.0, 20.0 + a + b], [20.0 + a], start=50.0)
    assert got == pytest.approx(50.0 + unit * (first - second), abs=5e-6)
    assert got != pytest.approx(50.0, abs=1e-3)
    first = fit.a2_minus * e(-a / fit.tau_minus)
    second = e(-b / fit.tau_plus) * (fit.a2_plus + fit.a3_plus * e(-(a + b) / fit.tau_y))
    got = protocol(rule, [20.0 + a], [20.0, 20.0 + a + b], start=50.0)
    assert got == pytest.approx(50.0 + unit * (second - first), abs=5e-6)


def test_triplet_nearest_forgets_earlier_spikes():
    fit = fits.VISUAL_CORTEX_NEAREST
    rule = TripletSTDP(w_max=100.0, unit=10.0, fit=fit, nearest=True)
    got = protocol(rule, [10.0, 20.0], [15.0, 28.0], start=50.0)
    e = np.exp
    up = e(-5 / fit.tau_plus) * fit.a2_plus + e(-8 / fit.tau_plus) * (
        fit.a2_plus + fit.a3_plus * e(-13 / fit.tau_y)
    )
    down = e(-5 / fit.tau_minus) * (fit.a2_minus + fit.a3_minus * e(-10 / fit.tau_x))
    assert got == pytest.approx(50.0 + 10.0 * (up - down), abs=5e-6)


def test_triplet_rule_depends_on_the_frequency_of_pairs():
    """Pairs 10 ms pre before post weaken at 0.1 Hz less than they strengthen at 50 Hz (Sjostrom's
    experiment).
    """

    def change(gap):
        pre = 20.0 + gap * np.arange(15)
        return (
            protocol(
                TripletSTDP(w_max=1e3, unit=100.0), list(pre), list(pre + 10.0), start=500.0
            )
            - 500.0
        )

    assert change(20.0) > 5 * abs(change(2000.0))
