"""Models without a closed form against an integrator of high order: error and order in dt."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neurosparse.neurons import EIF, AdEx, Izhikevich, LIFCond
from tests.neurons.harness import alone, spikes, trace
from tests.neurons.regimes import ADEX, IZHIKEVICH, our_times


def eif(m):
    def slope(t, y):
        v, exc, inh = y
        up = m.delta_t * np.exp((v - m.v_threshold) / m.delta_t)
        return (
            (m.v_rest - v + up + m.r_mem * (exc + inh + m.i_ext)) / m.tau_mem,
            -exc / m.tau_exc,
            -inh / m.tau_inh,
        )

    return slope


def adex(m):
    def slope(t, y):
        v, exc, inh, w = y
        up = m.g_leak * m.delta_t * np.exp((v - m.v_threshold) / m.delta_t)
        dv = (m.g_leak * (m.v_rest - v) + up - w + exc + inh + m.i_ext) / m.c_mem
        return dv, -exc / m.tau_exc, -inh / m.tau_inh, (m.a * (v - m.v_rest) - w) / m.tau_w

    return slope


def izhikevich(m):
    def slope(t, y):
        v, u, _ = y
        return 0.04 * v**2 + 5 * v + 140 - u + m.i_ext, m.a * (m.b * v - u), 0.0

    return slope


def lif_cond(m):
    def slope(t, y):
        v, exc, inh = y
        dv = m.g_leak * (m.v_rest - v) + exc * (m.e_exc - v) + inh * (m.e_inh - v) + m.i_ext
        return dv / m.c_mem, -exc / m.tau_exc, -inh / m.tau_inh

    return slope


# model, its equations, a start below threshold, order of the method, error in mV at dt = 0.1 over
# 15 ms
SMOOTH = {
    "LIFCond": (LIFCond(), lif_cond, {"v": -70.0, "g_exc": 6.0, "g_inh": 3.0}, 2, 1e-4),
    "EIF": (EIF(i_ext=10.0), eif, {"v": -60.0, "i_exc": 15.0, "i_inh": -4.0}, 2, 1e-3),
    "AdEx": (
        AdEx(i_ext=300.0),
        adex,
        {"v": -65.0, "i_exc": 400.0, "i_inh": -100.0, "w": 40.0},
        2,
        1e-3,
    ),
    "Izhikevich": (
        Izhikevich(i_ext=3.0),
        izhikevich,
        {"v": -58.0, "u": -11.0, "jump": 0.0},
        1,
        0.1,
    ),
}


def exact(slope, start, ms, **more):
    given = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-11} | more
    return solve_ivp(slope, (0.0, ms), start, **given)


def worst(name, dt, ms=16.0):
    model, equations, start, *_ = SMOOTH[name]
    sim = alone(model, initial=start, dt=dt)
    found = trace(sim, ms)[:, 0]
    assert len(spikes(sim)[0]) == 0
    assert np.ptp(found) > 2.0
    times = dt * np.arange(len(found))
    return abs(
        found
        - exact(equations(model), list(start.values()), ms, t_eval=np.minimum(times, ms)).y[
            0
        ]
    ).max()


@pytest.mark.parametrize("name", SMOOTH)
def test_error_and_order_below_threshold(name):
    order, bound = SMOOTH[name][3:]
    errors = [worst(name, dt) for dt in (0.2, 0.1, 0.05)]
    assert errors[1] < bound
    for coarse, fine in pairwise(errors):
        assert abs(np.log2(coarse / fine) - order) < 0.2


def reference_spikes(slope, start, peak, reset, ms):
    """Spike times by a high-order integrator that stops at the peak and goes on from
    `reset(state)`.
    """

    def over(t, y):
        return y[0] - peak

    over.terminal, over.direction = True, 1
    now = 0.0
    y = list(start)
    found = []
    while now < ms:
        part = solve_ivp(
            slope, (now, ms), y, method="DOP853", rtol=1e-9, atol=1e-9, events=over
        )
        now = part.t[-1]
        y = part.y[:, -1]
        if part.status == 1:
            found.append(now)
            y = reset(y)
    return np.array(found)


def adex_times(model, ms):
    start = [model.v_rest, 0.0, 0.0, 0.0]

    def reset(y):
        return [model.v_reset, 0.0, 0.0, y[3] + model.b]

    return reference_spikes(adex(model), start, model.v_peak, reset, ms)


def izhikevich_times(model, ms):
    def reset(y):
        return [model.c, y[1] + model.d, 0.0]

    return reference_spikes(
        izhikevich(model), [-65.0, -65.0 * model.b, 0.0], model.v_peak, reset, ms
    )


CASES = [(m, adex_times, n) for n, m in ADEX.items()] + [
    (m, izhikevich_times, n) for n, m in IZHIKEVICH.items()
]


@pytest.mark.parametrize(
    ("model", "times", "regime"),
    CASES,
    ids=[f"{type(m).__name__}-{n}" for m, _, n in CASES],
)
def test_spike_times_come_to_the_exact_ones(model, times, regime):
    ms = 120.0
    want = times(model, ms - 2.0)
    late = []
    for dt in (0.04, 0.01, 0.0025):
        have = our_times(model, ms, dt)
        assert len(have) >= len(want)
        late.append(abs(have[: len(want)] - want).max(initial=0.0))
    if regime == "resting":
        assert len(want) == 0
        return
    assert len(want) >= 4
    assert late[2] < 0.3
    assert late[2] < 0.5 * late[0]
