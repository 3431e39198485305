"""AdEx: regimes of firing, synaptic currents."""

from dataclasses import replace

import numpy as np

from neurosparse.neurons import AdEx
from tests.neurons.harness import alone, trace
from tests.neurons.regimes import ADEX, our_times


def test_adex_regimes():
    gaps = {name: np.diff(our_times(model, 400.0, 0.02)) for name, model in ADEX.items()}
    assert np.ptp(gaps["tonic"]) < 0.1
    assert gaps["adapting"][-1] > 2.0 * gaps["adapting"][0]
    assert gaps["bursting"].max() > 3.0 * np.median(gaps["bursting"])
    assert len(gaps["resting"]) == 0


def test_synaptic_currents_of_adex_are_pushed_at_their_receptors():
    base = replace(AdEx(), a=0.0)
    up = trace(alone(base, initial={"i_exc": 200.0}), 10.0)[:, 0]
    down = trace(alone(base, initial={"i_inh": -200.0}), 10.0)[:, 0]
    assert up.max() > base.v_rest + 1.0
    assert down.min() < base.v_rest - 1.0
