"""Models that integrate exactly: one step of k dt is k steps of dt, and `may_fire` keeps its
promise.
"""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosparse.neurons import AdaptiveLIF, LIFAlpha, transfer, transfer_peak
from neurosparse.neurons.lif_alpha import alpha_transfer
from tests.neurons.harness import ACTIVE, EXACT, alone, spikes

FREE = 1000  # steps since the neuron was ready to fire again
UNIT = st.floats(0.0, 1.0)
# parameter -> range; the rest keeps its default
RANGES = {
    "tau_mem": (2.0, 80.0),
    "tau_exc": (2.0, 80.0),
    "tau_inh": (2.0, 80.0),
    "tau_w": (2.0, 300.0),
    "tau_lift": (2.0, 300.0),
    "v_rest": (-80.0, -55.0),
    "r_mem": (0.1, 5.0),
    "i_ext": (-3.0, 3.0),
}
N = 64


def spread(kind, shares):
    """A model of `kind` whose parameters lie where `shares` say, each from 0 to 1, in their
    ranges.
    """
    known = [f.name for f in fields(kind) if f.name in RANGES]
    chosen = zip(known, shares, strict=False)
    return kind(
        **{name: RANGES[name][0] + share * np.ptp(RANGES[name]) for name, share in chosen}
    )


@pytest.mark.parametrize("name", EXACT)
@given(
    shares=st.lists(UNIT, min_size=8, max_size=8),
    start=st.lists(UNIT, min_size=5, max_size=5),
    k=st.integers(1, 300),
)
@settings(max_examples=60)
def test_one_long_step_is_many_short_ones(name, shares, start, k):
    kind = type(ACTIVE[name][0])
    model = spread(kind, shares)
    s = kind.State(*(20.0 * x - 10.0 for x in start[: len(kind.State._fields)]))
    leap, _ = kind.update(s, model.coefficients(0.1 * k), FREE)
    p = model.coefficients(0.1)
    for _ in range(k):
        s, _ = kind.update(s, p, FREE)
    np.testing.assert_allclose(leap, s, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", EXACT)
def test_coefficients_take_many_steps_at_once(name):
    model = ACTIVE[name][0]
    steps = 0.1 * np.arange(1, 6)
    together = model.coefficients(steps)
    for k, dt in enumerate(steps):
        for field, value in model.coefficients(dt)._asdict().items():
            np.testing.assert_array_equal(
                np.broadcast_to(getattr(together, field), 5)[k], value
            )


@given(tau_mem=st.floats(0.1, 1e4), ratio=st.floats(1e-3, 1e3), share=st.floats(0.0, 20.0))
def test_a_peak_is_never_exceeded(tau_mem, ratio, share):
    tau_syn = tau_mem * ratio
    t = share * min(tau_mem, tau_syn) + 1e-9
    assert transfer(t, tau_mem, tau_syn) <= transfer_peak(tau_mem, tau_syn) * (1 + 1e-12)
    bound = min(np.e * transfer_peak(tau_mem, tau_syn), 1.0)
    assert alpha_transfer(t, tau_mem, tau_syn) <= bound * (1 + 1e-12)


@pytest.mark.parametrize("tau_syn", [0.2, 5.0, 20.0, 20.0 * (1 + 1e-10), 90.0])
def test_the_peak_of_an_exponential_is_reached(tau_syn):
    reached = transfer(np.linspace(0.01, 200.0, 200_000), 20.0, tau_syn).max()
    np.testing.assert_allclose(reached, transfer_peak(20.0, tau_syn), rtol=1e-6)


def long_free(model, initial, dt, precision):
    """Neurons that were ready to fire long ago, so that a jump that waits is not lost."""
    sim = alone(model, N, initial, dt=dt, precision=precision)
    sim.plan.groups["a"].ready[:N] = -FREE
    return sim


def parameters_and_states(kind, shares, precision):
    """Models [N] and states scaled up to the last that may_fire calls safe."""
    real = {"float64": np.float64, "float32": np.float32}[precision]
    model = spread(kind, shares.T)
    if kind is AdaptiveLIF:
        model = replace(model, add_lift=1.0)
    dt = 0.1 if shares[0, 0] < 0.5 else 1.0
    p = [np.broadcast_to(value, N).astype(real) for value in model.coefficients(dt)]
    wide = np.column_stack([shares[:, ::-1], shares])
    start = [(wide[:, k] * 2 - 1).astype(real) for k in range(len(kind.State._fields))]
    # v starts anywhere from far below rest to the threshold
    start[0] = np.minimum(model.v_rest + 15.0 * start[0], -50.0).astype(real)

    def safe(k, scale):
        values = [start[0][k], *(real(scale) * x[k] for x in start[1:])]
        return not kind.may_fire(
            kind.State(*values), kind.Coefficients(*(row[k] for row in p))
        )

    scales = np.zeros(N)
    for k in range(N):
        low, high = 0.0, 200.0
        for _ in range(30):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if safe(k, middle) else (low, middle)
        scales[k] = low
    asleep = np.array([safe(k, scales[k]) for k in range(N)])
    names = kind.State._fields
    initial = {names[0]: start[0]} | {
        name: (scales.astype(real) * x).astype(real)
        for name, x in zip(names[1:], start[1:], strict=True)
    }
    return model, dt, initial, asleep


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("name", [n for n in EXACT if n != "LeakyIntegrator"])
@given(shares=arrays(np.float64, (N, 8), elements=UNIT))
@settings(max_examples=15, deadline=None)
def test_who_cannot_fire_does_not(name, precision, shares):
    kind = type(ACTIVE[name][0])
    model, dt, initial, asleep = parameters_and_states(kind, shares, precision)
    sim = long_free(model, initial, dt, precision)
    sim.step(2000)
    fired = np.isin(np.arange(N), spikes(sim)[1])
    assert not (fired & asleep).any()


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("name", [n for n in EXACT if n != "LeakyIntegrator"])
def test_the_law_is_not_vacuous(name, precision):
    """At the edge of what is safe, most neurons are asleep; a little beyond it, many fire."""
    kind = type(ACTIVE[name][0])
    shares = np.random.default_rng(5).random((N, 8))
    model, dt, initial, asleep = parameters_and_states(kind, shares, precision)
    assert asleep.mean() > 0.8
    more = {key: x if key == "v" else 2.0 * x for key, x in initial.items()}
    sim = long_free(model, more, dt, precision)
    sim.step(2000)
    assert len(np.unique(spikes(sim)[1])) > 3


def test_the_bound_of_an_exponential_current_is_tight():
    for kind, current in ((ACTIVE["LIFExp"][0], "i_exc"), (LIFAlpha(), "i_exc")):
        model = replace(kind, i_ext=0.0)
        just = 15.0 / transfer_peak(model.tau_mem, model.tau_exc)
        under, over = (
            alone(model, 1, {current: share * just}, dt=0.01) for share in (0.9999, 1.0001)
        )
        for sim in (under, over):
            sim.run(50.0)
        assert (len(spikes(under)[0]), len(spikes(over)[0])) == (0, 1)
