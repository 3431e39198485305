"""Adaptation: nothing to adapt makes it LIFExp; it decays and slows as on paper."""

import numpy as np
from scipy.optimize import brentq

from neurosparse.neurons import AdaptiveLIF, LIFExp
from tests.neurons.formulas import DT, exponential_psp
from tests.neurons.harness import alone, intervals, spikes, trace


class TestAdaptation:
    """AdaptiveLIF: nothing to adapt makes it LIFExp; adaptation decays and slows as on paper."""

    def test_without_adaptation_it_is_a_plain_neuron(self):
        start = {"v": np.linspace(-65.0, -50.0, 64), "i_exc": np.linspace(0.0, 40.0, 64)}
        one = alone(AdaptiveLIF(add_w=0.0, i_ext=20.0), 64, start)
        other = alone(LIFExp(i_ext=20.0), 64, start)
        for sim in (one, other):
            sim.run(200.0)
        assert len(spikes(one)[0]) > 64
        np.testing.assert_array_equal(spikes(one), spikes(other))

    def test_current_and_lift_decay_between_spikes(self):
        sim = alone(AdaptiveLIF(add_w=2.0, add_lift=3.0), initial={"v": -49.0})
        sim.step()
        assert len(spikes(sim)[0]) == 1
        w = trace(sim, 20.0, "w")[:, 0]
        lift = sim.state("a", "lift")[0]
        np.testing.assert_allclose(
            w, 2.0 * np.exp(-np.arange(201) * DT / 100.0), rtol=1e-12
        )
        np.testing.assert_allclose(lift, 3.0 * np.exp(-20.0 / 50.0), rtol=1e-12)

    def test_the_adaptation_current_hyperpolarises(self):
        found = trace(alone(AdaptiveLIF(), initial={"w": 2.0}), 50.0)[:, 0]
        np.testing.assert_allclose(
            found,
            -65.0 - 2.0 * exponential_psp(np.arange(501) * DT, 20.0, 100.0),
            rtol=1e-10,
        )

    def test_threshold_adaptation_settles_where_it_reproduces_itself(self):
        sim = alone(AdaptiveLIF(add_w=0.0, add_lift=4.0, i_ext=40.0))
        sim.run(1500.0)
        found = intervals(sim) * DT

        def missing(interval):
            lift = 4.0 / np.expm1(interval / 50.0)
            free = (
                interval - 2.0 + DT
            )  # the step in which it fires is the first refractory one
            return -25.0 - 40.0 * np.exp(-free / 20.0) - (-50.0 + lift)

        assert found[0] < found[1] < found[-1]
        # rounding up to the grid costs up to a step each time
        assert abs(found[-20:].mean() - brentq(missing, 3.0, 200.0) - DT / 2) <= DT

    def test_current_adaptation_lengthens_the_intervals(self):
        sim = alone(AdaptiveLIF(add_w=1.5, i_ext=30.0))
        sim.run(800.0)
        found = intervals(sim)
        assert len(found) > 5
        assert (np.diff(found[:4]) > 0).all()
        assert found[-1] > 1.3 * found[0]
