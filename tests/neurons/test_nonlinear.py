"""Models without a closed form against an integrator of high order: error, order in dt, regimes,
overflow.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neurosparse.neurons import EIF, AdEx, Izhikevich, LIFCond
from tests.neurons.harness import alone, spikes, trace


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
        found - exact(equations(model), list(start.values()), ms, t_eval=np.minimum(times, ms)).y[0]
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
        part = solve_ivp(slope, (now, ms), y, method="DOP853", rtol=1e-9, atol=1e-9, events=over)
        now = part.t[-1]
        y = part.y[:, -1]
        if part.status == 1:
            found.append(now)
            y = reset(y)
    return np.array(found)


ADEX = {
    "tonic": AdEx(a=0.0, b=0.0, i_ext=800.0),
    "adapting": AdEx(i_ext=1000.0),
    "bursting": AdEx(v_reset=-47.2, tau_w=40.0, a=4.0, b=100.0, i_ext=800.0),
    "resting": AdEx(i_ext=500.0),
}
IZHIKEVICH = {
    "regular": Izhikevich(i_ext=10.0),
    "chattering": Izhikevich(c=-50.0, d=2.0, i_ext=10.0),
    "fast": Izhikevich(a=0.1, d=2.0, i_ext=10.0),
    "resting": Izhikevich(i_ext=3.0),
}


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


def our_times(model, ms, dt):
    sim = alone(model, dt=dt)
    sim.run(ms)
    return (spikes(sim)[0] + 1) * dt  # a spike of step k is seen at its end


CASES = [(m, adex_times, n) for n, m in ADEX.items()] + [
    (m, izhikevich_times, n) for n, m in IZHIKEVICH.items()
]


@pytest.mark.parametrize(
    ("model", "times", "regime"), CASES, ids=[f"{type(m).__name__}-{n}" for m, _, n in CASES]
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


def test_adex_regimes():
    gaps = {name: np.diff(our_times(model, 400.0, 0.02)) for name, model in ADEX.items()}
    assert np.ptp(gaps["tonic"]) < 0.1
    assert gaps["adapting"][-1] > 2.0 * gaps["adapting"][0]
    assert gaps["bursting"].max() > 3.0 * np.median(gaps["bursting"])
    assert len(gaps["resting"]) == 0


def test_izhikevich_regimes():
    gaps = {name: np.diff(our_times(model, 1000.0, 0.1)) for name, model in IZHIKEVICH.items()}
    assert gaps["regular"][-1] > gaps["regular"][0]
    assert len(gaps["fast"]) > 2 * len(gaps["regular"])
    assert (gaps["chattering"] < 10.0).sum() > (gaps["chattering"] > 20.0).sum() > 5
    assert len(gaps["resting"]) == 0


def test_izhikevich_steps_as_its_paper_does():
    """The published program with dt = 1 ms, line by line, for one neuron under a constant
    current.
    """
    v = -65.0
    u = -13.0
    fired = []
    have = []
    for t in range(300):
        if v >= 30:
            fired.append(t)
            v = -65.0
            u = u + 8.0
        for _ in range(2):
            v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + 10.0)
        u += 0.02 * (0.2 * v - u)
        have.append(v)
    sim = alone(Izhikevich(i_ext=10.0), dt=1.0)
    sim.run(300.0)
    assert len(fired) > 5
    np.testing.assert_array_equal(spikes(sim)[0] + 1, fired)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("dt", [0.1, 1.0])
def test_the_upstroke_never_overflows(precision, dt):
    for model in (
        AdEx(delta_t=0.05, v_peak=30.0, i_ext=1e5),
        AdEx(delta_t=0.05, v_peak=3000.0, i_ext=1e4),
        EIF(delta_t=0.05, v_peak=3000.0, i_ext=1e3),
    ):
        sim = alone(model, 64, {"v": np.linspace(-80.0, 20.0, 64)}, dt=dt, precision=precision)
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


def test_synaptic_currents_of_adex_are_pushed_at_their_receptors():
    base = replace(AdEx(), a=0.0)
    up = trace(alone(base, initial={"i_exc": 200.0}), 10.0)[:, 0]
    down = trace(alone(base, initial={"i_inh": -200.0}), 10.0)[:, 0]
    assert up.max() > base.v_rest + 1.0
    assert down.min() < base.v_rest - 1.0
