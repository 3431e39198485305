"""Runs against closed forms: order, transients, locking, delays, noise, adaptation."""

import numpy as np
import pytest
from scipy import optimize, special

from neurosparse.connectivity import Connectivity
from neurosparse.oscillators import (
    Adaptation,
    GaussianFrequencies,
    Kuramoto,
    LorentzianFrequencies,
    SphereOscillators,
    UniformFrequencies,
    critical_coupling,
    order_parameter,
    oscillate,
)
from neurosparse.wiring import Bernoulli


def everyone(n, strength=1.0):
    return Connectivity.from_dense(np.full((n, n), strength / n, np.float32))


def drawn(n=40, seed=1, degree=8):
    return Bernoulli(degree / n).build(n, n, np.random.default_rng(seed)).with_weight(0.2)


ALL = everyone(200)


@pytest.mark.parametrize(
    ("kind", "coupling", "least"),
    [
        (LorentzianFrequencies(1.0), 4.0, 0.6),
        (GaussianFrequencies(1.0), 3.0, 0.9),
        (UniformFrequencies(1.0), 2.0, 0.9),
        (GaussianFrequencies(1.0), 0.8, 0.0),
    ],
)
def test_order_is_that_of_theory(kind, coupling, least):
    system = Kuramoto(ALL, kind.quantiles(200), coupling)
    # frequencies far out in the tail would need a short step
    system = Kuramoto(ALL, np.clip(system.omega, -40, 40), coupling)
    run = oscillate(system, 30.0, dt=0.025, rng=3)
    theory = kind.order(coupling)
    if least:
        assert theory > least
        assert abs(run.mean_order() - theory) < 0.04
    else:
        assert theory == 0.0
        assert run.mean_order() < 3 / np.sqrt(200)


def test_the_way_to_order_is_that_of_ott_and_antonsen():
    n = 1000
    rng = np.random.default_rng(5)
    # of the Poisson kernel with r = 0.9, independent of the frequencies
    share = rng.permutation((np.arange(n) + 0.5) / n)
    start = 2 * np.arctan((1 - 0.9) / (1 + 0.9) * np.tan(np.pi * (share - 0.5)))
    omega = np.clip(LorentzianFrequencies(1.0).quantiles(n), -30, 30)
    run = oscillate(Kuramoto(everyone(n), omega, 1.0), 2.0, dt=0.025, start=start)
    assert abs(run.r[0] - 0.9) < 0.01
    # r' = (K/2 - 1) r - K/2 r³ with K = 1
    r = [0.9]
    for _ in range(2000):
        r.append(r[-1] + 0.001 * (-0.5 * r[-1] - 0.5 * r[-1] ** 3))
    np.testing.assert_allclose(run.r[::20], r[::500], atol=0.03)
    assert r[-1] < 0.3


@pytest.mark.parametrize("inertia", [0.0, 0.5])
def test_two_lock_at_the_arcsine(inertia):
    pair = Connectivity.from_dense([[0, 0.5], [0.5, 0]])
    locked = Kuramoto(pair, [0.45, -0.45], inertia=inertia)
    end = oscillate(locked, 60.0, start=[0.0, 0.0]).end.state
    assert abs(end[0] - end[1] - 1.119770) < 1e-4
    drifting = oscillate(Kuramoto(pair, [0.55, -0.55], inertia=inertia), 60.0, start=[0, 0])
    assert drifting.frequency[0] - drifting.frequency[1] > 0.2


def test_alike_oscillators_come_together_and_the_energy_never_rises():
    wiring = drawn()
    dense = wiring.to_dense()
    both = Connectivity.from_dense((dense + dense.T) / 2)
    run = oscillate(Kuramoto(both, 0.0), 60.0, rng=0, interval=0.5)
    assert run.r[0] < 0.5 < 0.999 < run.r[-1]
    pairs = both.to_dense()
    energy = [-0.5 * np.sum(pairs * np.cos(t[:, None] - t[None, :])) for t in run.states]
    assert np.diff(energy).max() < 1e-9


def test_order_grows_where_the_eigenvalue_says():
    n = 300
    wiring = Bernoulli(0.1).build(n, n, np.random.default_rng(2))
    degree = wiring.nnz / n
    scaled = wiring.with_weight(1.0 / degree)
    least = critical_coupling(GaussianFrequencies(1.0), scaled)
    assert abs(least - 1.6) < 0.1
    omega = np.random.default_rng(0).permutation(GaussianFrequencies(1.0).quantiles(n))
    low, high = (
        oscillate(Kuramoto(scaled, omega, c), 30.0, rng=1).mean_order()
        for c in (0.5 * least, 2.0 * least)
    )
    assert low < 0.2 < 0.8 < high


def test_delays_slow_those_that_are_locked():
    # all alike and in phase: Ω = ω - K sin(Ω τ), Yeung and Strogatz 1999
    steps, dt = 40, 0.025
    wiring = everyone(20, 0.4).with_delay_steps(steps)
    run = oscillate(Kuramoto(wiring, 1.0), 60.0, dt=dt, start=np.zeros(20))
    slow = optimize.brentq(lambda w: w - 1.0 + 0.4 * np.sin(w * steps * dt), 0.1, 1.0)
    assert abs(run.frequency - slow).max() < 1e-3
    assert slow < 0.8


def test_noise_is_that_of_bessel_functions():
    # alike, K = 3, D = 0.5: r = I1(K r / D) / I0(K r / D)
    def excess(r):
        return r - special.i1(6 * r) / special.i0(6 * r)

    theory = optimize.brentq(excess, 0.1, 1.0)
    run = oscillate(Kuramoto(ALL, 0.0, 3.0, noise=0.5), 60.0, rng=4)
    assert abs(run.mean_order() - theory) < 0.03
    alone = Kuramoto(Connectivity.empty(4000, 4000), 0.0, noise=0.5)
    spread = oscillate(alone, 2.0, start=0.0, rng=2).end.state
    assert abs(spread.var() - 2 * 0.5 * 2.0) < 0.15


