"""Short-term plasticity: the published recursion, the naive engine in all combinations, Brian2."""

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from neurosparse import LIF, Connectivity, Network, Population, Projection, Simulator
from neurosparse.engine.naive import Reweighed, Rewired, naive_outcome
from neurosparse.neurons import LeakyIntegrator, PoissonSource, SpikeSource
from neurosparse.plasticity import PairSTDP, TsodyksMarkram
from neurosparse.sweep import Sweep
from neurosparse.wiring import Bernoulli, Normal, OneToOne, Uniform

# Brian2 2.9 calls pyparsing by names that newer pyparsing announces to drop
brian = pytest.mark.filterwarnings(r"ignore:.*deprecated(,| -) use :DeprecationWarning")


def recursion(times: Any, use: float, tau_rec: float, tau_facil: float) -> list[float]:
    """u x of each spike, as Markram, Wang & Tsodyks 1998 write it."""
    u, x, last, shares = use, 1.0, None, []
    for t in times:
        if last is not None:
            x = 1 + (x - x * u - 1) * np.exp(-(t - last) / tau_rec)
            u = use + (
                u * (1 - use) * np.exp(-(t - last) / tau_facil) if tau_facil else 0.0
            )
        shares.append(u * x)
        last = t
    return shares


def delivered(
    times: Any, rule: TsodyksMarkram, delay: float = 0.0, weight: float = 2.0
) -> Any:
    """What each spike adds to a target that keeps all it gets."""
    net = Network(
        Population("S", 1, SpikeSource(times, np.zeros(len(times), int))),
        Population("A", 1, LeakyIntegrator(tau_mem=1e9, v_rest=0.0)),
        Projection("S", "A", OneToOne(), weight=weight, delay=delay, short_term=rule),
    )
    sums = [0.0]
    with Simulator(net, dt=0.1) as simulator:
        for t in times:
            simulator.run(round(t + delay + 0.2 - simulator.time, 6))
            sums.append(float(simulator.state("A", "v")[0]))
    return np.diff(sums) / weight


@settings(max_examples=25, deadline=None)
@given(
    gaps=st.lists(st.integers(3, 3000), min_size=1, max_size=12),
    use=st.floats(0.01, 1.0),
    tau_rec=st.floats(1.0, 2000.0),
    tau_facil=st.one_of(st.just(0.0), st.floats(1.0, 2000.0)),
    delay=st.sampled_from([0.0, 1.5]),
)
def test_what_is_delivered_follows_the_published_recursion(
    gaps: list[int], use: float, tau_rec: float, tau_facil: float, delay: float
) -> None:
    times = np.round(0.1 * np.cumsum(gaps), 6)
    rule = TsodyksMarkram(use, tau_rec, tau_facil)
    expected = recursion(times, use, tau_rec, tau_facil)
    np.testing.assert_allclose(
        delivered(times, rule, delay), expected, rtol=2e-3, atol=1e-5
    )


def test_steady_state_of_a_regular_train() -> None:
    """Tsodyks & Markram 1997: x = (1 - e) / (1 - (1 - use) e), e = e^(-T/tau_rec)."""
    times = np.arange(1, 41) * 20.0
    e = np.exp(-20.0 / 800.0)
    share = delivered(times, TsodyksMarkram(0.5, 800.0))
    assert share[-1] == pytest.approx(0.5 * (1 - e) / (1 - 0.5 * e), rel=1e-3)
    assert share[0] == pytest.approx(0.5)
    facilitating = delivered(times, TsodyksMarkram(0.05, 20.0, 1000.0))
    assert facilitating[5] > 2 * facilitating[0]


RULES = (None, PairSTDP(0.05, 0.06, w_max=9.0))


