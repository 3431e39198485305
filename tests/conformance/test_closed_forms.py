"""Single neurons against formulas: firing under a constant current, and the response to one
spike.
"""

from typing import Any

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator, States
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, SpikeSource

DT, TAU, GAP = (
    0.1,
    20.0,
    15.0,
)  # GAP: from rest, which is the reset too, to threshold, in mV


def interval(drive: float, t_ref: float) -> int:
    """Steps from spike to spike: the held ones, then as many as v = drive (1 - e^(-m dt/tau)) needs
    to pass GAP.
    """
    climb = int(np.floor(TAU / DT * np.log(drive / (drive - GAP)))) + 1
    return max(round(t_ref / DT), 1) - 1 + climb


@pytest.mark.parametrize("t_ref", [0.0, 0.1, 2.0, 7.5])
@pytest.mark.parametrize("model", [LIF, LIFExp])
def test_intervals_follow_the_current(model: Any, t_ref: float) -> None:
    """f(I) = 1 / (t_ref + tau ln(I / (I - GAP))), here counted in whole steps and exactly."""
    drive = np.linspace(15.3, 60.0, 50)
    neurons = model(tau_mem=TAU, t_ref=t_ref, i_ext=drive)
    simulator = Simulator(Network(Population("N", 50, neurons)), dt=DT)
    simulator.run(500.0)
    spikes = simulator.spikes("N")
    for k, current in enumerate(drive):
        step = spikes.step[spikes.i == k]
        assert len(step) >= 4
        assert set(np.diff(step).tolist()) == {interval(current, t_ref)}


def test_silent_below_threshold() -> None:
    """A current that ends just below threshold never fires."""
    neurons = LIF(tau_mem=TAU, i_ext=GAP * (1 - 1e-6))
    simulator = Simulator(Network(Population("N", 3, neurons)), dt=DT)
    simulator.run(1000.0)
    assert len(simulator.spikes("N")) == 0


@pytest.mark.parametrize("mode", ["clock", "event"])
def test_response_to_one_spike(mode: Any) -> None:
    """v(t) = w tau_exc / (tau - tau_exc) (e^(-t/tau) - e^(-t/tau_exc)) from the arrival of the
    spike on.
    """
    tau_exc = 5.0
    w = 3.0
    sent = 1.0
    late = 2.0
    wire = Connectivity.from_edges([0], [0], n_pre=1, n_post=1, weight=w)
    network = Network(
        Population("S", 1, SpikeSource(np.array([sent]), np.array([0], np.int32))),
        Population("N", 1, LIFExp(tau_mem=TAU, tau_exc=tau_exc), mode=mode),
        Projection("S", "N", wire, delay=late, receptor="exc"),
    )
    voltage = States("N", "v")
    simulator = Simulator(network, dt=DT, record=[voltage])
    simulator.run(60.0)
    v = np.asarray(simulator.recorded(voltage).values)[:, 0] + 65.0
    # sample s holds v after the update of step s, the first in which a spike that came in step s -
    # 1 counts
    t = DT * (np.arange(len(v)) - round((sent + late) / DT))
    share = tau_exc / (TAU - tau_exc)
    expected = np.where(t > 0, w * share * (np.exp(-t / TAU) - np.exp(-t / tau_exc)), 0.0)
    assert v.max() > 0.4
    np.testing.assert_allclose(v, expected, atol=1e-12)
