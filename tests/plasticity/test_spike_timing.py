"""Spike-timing rules against closed forms, against the naive engine, and on any number of
threads.
"""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.engine.naive import simulate_naive
from neurosparse.kernels.spikes.spike_timing.naive import plastic_step
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource, SpikeSource
from neurosparse.plasticity import DopamineSTDP, MultiplicativeSTDP, PairSTDP, TripletSTDP
from neurosparse.plasticity import triplet as fits

DT = 0.1
READY = LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0, t_ref=0.0)
START = 2.0


def protocol(rule, pre, post, delay=0.0, start=START):
    """One plastic synapse from a source that fires at `pre` onto a neuron that is made to fire at
    `post` ms.

    The kick of weight 20 is seen by the update after it, so it is sent one step early. The plastic
    synapse acts on
    a receptor of weight too small to matter: its own weight is scaled down to 1e-3 of the
    threshold.
    """
    model = LIF(v_rest=0.0, v_threshold=1e4, v_reset=0.0, t_ref=0.0)
    network = Network(
        Population("S", 1, SpikeSource(pre, np.zeros(len(pre), int))),
        Population(
            "K", 1, SpikeSource(np.round(np.subtract(post, DT), 6), np.zeros(len(post), int))
        ),
        Population("A", 1, model),
        Projection("K", "A", Connectivity.from_edges([0], [0], n_pre=1, n_post=1), weight=1e6),
        Projection(
            "S",
            "A",
            Connectivity.from_edges([0], [0], n_pre=1, n_post=1),
            weight=start,
            delay=delay,
            plasticity=rule,
        ),
    )
    sim = Simulator(network, dt=DT)
    sim.run(round(max([*pre, *post]) + delay + 1.0, 6))
    assert np.allclose(sim.spikes("A").t, post)
    return float(sim.weights("S->A")[0])


@pytest.mark.parametrize("nearest", [False, True])
@pytest.mark.parametrize("lag", [0.1, 5.0, 20.0, 63.7])
@pytest.mark.parametrize("delay", [0.0, 1.5])
def test_one_pair_changes_by_its_exponential(lag, nearest, delay):
    rule = PairSTDP(
        a_plus=0.3, a_minus=0.4, w_max=10.0, tau_plus=17.0, tau_minus=31.0, nearest=nearest
    )
    # lags count from the arrival of the presynaptic spike
    later = round(10.0 + delay + lag, 6)
    assert protocol(rule, [10.0], [later], delay) == pytest.approx(
        START + 0.3 * np.exp(-lag / 17.0), rel=1e-5
    )
    later = round(10.0 - delay + lag, 6)
    assert protocol(rule, [later], [10.0], delay) == pytest.approx(
        START - 0.4 * np.exp(-lag / 31.0), rel=1e-5
    )


def test_a_pair_in_one_step_counts_as_pre_before_post():
    rule = PairSTDP(a_plus=0.3, a_minus=0.4, w_max=10.0)
    assert protocol(rule, [10.0], [10.0]) == pytest.approx(START + 0.3, rel=1e-6)


def test_all_pairs_or_the_nearest():
    rule = PairSTDP(a_plus=0.3, a_minus=0.4, w_max=10.0, tau_plus=20.0)
    pairs = np.exp(-5.0 / 20.0) + np.exp(-15.0 / 20.0)
    assert protocol(rule, [10.0, 20.0], [25.0]) == pytest.approx(START + 0.3 * pairs, rel=1e-5)
    only = PairSTDP(a_plus=0.3, a_minus=0.4, w_max=10.0, tau_plus=20.0, nearest=True)
    assert protocol(only, [10.0, 20.0], [25.0]) == pytest.approx(
        START + 0.3 * np.exp(-5.0 / 20.0), rel=1e-5
    )


def test_bounds_hold():
    strong = PairSTDP(a_plus=30.0, a_minus=30.0, w_max=3.0, w_min=0.5)
    assert protocol(strong, [10.0], [12.0]) == pytest.approx(3.0)
    assert protocol(strong, [12.0], [10.0]) == pytest.approx(0.5)


@pytest.mark.parametrize("mu", [0.3, 1.0])
def test_weight_dependence(mu):
    rule = PairSTDP(a_plus=0.3, a_minus=0.4, w_max=10.0, mu=mu)
    up = 0.3 * (1 - START / 10) ** mu
    down = 0.4 * (START / 10) ** mu
    assert protocol(rule, [10.0], [14.0]) == pytest.approx(START + up * np.exp(-4 / 20), rel=1e-5)
    assert protocol(rule, [14.0], [10.0]) == pytest.approx(START - down * np.exp(-4 / 20), rel=1e-5)