@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(
    rule=st.sampled_from(RULES),
    brief=st.sampled_from([TsodyksMarkram(0.4, 150.0), TsodyksMarkram(0.1, 50.0, 400.0)]),
    delay=st.sampled_from([0.0, 0.7, Uniform(0.0, 1.2)]),
    threads=st.sampled_from([1, 2]),
    edit=st.sampled_from(["none", "rewire", "weights"]),
    seed=st.integers(0, 99),
)
def test_it_combines_with_all_that_stands(
    rule: Any,
    brief: Any,
    delay: Any,
    threads: int,
    edit: str,
    seed: int,
    tmp_path_factory: Any,
) -> None:
    wiring = {"weight": Normal(4.0, 0.5, low=0.0), "delay": delay}
    net = Network(
        Population("S", 12, PoissonSource(150.0)),
        Population("A", 9, LIF(v_threshold=-60.0)),
        Projection("S", "A", Bernoulli(0.6), plasticity=rule, short_term=brief, **wiring),
        Projection("A", "A", Bernoulli(0.4), short_term=brief, **wiring),
    )
    drop = np.arange(0, 20, 2)
    edits: list[Any] = [Rewired(150, "S->A", drop=drop)] if edit == "rewire" else []
    edits += [Reweighed(150, "S->A", 3.0)] if edit == "weights" else []
    law = naive_outcome(net, 0.1, seed, 300, edits)
    path = tmp_path_factory.mktemp("run") / "half.npz"
    with Simulator(net, dt=0.1, seed=seed, threads=threads) as simulator:
        simulator.run(15.0)
        if edit == "rewire":
            simulator.rewire("S->A", drop=drop)
        if edit == "weights":
            simulator.set_weights("S->A", 3.0)
        simulator.save(path)
        simulator.run(15.0)
        got = simulator.spikes("A")
        assert len(got) > 0
        assert list(zip(got.step.tolist(), got.i.tolist(), strict=True)) == law.spikes["A"]
        for name in ("S->A", "A->A"):
            np.testing.assert_allclose(
                simulator.weights(name), law.weights[name], rtol=1e-5
            )
    with Simulator(net, dt=0.1, seed=seed) as second:
        second.restore(path)
        second.run(15.0)
        later = second.spikes("A")
        np.testing.assert_array_equal(later.step, got.step)
        np.testing.assert_array_equal(later.i, got.i)


@brian
def test_the_same_voltages_as_in_brian2() -> None:
    b = pytest.importorskip("brian2")
    ms = b.ms
    b.prefs.codegen.target = "numpy"
    b.start_scope()
    b.defaultclock.dt = 0.1 * ms
    rng = np.random.default_rng(3)
    times = np.sort(rng.choice(np.arange(10, 4000), 60, replace=False)) * 0.1
    index = rng.integers(0, 4, 60)
    source = b.SpikeGeneratorGroup(4, index, times * ms)
    target = b.NeuronGroup(4, "dv/dt = -v / (20 * ms) : 1", method="exact")
    synapses = b.Synapses(
        source,
        target,
        """du/dt = -u / (300 * ms) : 1 (event-driven)
           dx/dt = (1 - x) / (150 * ms) : 1 (event-driven)
           w : 1""",
        on_pre="u += 0.2 * (1 - u)\nv_post += w * u * x\nx -= u * x",
    )
    synapses.connect(j="i")
    synapses.x, synapses.w = 1.0, 2.0
    monitor = b.StateMonitor(target, "v", record=True)
    b.Network(source, target, synapses, monitor).run(420 * ms)
    net = Network(
        Population("S", 4, SpikeSource(np.round(times, 1), index)),
        Population("A", 4, LIF(v_rest=0.0, v_threshold=1e6, v_reset=0.0, t_ref=0.0)),
        Projection(
            "S", "A", OneToOne(), weight=2.0, short_term=TsodyksMarkram(0.2, 150.0, 300.0)
        ),
    )
    from neurosparse import States

    states = States("A", "v")
    with Simulator(net, dt=0.1, record=[states]) as simulator:
        simulator.run(420.0)
        ours = simulator.recorded(states).values
    theirs = np.asarray(monitor.v).T
    assert theirs.max() > 1
    # what arrives in a step is in their record at once, in ours after the next decay
    moved = theirs * np.exp(-0.1 / 20)
    gaps = [np.abs(ours[k : k + 4000] - moved[1:4001]).max() for k in range(3)]
    assert min(gaps) < 1e-4


