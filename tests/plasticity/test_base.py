"""What a rule takes and what it refuses, by name."""

import numpy as np
import pytest

from neurosparse import plasticity as fits
from neurosparse.plasticity import DopamineSTDP, MultiplicativeSTDP, PairSTDP, TripletSTDP


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: PairSTDP(0.1, 0.1, w_max=1.0, tau_plus=0.0), "tau_plus.*above 0"),
        (lambda: PairSTDP(0.1, 0.1, w_max=-1.0), "w_min"),
        (lambda: PairSTDP(0.1, np.nan, w_max=1.0), "a_minus.*finite"),
        (lambda: MultiplicativeSTDP(0.1, -0.1), "a_minus"),
        (lambda: MultiplicativeSTDP(0.1, 0.1, w_unit=0.0), "w_unit"),
        (lambda: TripletSTDP(w_max=0.0), "w_min"),
        (lambda: TripletSTDP(w_max=1.0, unit=-1.0), "unit"),
        (lambda: fits.TripletFit(0.1, 0.1, 0.1, 0.1, 0.0, 10.0), "tau_x"),
        (lambda: DopamineSTDP(tau_e=0.0), "tau_e"),
        (lambda: DopamineSTDP(w_min=5.0), "w_min"),
    ],
)
def test_parameters_that_cannot_be_meant(make, words):
    with pytest.raises(ValueError, match=words):
        make()