@pytest.mark.parametrize("mu", [0.0, 0.4])
def test_depression_in_proportion_to_the_weight(mu):
    rule = MultiplicativeSTDP(a_plus=0.05, a_minus=0.1, w_unit=3.0, mu=mu)
    for start in (START, 7.0):
        up = 0.05 * 3.0 * (start / 3.0) ** mu
        assert protocol(rule, [10.0], [14.0], start=start) == pytest.approx(
            start + up * np.exp(-4 / 20), rel=1e-5
        )
        assert protocol(rule, [14.0], [10.0], start=start) == pytest.approx(
            start * (1 - 0.1 * np.exp(-4 / 20)), rel=1e-5
        )


def test_multiplicative_weights_settle_where_the_formula_says():
    rule = MultiplicativeSTDP(
        a_plus=0.02, a_minus=0.02, w_unit=2.0, mu=0.4, tau_plus=20.0, tau_minus=10.0
    )
    expected = 2.0 * (0.02 * 20.0 / (0.02 * 10.0)) ** (1 / 0.6)
    network = Network(
        Population("S", 60, PoissonSource(50.0)),
        Population("K", 20, PoissonSource(40.0)),
        Population("A", 20, LIF(v_rest=0.0, v_threshold=1e4, v_reset=0.0, t_ref=0.0)),
        Projection(
            "K", "A", Connectivity.from_edges(range(20), range(20), n_pre=20, n_post=20), weight=1e6
        ),
        Projection(
            "S", "A", Connectivity.from_dense(np.ones((60, 20))), weight=1.0, plasticity=rule
        ),
    )
    sim = Simulator(network, dt=0.5, seed=1, record=[])
    sim.run(20_000.0)
    assert sim.weights("S->A").mean() == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("fit", [fits.VISUAL_CORTEX, fits.HIPPOCAMPUS])
def test_triplet_protocols(fit):
    """Pre-post-pre and post-pre-post, each term written out."""
    rule = TripletSTDP(w_max=100.0, unit=10.0, fit=fit)
    unit = 10.0
    e = np.exp
    a, b = 10.0, 7.0  # first and second lag
    first = fit.a2_plus * e(-a / fit.tau_plus)
    second = e(-b / fit.tau_minus) * (fit.a2_minus + fit.a3_minus * e(-(a + b) / fit.tau_x))
    got = protocol(rule, [20.0, 20.0 + a + b], [20.0 + a], start=50.0)
    assert got == pytest.approx(50.0 + unit * (first - second), abs=5e-6)
    assert got != pytest.approx(50.0, abs=1e-3)
    first = fit.a2_minus * e(-a / fit.tau_minus)
    second = e(-b / fit.tau_plus) * (fit.a2_plus + fit.a3_plus * e(-(a + b) / fit.tau_y))
    got = protocol(rule, [20.0 + a], [20.0, 20.0 + a + b], start=50.0)
    assert got == pytest.approx(50.0 + unit * (second - first), abs=5e-6)


def test_triplet_nearest_forgets_earlier_spikes():
    fit = fits.VISUAL_CORTEX_NEAREST
    rule = TripletSTDP(w_max=100.0, unit=10.0, fit=fit, nearest=True)
    got = protocol(rule, [10.0, 20.0], [15.0, 28.0], start=50.0)
    e = np.exp
    up = e(-5 / fit.tau_plus) * fit.a2_plus + e(-8 / fit.tau_plus) * (
        fit.a2_plus + fit.a3_plus * e(-13 / fit.tau_y)
    )
    down = e(-5 / fit.tau_minus) * (fit.a2_minus + fit.a3_minus * e(-10 / fit.tau_x))
    assert got == pytest.approx(50.0 + 10.0 * (up - down), abs=5e-6)


def test_triplet_rule_depends_on_the_frequency_of_pairs():
    """Pairs 10 ms pre before post weaken at 0.1 Hz less than they strengthen at 50 Hz (Sjostrom's
    experiment).
    """

    def change(gap):
        pre = 20.0 + gap * np.arange(15)
        return (
            protocol(TripletSTDP(w_max=1e3, unit=100.0), list(pre), list(pre + 10.0), start=500.0)
            - 500.0
        )

    assert change(20.0) > 5 * abs(change(2000.0))