@pytest.mark.parametrize("delay", [0.3, Uniform(0.2, 2.0)])
def test_targets_that_sleep_get_what_the_clock_gives_and_wake(delay: Any) -> None:
    def run(mode: Any) -> Simulator:
        net = Network(
            Population("S", 12, PoissonSource(60.0)),
            Population("A", 70, LIF(v_threshold=-62.0), mode=mode),
            Projection(
                "S",
                "A",
                Bernoulli(0.3),
                weight=Normal(5.0, 1.0, low=0.0),
                delay=delay,
                short_term=TsodyksMarkram(0.6, 40.0, 30.0),
            ),
        )
        simulator = Simulator(net, seed=4)
        simulator.run(300.0)
        return simulator

    clock, event = run("clock"), run("event")
    assert event.plan.groups["A"].event is not None
    fired = event.spikes("A")
    assert len(fired) > 20
    np.testing.assert_array_equal(fired.step, clock.spikes("A").step)
    np.testing.assert_array_equal(fired.i, clock.spikes("A").i)
    np.testing.assert_allclose(event.state("A", "v"), clock.state("A", "v"), rtol=1e-12)


def test_times_below_a_step_are_named() -> None:
    for rule, says in (
        (TsodyksMarkram(0.5, 0.05), "tau_rec"),
        (TsodyksMarkram(0.5, 9.0, 0.05), "tau_facil"),
    ):
        net = Network(
            Population("A", 2, LIF()), Projection("A", "A", OneToOne(), short_term=rule)
        )
        with pytest.raises(ValueError, match=rf"A->A\.short_term\.{says}: got 0.05 ms"):
            Simulator(net, dt=0.1)


def test_copies_of_a_sweep_do_what_the_network_does_alone() -> None:
    net = Network(
        Population("S", 8, SpikeSource(np.arange(1.0, 25.0), np.arange(24) % 8)),
        Population("A", 6, LIF(v_threshold=-60.0)),
        Projection(
            "S[2:]", "A", Bernoulli(0.7), weight=9.0, short_term=TsodyksMarkram(0.5, 50.0)
        ),
    )
    sweep = Sweep(net, {"A.v_threshold": [-60.0, -62.0]})
    with Simulator(sweep.network, seed=3) as both, Simulator(net, seed=3) as alone:
        both.run(40.0)
        alone.run(40.0)
        first, spikes = sweep.spikes(both, "A")[0], alone.spikes("A")
        assert len(spikes) > 0
        np.testing.assert_array_equal(first.step, spikes.step)
        np.testing.assert_array_equal(first.i, spikes.i)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"use": 0.0}, "use"),
        ({"use": 1.1}, "use"),
        ({"tau_rec": 0.0}, "tau_rec"),
        ({"tau_facil": -1.0}, "tau_facil"),
        ({"use": float("nan")}, "use"),
    ],
)
def test_parameters_that_cannot_be_meant(parameters: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=rf"TsodyksMarkram\.{says}: got"):
        TsodyksMarkram(**({"use": 0.5, "tau_rec": 100.0} | parameters))


def test_what_is_no_rule_is_refused() -> None:
    pair = Connectivity.from_edges([0], [0], n_pre=1, n_post=1)
    for wrong in (PairSTDP(0.1, 0.1, w_max=1.0), 0.5):
        with pytest.raises(TypeError, match="short_term"):
            Projection("A", "A", pair, short_term=wrong)  # type: ignore[arg-type]
