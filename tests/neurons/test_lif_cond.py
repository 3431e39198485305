"""Conductances: where the voltage goes, and that it never passes a reversal potential."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.neurons import LIFCond
from tests.neurons.harness import alone, trace


class TestConductances:
    """LIFCond: where the voltage goes, and that it never passes a reversal potential."""

    quiet = LIFCond(v_threshold=1000.0, v_reset=-60.0)

    @pytest.mark.parametrize(("g_exc", "g_inh"), [(4.0, 0.0), (0.0, 9.0), (30.0, 11.0)])
    def test_steady_state(self, g_exc, g_inh):
        model = replace(self.quiet, tau_exc=1e12, tau_inh=1e12, i_ext=50.0)
        end = trace(alone(model, initial={"g_exc": g_exc, "g_inh": g_inh}), 400.0)[-1, 0]
        pulled = 10.0 * -70.0 + g_exc * 0.0 + g_inh * -80.0 + 50.0
        np.testing.assert_allclose(end, pulled / (10.0 + g_exc + g_inh), rtol=1e-6)

    def test_constant_conductance_is_exact(self):
        model = replace(self.quiet, tau_exc=1e12)
        found = trace(alone(model, initial={"g_exc": 5.0}, dt=2.0), 60.0)[:, 0]
        end = -700.0 / 15.0
        rate = 15.0 / 200.0
        np.testing.assert_allclose(
            found, end + (-70.0 - end) * np.exp(-rate * 2.0 * np.arange(31)), rtol=1e-9
        )

    @pytest.mark.parametrize(("start", "sign"), [(-90.0, 1), (-80.0, 0), (-70.0, -1)])
    def test_inhibition_changes_sign_at_its_reversal(self, start, sign):
        model = replace(self.quiet, v_rest=start)
        moved = trace(alone(model, initial={"v": start, "g_inh": 5.0}), 20.0)[:, 0] - start
        if sign:
            assert (np.sign(moved[1:]) == sign).all()
            assert abs(moved).max() > 1.0
        else:
            np.testing.assert_allclose(moved, 0.0, atol=1e-12)

    def test_no_input_drives_past_the_reversal(self):
        model = replace(self.quiet, tau_exc=100.0)
        found = trace(alone(model, initial={"g_exc": 1e6}), 50.0)
        assert -0.1 < found.max() <= 0.0
