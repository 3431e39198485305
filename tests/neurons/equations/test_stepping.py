"""One step of every variable: exact where it can be, else as the method says, to its order."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neurosparse.neurons import from_equations
from tests.neurons.equations import written
from tests.neurons.equations.written import FIRES, MEMBRANE, by_hand

ORDERS = {"euler": 1, "midpoint": 2, "rk4": 4}
FREE = 1000


def pendulum(method):
    """Not linear, driven by a variable that is."""
    return from_equations(
        "dx/dt = y\ndy/dt = -sin(x) - 0.3 * y + z\ndz/dt = -z / 2 + i_ext",
        threshold="False",
        parameters={"i_ext": 0.0},
        receptors={"push": "y"},
        method=method,
    )


def end_of(model, start, dt, ms):
    s = type(model).State(*start)
    p = model.coefficients(dt)
    for _ in range(round(ms / dt)):
        s, _ = type(model).update(s, p, FREE)
    return np.array(s)


@pytest.mark.parametrize("method", ORDERS)
def test_each_method_has_its_order(method):
    start = [1.0, 0.0, 0.8]
    exact = solve_ivp(
        lambda t, s: [s[1], -np.sin(s[0]) - 0.3 * s[1] + s[2], -s[2] / 2],
        (0, 4),
        start,
        rtol=1e-12,
        atol=1e-13,
    ).y[:, -1]
    errors = [
        np.abs(end_of(pendulum(method)(), start, dt, 4.0) - exact).max()
        for dt in (0.1, 0.05)
    ]
    assert errors[1] < {1: 0.05, 2: 1e-3, 4: 1e-6}[ORDERS[method]]
    assert abs(np.log2(errors[0] / errors[1]) - ORDERS[method]) < 0.3
    assert end_of(pendulum(method)(), start, 0.05, 4.0)[2] == pytest.approx(exact[2], 1e-13)


def test_exponential_euler_is_exact_for_inputs_that_stand_still():
    kind = from_equations(
        "dx/dt = g * (e - x) * on\ndon/dt = 0 * on",
        threshold="False",
        parameters={"g": 0.2, "e": 3.0},
        receptors={"on": "on"},
    )
    ends = [end_of(kind(), [0.0, 1.5], dt, 8.0)[0] for dt in (0.1, 2.0, 8.0)]
    np.testing.assert_allclose(ends, 3.0 * -np.expm1(-0.2 * 1.5 * 8.0), rtol=1e-12)
    standing = end_of(kind(), [1.0, 0.0], 0.1, 8.0)[0]
    assert standing == 1.0


@pytest.mark.parametrize("rate", [1e-9, 1e-3, 0.1562, 0.1563, 3.0, 200.0])
def test_exponential_euler_keeps_its_digits(rate):
    """Where the rate of a variable moves, its share of a step is computed in each."""
    kind = from_equations(
        "dx/dt = (1 - x) * on\ndon/dt = -on * x * 0",
        threshold="False",
        parameters={},
        receptors={"on": "on"},
    )
    moved = end_of(kind(), [0.0, rate], 0.1, 0.1)[0]
    np.testing.assert_allclose(moved, -np.expm1(-0.1 * rate), rtol=2e-14)


def test_hodgkin_huxley_by_exponential_euler_and_rk4():
    """Both follow one spike: to the first order in dt, and to the fourth."""
    start = (-65.0, 0.05, 0.6, 0.32)
    ends = {}
    for method, dt in (
        ("exponential_euler", 0.004),
        ("exponential_euler", 0.002),
        ("rk4", 0.01),
        ("rk4", 0.005),
    ):
        model = written.hodgkin_huxley(method)(i_ext=10.0)
        ends[method, dt] = [end_of(model, start, dt, ms)[0] for ms in (1.0, 2.0, 4.0)]
    exact = np.array(ends["rk4", 0.005])
    assert exact.max() > 10.0
    np.testing.assert_allclose(ends["rk4", 0.01], exact, atol=1e-4)
    coarse, fine = (
        np.abs(ends["exponential_euler", dt] - exact).max() for dt in (0.004, 0.002)
    )
    assert fine < 3.0
    assert 1.8 < coarse / fine < 2.2


def nmda_current(t, s):
    """dv/dt, dg/dt and drise/dt of a conductance that rises in 2 ms, and is blocked at rest."""
    v, g, rise = s
    block = 1.0 / (1.0 + np.exp(-0.062 * v) / 3.57)
    return [(25.0 * (-70.0 - v) - block * g * v) / 500.0, rise - g / 80.0, -rise / 2.0]


def test_a_conductance_with_voltage_dependence():
    """A double-exponential conductance is exact, what it does to the voltage of fourth order."""
    kind = from_equations(
        """
        block = 1 / (1 + exp(-0.062 * v / mV) / 3.57) : 1
        dv/dt = (g_leak * (v_rest - v) - block * g * v) / c_mem : mV
        dg/dt = rise / ms - g / tau : nS
        drise/dt = -rise / (2 * ms) : nS
        """,
        threshold="False",
        receptors={"nmda": "rise"},
        parameters={
            "c_mem": "500 pF",
            "g_leak": "25 nS",
            "v_rest": "-70 mV",
            "tau": "80 ms",
        },
        method="rk4",
    )
    start = [-70.0, 0.0, 15.0]
    exact = solve_ivp(nmda_current, (0, 20), start, rtol=1e-11, atol=1e-11).y[:, -1]
    end = end_of(kind(), start, 0.1, 20.0)
    np.testing.assert_allclose(end[1:], exact[1:], rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(end[0], exact[0], rtol=1e-7)
    assert exact[0] > -68.0


def test_what_rests_stands_still_and_the_rest_goes_on():
    equations = (
        "dv/dt = (v_rest - v + r_mem * (i_ext - w)) / tau_mem : mV\n"
        "dw/dt = (v / r_mem - w) / tau_w : pA"
    )
    options = {
        "receptors": {"delta": "v", "w": "w"},
        "parameters": MEMBRANE | {"tau_w": "30 ms"},
    } | FIRES
    kind = from_equations(equations, **options)
    p = kind().coefficients(0.1)
    s = kind.State(-60.0, 2.0, 5.0)
    held, _ = kind.update(s, p, -3)
    assert (held.v, held.v_jump) == (-60.0, 0.0)
    expected = -60.0 + 62.0 * np.exp(-0.1 / 30.0)
    np.testing.assert_allclose(held.w, expected, rtol=1e-13)
    first, _ = kind.update(s, p, 0)
    later, _ = kind.update(s, p, 1)
    assert later.v - first.v == pytest.approx(5.0 * np.exp(-0.1 / 20.0), rel=1e-3)
    moving = from_equations(equations, rests=[], **options)
    free, _ = moving.update(moving.State(-60.0, 2.0), moving().coefficients(0.1), -3)
    assert free.v != -60.0


@pytest.mark.parametrize("method", ["midpoint", "rk4"])
def test_between_the_ends_of_a_step_nothing_runs_away(method):
    """A neuron that fires is carried no further than its threshold, so that e^v stays finite."""
    kind = from_equations(
        "dv/dt = exp(v)",
        threshold="v > peak",
        reset="v = 0",
        parameters={"peak": 30.0},
        receptors={"delta": "v"},
        method=method,
    )
    s, crossed = kind.update(kind.State(25.0, 0.0), kind().coefficients(0.1), 1)
    assert crossed
    assert np.isfinite(s.v)


def test_names_of_parts_give_way_to_variables():
    """A variable may have the name that a part of the step would have."""
    texts = {
        "plain": "da/dt = b * a**2 + exp(a * a)\ndb/dt = exp(a * a) - a**2",
        "odd": "dx0/dt = x1 * x0**2 + exp(x0 * x0)\ndx1/dt = exp(x0 * x0) - x0**2",
    }
    ends = []
    for text in texts.values():
        kind = from_equations(
            text, threshold="False", parameters={}, receptors={}, method="rk4"
        )
        ends.append(end_of(kind(), [0.1, -0.2], 0.01, 0.2))
    np.testing.assert_array_equal(*ends)
    kind = from_equations(
        "dv/dt = -v\ndv_jump/dt = -v_jump\ndnew_v/dt = -new_v",
        threshold="v > 1",
        reset="v = 0",
        parameters={},
        receptors={"delta": "v"},
    )
    assert kind.State._fields == ("v", "v_jump", "new_v", "v_jump_")
    fired, _ = by_hand(kind(), 5, arrivals=[(2, "delta", 3.0)])
    assert fired == [3]