RULES = [
    PairSTDP(a_plus=0.2, a_minus=0.22, w_max=3.0, mu=0.5),
    PairSTDP(a_plus=0.2, a_minus=0.22, w_max=3.0, nearest=True),
    MultiplicativeSTDP(a_plus=0.1, a_minus=0.09, mu=0.4),
    TripletSTDP(w_max=3.0, unit=20.0, fit=fits.HIPPOCAMPUS),
    DopamineSTDP(a_plus=0.2, a_minus=0.22),
]


def learned(sim):
    """What the rule changed."""
    learning = sim.plan.synapses["S->A"].plastic
    return sim.weights("S->A") if learning.eligibility is None else learning.eligibility.copy()


@pytest.mark.parametrize(
    "rule", RULES, ids=lambda r: f"{type(r).__name__}-{getattr(r, 'nearest', '')}"
)
def test_compiled_equals_naive_on_any_threads(rule):
    """Spikes of the whole naive engine; weights of the naive law fed with these spikes."""
    rng = np.random.default_rng(3)
    pre, post = np.nonzero(rng.random((25, 70)) < 0.4)
    wiring = Connectivity.from_edges(pre, post, n_pre=25, n_post=70, weight=np.float32(1.5))
    network = Network(
        Population("S", 25, PoissonSource(80.0)),
        Population("A", 70, LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0, tau_mem=10.0)),
        Projection("S", "A", wiring, delay=0.7, plasticity=rule),
    )
    sims = [Simulator(network, seed=2, threads=threads) for threads in (1, 2, 3)]
    for sim in sims:
        sim.run(60.0)
    a = sims[0]
    for b in sims[1:]:
        assert learned(a).tobytes() == learned(b).tobytes()
        assert np.array_equal(a.spikes("A").i, b.spikes("A").i)
    spikes = {
        name: [(s, i) for s, i in zip(a.spikes(name).step, a.spikes(name).i, strict=True)]
        for name in "SA"
    }
    assert spikes == simulate_naive(network, DT, 2, 600)
    changed = law(rule, wiring, spikes, 600, delay=7)
    assert np.allclose(learned(a), changed, rtol=2e-5, atol=2e-6)
    assert len(spikes["A"]) > 50
    assert learned(a).std() > 0.02


def law(rule, wiring, spikes, n_steps, delay):
    """Weights (or eligibility) by the naive law, step after step."""
    by_step = {name: [[] for _ in range(n_steps)] for name in spikes}
    for name, events in spikes.items():
        for step, i in events:
            by_step[name][step].append(int(i))
    weight = wiring.weights_array().astype(np.float32).copy()
    eligibility = np.zeros_like(weight) if getattr(rule, "third_factor", False) else None
    x = np.zeros((len(rule.Pre._fields), wiring.n_pre), np.float32)
    y = np.zeros((len(rule.Post._fields), wiring.n_post), np.float32)
    for step in range(n_steps):
        arrived = by_step["S"][step - delay] if step >= delay else []
        synapses = (wiring.indptr, wiring.indices, weight)
        plastic_step(
            rule,
            DT,
            arrived,
            by_step["A"][step],
            synapses,
            x,
            y,
            np.zeros(wiring.n_post),
            eligibility,
        )
    return weight if eligibility is None else eligibility


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: PairSTDP(0.1, 0.1, w_max=1.0, tau_plus=0.0), "tau_plus.*above 0"),
        (lambda: PairSTDP(0.1, 0.1, w_max=-1.0), "w_min"),
        (lambda: PairSTDP(0.1, np.nan, w_max=1.0), "a_minus.*finite"),
        (lambda: MultiplicativeSTDP(0.1, -0.1), "a_minus"),
        (lambda: MultiplicativeSTDP(0.1, 0.1, w_unit=0.0), "w_unit"),
        (lambda: TripletSTDP(w_max=0.0), "w_min"),
        (lambda: TripletSTDP(w_max=1.0, unit=-1.0), "unit"),
        (lambda: fits.TripletFit(0.1, 0.1, 0.1, 0.1, 0.0, 10.0), "tau_x"),
        (lambda: DopamineSTDP(tau_e=0.0), "tau_e"),
        (lambda: DopamineSTDP(w_min=5.0), "w_min"),
    ],
)
def test_parameters_that_cannot_be_meant(make, words):
    with pytest.raises(ValueError, match=words):
        make()
