"""Calcium that decides: closed forms, the equations integrated by SciPy, the published curve."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from neurosparse import LIF, Network, Population, Projection, Simulator
from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every
from neurosparse.neurons import PoissonSource
from neurosparse.plasticity import CalciumSynapse, GraupnerBrunel
from neurosparse.wiring import Bernoulli
from tests.engine.on_device import DEVICE
from tests.plasticity.pairing import START, protocol

QUICK = GraupnerBrunel(w_max=5.0, w_min=1.0, tau=5000.0, bistable=False)


def integrated(rule: Any, times: list[float], jumps: list[float], end: float) -> float:
    """The weight at `end` by the equations of the source, in small steps between spikes."""
    r, c, last = (START - rule.w_min) / (rule.w_max - rule.w_min), 0.0, 0.0
    for time, jump in [*sorted(zip(times, jumps, strict=True)), (end, 0.0)]:
        begun = c

        def slope(t: float, y: Any, begun: float = begun) -> list[float]:
            level = begun * np.exp(-t / rule.tau_calcium)
            up = rule.gamma_p * (1 - y[0]) * (level > rule.theta_p)
            down = rule.gamma_d * y[0] * (level > rule.theta_d)
            well = y[0] * (1 - y[0]) * (0.5 - y[0]) if rule.bistable else 0.0
            return [(up - down - well) / rule.tau]

        if time > last:
            span = (0.0, time - last)
            r = solve_ivp(slope, span, [r], max_step=0.05).y[0, -1]
            c *= np.exp(-(time - last) / rule.tau_calcium)
        c, last = c + jump, time
    return float(rule.w_min + r * (rule.w_max - rule.w_min))


@pytest.mark.parametrize("delay", [0.0, 1.3])
@pytest.mark.parametrize("bistable", [False, True])
def test_weights_are_those_of_the_equations(delay: float, bistable: bool) -> None:
    rule = GraupnerBrunel(w_max=5.0, w_min=1.0, tau=5000.0, bistable=bistable)
    pre, post = [5.0, 9.1, 60.0], [8.0, 30.0, 61.5]
    arrivals = [t + delay for t in pre]
    jumps = [rule.c_pre] * 3 + [rule.c_post] * 3
    expected = integrated(rule, [*arrivals, *post], jumps, 62.4 + delay)
    got = protocol(rule, pre, post, delay)
    assert abs(expected - START) > 0.1
    assert got == pytest.approx(expected, abs=4e-4)


def test_one_spike_depresses_for_as_long_as_its_calcium_is_above_the_threshold() -> None:
    rule = GraupnerBrunel(w_max=4.0, c_pre=0.5, theta_p=9.0, tau=5000.0, bistable=False)
    above = rule.tau_calcium * np.log(2.0)
    expected = START * np.exp(-rule.gamma_d * above / rule.tau)
    assert protocol(rule, [200.0], [10.0]) == pytest.approx(expected, rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    w=st.floats(1.0, 5.0),
    c=st.floats(0.0, 8.0),
    ms=st.tuples(st.floats(0.0, 90.0), st.floats(0.0, 90.0)),
    thresholds=st.tuples(st.floats(0.3, 2.0), st.floats(0.3, 2.0)),
)
def test_two_spans_are_one(w: float, c: float, ms: Any, thresholds: Any) -> None:
    low, high = thresholds
    rule = GraupnerBrunel(w_max=5.0, w_min=1.0, theta_d=low, theta_p=high, tau=3000.0)
    p = rule.coefficients(0.1)
    s = CalciumSynapse(w, c)
    whole = rule.between(s, sum(ms), p)
    parts = rule.between(rule.between(s, ms[0], p), ms[1], p)
    assert parts == pytest.approx(whole, abs=1e-9)
    assert 1.0 <= whole.weight <= 5.0


def test_weights_left_alone_go_to_the_nearer_end() -> None:
    rule = GraupnerBrunel(w_max=1.0)
    p = rule.coefficients(0.1)
    hours = 4 * 3_600_000.0
    ends = [rule.between(CalciumSynapse(w, 0.0), hours, p).weight for w in (0.4, 0.5, 0.6)]
    assert ends == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)
    flat = GraupnerBrunel(w_max=1.0, bistable=False)
    still = flat.between(CalciumSynapse(0.4, 0.0), hours, flat.coefficients(0.1))
    assert still.weight == pytest.approx(0.4)


def test_pairs_depress_and_potentiate_as_published() -> None:
    """Figure 2 of the source, DP: post before pre depresses, post after pre potentiates."""
    rule = GraupnerBrunel(w_max=1.0, bistable=False)
    p = rule.coefficients(0.1)

    def after_pairs(lag: float) -> float:
        events = [(13.7, rule.c_pre), (lag, rule.c_post)]
        s = CalciumSynapse(0.5, 0.0)
        for _ in range(60):
            last = min(t for t, _ in events)
            for time, jump in sorted(events):
                s = rule.between(s, time - last, p)
                s = CalciumSynapse(s.weight, s.calcium + jump)
                last = time
            s = rule.between(s, 1000.0, p)
        return s.weight

    curve = {lag: after_pairs(lag) for lag in (-100.0, -20.0, 10.0, 100.0)}
    assert curve[-20.0] < 0.45
    assert curve[10.0] > 0.54
    # spikes far apart leave what both leave alone
    assert curve[-100.0] == pytest.approx(curve[100.0], abs=0.01)


def net(rule: Any = QUICK, **more: Any) -> Network:
    source = Population("S", 6, PoissonSource(120.0))
    target = Population("A", 5, LIF(v_threshold=-62.0))
    return Network(
        source,
        target,
        Projection("S", "A", Bernoulli(0.7), weight=2.0, plasticity=rule, **more),
    )


def test_looking_changes_no_bit() -> None:
    def final(looks: bool) -> Any:
        with Simulator(net(), seed=2) as simulator:
            look = Every(3.0, lambda s: (s.weights("S->A"), s.connectivity("S->A")))
            simulator.run(100.0, callbacks=[look] if looks else [])
            return simulator.weights("S->A"), len(simulator.spikes("A"))

    (plain, n_spikes), (looked_at, _) = final(False), final(True)
    assert n_spikes > 30
    assert np.abs(plain - 2.0).max() > 0.1
    np.testing.assert_array_equal(plain, looked_at)


def test_weights_that_are_set_count_from_now() -> None:
    with Simulator(net(), seed=2) as simulator:
        simulator.run(50.0)
        calcium = simulator.learning("S->A").variables["calcium"].copy()
        simulator.set_weights("S->A", 2.5)
        np.testing.assert_array_equal(simulator.weights("S->A"), np.float32(2.5))
        kept = simulator.learning("S->A").variables["calcium"]
        np.testing.assert_array_equal(kept, calcium)
        assert calcium.max() > 0.5


def test_synapses_grow_where_there_were_none() -> None:
    none = Connectivity.empty(6, 5)
    bare = Projection("S", "A", none, weight=4.0, delay=0.3, plasticity=QUICK)
    with Simulator(Network(*net().populations.values(), bare), seed=2) as simulator:
        simulator.run(10.0)
        simulator.rewire("S->A", pre=[0, 5], post=[1, 1], weight=4.0)
        simulator.run(40.0)
        assert (simulator.weights("S->A") < 3.99).all()
        assert (simulator.learning("S->A").variables["calcium"] > 0.01).all()
        assert simulator.connectivity("S->A").delay_steps.tolist() == [3, 3]


def test_a_gpu_says_what_it_cannot() -> None:
    pytest.importorskip("triton")
    with pytest.raises(ValueError, match=r"'gpu' with S->A: GraupnerBrunel, .* 'cpu'"):
        Simulator(net(), backend=DEVICE)


def test_bad_parameters_are_named() -> None:
    for wrong, says in (
        ({"w_min": 5.0}, "w_min"),
        ({"theta_p": 0.0}, "theta_p"),
        ({"gamma_d": 0.0, "gamma_p": 0.0}, "gamma_p"),
        ({"tau_calcium": -1.0}, "tau_calcium"),
    ):
        with pytest.raises(ValueError, match=rf"GraupnerBrunel\.{says}"):
            GraupnerBrunel(**({"w_max": 5.0} | wrong))
    with pytest.raises(ValueError, match=r"S->A\.plasticity\.tau_calcium: got 0.05 ms"):
        Simulator(net(GraupnerBrunel(w_max=5.0, tau_calcium=0.05)))