def test_synapses_learn_what_is_in_phase():
    wiring = drawn()
    hebbian = Kuramoto(wiring, 0.0, adaptation=Adaptation(0.5))
    run = oscillate(hebbian, 80.0, rng=0)
    learned = hebbian.learned(run.end.state).weights_array()
    apart = hebbian.pulls
    theta = run.end.state[: hebbian.n]
    order = wiring.by_post().positions
    expected = np.cos(theta[apart.post] - theta[apart.pre])
    np.testing.assert_allclose(learned[order], expected, atol=1e-3)
    assert not np.allclose(learned, 0.2)
    alone = Kuramoto(Connectivity.empty(2, 2), 1.0, adaptation=Adaptation(0.5))
    assert oscillate(alone, 1.0, start=[0.0, 1.0]).end.state.round(9).tolist() == [1.0, 2.0]


@pytest.mark.parametrize("what", ["plain", "inertia", "delays", "noise", "vectors"])
def test_a_run_in_two_pieces_is_one_run(what):
    wiring = drawn()
    if what == "delays":
        delays = np.random.default_rng(1).integers(0, 9, wiring.nnz)
        wiring = wiring.with_delay_steps(delays.astype(np.uint8))
    options = {"inertia": {"inertia": 0.3}, "noise": {"noise": 0.1}}.get(what, {})
    system = Kuramoto(wiring, np.linspace(-1, 1, 40), 2.0, **options)
    if what == "vectors":
        system = SphereOscillators(wiring, 3, stimulus=np.ones((40, 3)))
    seeds = [np.random.default_rng(7), np.random.default_rng(7)]
    whole = oscillate(system, 4.0, rng=seeds[0])
    first = oscillate(system, 1.5, rng=seeds[1])
    rest = oscillate(system, 2.5, start=first.end, rng=seeds[1])
    assert np.array_equal(whole.end.state, rest.end.state)
    assert not np.allclose(first.end.state, rest.end.state)
    threads = oscillate(system, 4.0, rng=7, threads=2)
    assert np.array_equal(whole.end.state, threads.end.state)


def test_vectors_in_a_plane_are_phases():
    wiring = drawn()
    theta = np.random.default_rng(0).uniform(0, 6, 40)
    start = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    turn = np.array([[0.0, -0.7], [0.7, 0.0]])
    flat = oscillate(SphereOscillators(wiring, 2, turn), 3.0, dt=0.01, start=start)
    angles = oscillate(Kuramoto(wiring, 0.7), 3.0, dt=0.01, start=theta)
    np.testing.assert_allclose(flat.order[:, 0], angles.order.real, atol=1e-6)
    np.testing.assert_allclose(
        flat.r, np.abs(order_parameter(angles.states))[0] * 0 + angles.r, atol=1e-6
    )
    ball = oscillate(SphereOscillators(everyone(40, 2.0), 4), 20.0, rng=1)
    assert ball.r[-1] > 0.999 > 0.5 > ball.r[0]


def test_steps_that_adapt_end_where_short_ones_do():
    system = Kuramoto(drawn(), np.linspace(-1, 1, 40), 2.0, inertia=0.2)
    start = np.linspace(0, 5, 40)
    short = oscillate(system, 3.0, dt=0.01, start=start)
    free = oscillate(system, 3.0, dt=0.3, start=start, tolerance=1e-8)
    np.testing.assert_allclose(free.end.state, short.end.state, atol=1e-6)
    np.testing.assert_allclose(free.order, short.order[::30], atol=1e-6)
    ball = SphereOscillators(everyone(40, 2.0), 3)
    ends = [oscillate(ball, 2.0, rng=1, tolerance=t).end.state for t in (None, 1e-9)]
    np.testing.assert_allclose(*ends, atol=1e-5)
    with pytest.raises(ValueError, match="a system with noise"):
        oscillate(Kuramoto(drawn(), 0.0, noise=1.0), 1.0, tolerance=1e-6)


def test_bad_input_is_named_before_any_work():
    wiring = drawn()
    for call, words in [
        (lambda: Kuramoto(wiring, [1.0, 2.0]), "omega: got an array of shape"),
        (lambda: Kuramoto(wiring, np.nan), "omega: got NaN"),
        (lambda: Kuramoto(wiring, 0.0, noise=-1.0), "noise"),
        (lambda: Kuramoto(Connectivity.empty(2, 3), 0.0), "as many oscillators"),
        (lambda: oscillate(Kuramoto(wiring, 50.0), 1.0), "at most 0.02"),
        (lambda: oscillate(Kuramoto(wiring, 1.0), 1.02), "a multiple of dt"),
        (lambda: oscillate(Kuramoto(wiring, 1.0), 1.0, start=[0.0]), "start"),
        (lambda: SphereOscillators(wiring, 2, np.eye(2)), "antisymmetric"),
        (lambda: SphereOscillators(wiring, 3, stimulus=np.ones((2, 3))), "stimulus"),
        (
            lambda: Kuramoto(wiring.with_delay_steps(3), 0.0, adaptation=Adaptation(0.1)),
            "adapt and have delays",
        ),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
    with pytest.raises(TypeError, match="connectivity"):
        Kuramoto(np.eye(2), 0.0)
    end = oscillate(Kuramoto(wiring, 1.0), 1.0, rng=0).end
    with pytest.raises(ValueError, match="of another system"):
        oscillate(Kuramoto(wiring, 1.0, inertia=1.0), 1.0, start=end)
