"""EIF: the upstroke never overflows; without room for it, the neuron is an LIF."""

import numpy as np
import pytest

from neurosparse.neurons import EIF, AdEx
from tests.neurons.harness import alone, spikes
from tests.neurons.regimes import our_times


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("dt", [0.1, 1.0])
def test_the_upstroke_never_overflows(precision, dt):
    for model in (
        AdEx(delta_t=0.05, v_peak=30.0, i_ext=1e5),
        AdEx(delta_t=0.05, v_peak=3000.0, i_ext=1e4),
        EIF(delta_t=0.05, v_peak=3000.0, i_ext=1e3),
    ):
        sim = alone(
            model, 64, {"v": np.linspace(-80.0, 20.0, 64)}, dt=dt, precision=precision
        )
        sim.run(50.0)
        assert len(spikes(sim)[0]) > 64
        for variable in model.State._fields:
            assert np.isfinite(sim.state("a", variable)).all()


def test_without_an_upstroke_room_an_eif_is_an_lif():
    """As delta_t goes to 0 the exponential is a wall at the threshold."""
    sharp = our_times(EIF(delta_t=1e-3, i_ext=30.0, v_peak=-49.0), 200.0, 0.01)
    plain = 20.0 * np.log(30.0 / 15.0)
    assert len(sharp) > 5
    assert abs(np.diff(sharp) - (2.0 - 0.01 + plain)).max() < 0.05
