"""Projections that carry values: closed forms, the law, and whatever they are combined with."""

import tempfile
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse import LIF, Network, Population, Projection, Simulator
from neurosparse.connectivity import Connectivity
from neurosparse.engine.couplings import refuse_ranks
from neurosparse.engine.naive import Reweighed, Rewired, naive_outcome
from neurosparse.network import GapJunction, Graded, Logistic, ThresholdLinear
from neurosparse.neurons import LeakyIntegrator, PoissonSource
from neurosparse.stimuli import StepCurrent
from neurosparse.wiring import AllToAll, Bernoulli
from tests.engine.networks import random_connectivity, spikes_of

PAIR = Connectivity.from_edges([0], [1], n_pre=2, n_post=2)
TAU, R, G = 10.0, 2.0, 0.25


def passive(n: int, **values: Any) -> Population:
    return Population("A", n, LeakyIntegrator(tau_mem=TAU, r_mem=R), initial=values)


def voltages(network: Network, duration: float, **options: Any) -> Any:
    simulation = Simulator(network, **options)
    simulation.run(duration)
    return simulation.state("A", "v")


@pytest.mark.parametrize("turned", [False, True])
def test_two_passive_cells(turned: bool) -> None:
    """The sum decays with tau, the difference with tau / (1 + 2 g R), to first order in dt."""
    wiring = PAIR.transpose() if turned else PAIR
    errors = []
    for dt in (0.1, 0.05):
        joined = Projection("A", "A", wiring, weight=G, transmits=GapJunction())
        v = voltages(Network(passive(2, v=[3.0, -1.0]), joined), 5.0, dt=dt)
        assert v.sum() == pytest.approx(2.0 * np.exp(-5.0 / TAU), rel=1e-12)
        errors.append(v[0] - v[1] - 4.0 * np.exp(-5.0 * (1 + 2 * G * R) / TAU))
    assert 0 < abs(errors[0]) < 0.01
    assert errors[0] / errors[1] == pytest.approx(2.0, rel=0.02)


def test_a_rectifying_junction_conducts_one_way() -> None:
    junction = {"weight": G, "transmits": GapJunction(rectifies=True)}
    joined = Projection("A", "A", PAIR, **junction)
    lonely = np.exp(-5.0 / TAU)
    with_flow = voltages(Network(passive(2, v=[3.0, -1.0]), joined), 5.0)
    assert with_flow.sum() == pytest.approx(2.0 * lonely)
    assert with_flow[0] - with_flow[1] < 0.7 * 4.0 * lonely
    without = voltages(Network(passive(2, v=[-1.0, 3.0]), joined), 5.0)
    assert without == pytest.approx(np.array([-1.0, 3.0]) * lonely)


def test_junctions_between_populations_move_both() -> None:
    parts = [
        passive(1, v=1.0),
        Population("B", 1, LeakyIntegrator(tau_mem=TAU, r_mem=R), initial={"v": -1.0}),
        Projection("A", "B", AllToAll(), weight=G, transmits=GapJunction()),
    ]
    simulation = Simulator(Network(parts))
    simulation.run(5.0)
    assert simulation.state("A", "v")[0] == -simulation.state("B", "v")[0]
    assert 0 < simulation.state("A", "v")[0] < 0.8 * np.exp(-5.0 / TAU)


def test_a_rate_network_settles_where_its_equations_say() -> None:
    """tau dx/dt = -x + W f(x) + i_ext at rest: x = W f(x) + i_ext."""
    rng = np.random.default_rng(2)
    w = (rng.normal(0.0, 0.5, (6, 6)) / 3).astype(np.float32)
    drive = rng.normal(1.0, 0.5, 6)
    carry = Graded("v", ThresholdLinear(threshold=0.2, gain=1.5))
    model = LeakyIntegrator(tau_mem=5.0, i_ext=drive)
    wired = Projection("A", "A", Connectivity.from_dense(w), transmits=carry)
    x = voltages(Network(Population("A", 6, model), wired), 300.0)
    rates = 1.5 * np.maximum(x - 0.2, 0.0)
    assert rates @ w + drive == pytest.approx(x, abs=1e-9)
    assert (rates > 0).any()
    assert (rates == 0).any()


def test_values_arrive_after_their_delay() -> None:
    """A ramp of input comes out `delay` and one step later."""
    wiring = Connectivity.from_edges([0, 0], [0, 1], n_pre=1, n_post=2)
    delay = np.array([0.0, 1.2])
    parts = [
        passive(1),
        Population("B", 2, LeakyIntegrator(tau_mem=0.1, r_mem=1.0)),
        Projection("A", "B", wiring, weight=1.0, delay=delay, transmits=Graded("v")),
        StepCurrent("A", 1.0, start=2.0),
    ]
    simulation = Simulator(Network(parts))
    first = {}
    for step in range(60):
        simulation.step()
        for i in np.flatnonzero(simulation.state("B", "v")):
            first.setdefault(int(i), step)
    assert first == {0: 21, 1: 33}


class Drawn(NamedTuple):
    kind: str
    late: bool
    alike: bool
    threads: int
    single: bool
    saved: bool
    rewired: bool
    reweighed: bool
    driven: bool
    seed: int


DRAWN = st.builds(
    Drawn,
    kind=st.sampled_from(
        ["itself", "sigmoid", "linear", "junction", "rectifying", "whole"]
    ),
    late=st.booleans(),
    alike=st.booleans(),
    threads=st.sampled_from([1, 2]),
    single=st.booleans(),
    saved=st.booleans(),
    rewired=st.booleans(),
    reweighed=st.booleans(),
    driven=st.booleans(),
    seed=st.integers(0, 2**16),
)
CARRIERS = {
    "itself": Graded("v"),
    "whole": Graded("v", Logistic(threshold=0.5, width=0.2)),
    "sigmoid": Graded("v", Logistic(threshold=0.5, width=0.2)),
    "linear": Graded("v", ThresholdLinear(threshold=0.3, most=0.9)),
    "junction": GapJunction(),
    "rectifying": GapJunction(rectifies=True),
}
N_PRE, N_POST, STEPS, SAVED = 9, 70, 80, 33


def is_late(drawn: Drawn) -> bool:
    return drawn.late and drawn.kind in ("itself", "sigmoid", "linear")


def drawn_network(drawn: Drawn) -> Network:
    rng = np.random.default_rng(drawn.seed)
    onto = random_connectivity(rng, N_PRE, N_POST, 0.3, 7 if is_late(drawn) else 0)
    onto = onto if is_late(drawn) else onto.with_delay_steps(0)
    each = 0.01 * rng.integers(1, 9, onto.nnz)
    onto = onto.with_weight(0.05 if drawn.alike else each)
    if drawn.kind == "whole":
        onto = AllToAll(weight=0.02)
    model = LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0, tau_mem=8.0, t_ref=0.5, r_mem=1.5)
    excite = {"weight": 0.4, "label": "spikes"}
    parts = [
        Population("S", 12, PoissonSource(150.0)),
        Population("A", N_PRE, model),
        Population("E", N_POST, model),
        Projection("S", "A", Bernoulli(0.5), weight=0.5),
        Projection("S", "E", Bernoulli(0.3), **excite),
        Projection("A", "E", onto, transmits=CARRIERS[drawn.kind], label="values"),
    ]
    parts += [StepCurrent("E", 0.2, start=3.0)] if drawn.driven else []
    return Network(parts)


def drawn_edits(drawn: Drawn) -> list[Any]:
    edits: list[Any] = []
    rng = np.random.default_rng(drawn.seed + 1)
    if drawn.reweighed:
        edits.append(Reweighed(20, "values", 0.03))
    if drawn.rewired and drawn.kind != "whole":
        drop = rng.choice(100, 20, replace=False)
        pre, post = rng.integers(0, N_PRE, 9), rng.integers(0, N_POST, 9)
        delay = np.zeros(9, int) if is_late(drawn) else None
        edits.append(Rewired(45, "values", drop, pre, post, np.full(9, 0.04), delay))
    return edits


def change(simulation: Simulator, edit: Any) -> None:
    if isinstance(edit, Reweighed):
        simulation.set_weights(edit.projection, edit.weight)
        return
    more = {"pre": edit.pre, "post": edit.post, "weight": edit.weight}
    if edit.delay_steps is not None:
        more["delay"] = 0.0
    simulation.rewire("values", drop=edit.drop, **more)


@settings(max_examples=8)
@given(DRAWN)
def test_the_engine_follows_the_law(drawn: Drawn) -> None:
    network = drawn_network(drawn)
    edits = drawn_edits(drawn)
    options: dict[str, Any] = {"seed": 5, "threads": drawn.threads}
    if drawn.single:
        options["precision"] = "float32"
    simulation = Simulator(network, **options)
    for edit in [*edits, None]:
        end = STEPS if edit is None else edit.step
        if drawn.saved and simulation.now < SAVED <= end:
            simulation.step(SAVED - simulation.now)
            with tempfile.TemporaryDirectory() as folder:
                simulation.save(f"{folder}/here")
                simulation = Simulator(network, **options)
                simulation.restore(f"{folder}/here")
        simulation.step(end - simulation.now)
        if edit is not None:
            change(simulation, edit)
    expected = naive_outcome(network, 0.1, 5, STEPS, edits)
    if not drawn.single:
        assert spikes_of(simulation) == expected.spikes
    assert np.array_equal(simulation.weights("values"), expected.weights["values"])
    assert len(expected.spikes["E"]) > 20


CUT_AT = 5


def in_pieces(wiring: Connectivity, carry: Any) -> list[Projection]:
    """Synapses between two parts of the neurons, those between the same parts cut in two."""
    ends = np.stack(wiring.edges()).astype(int)
    parts, within = np.divmod(ends, CUT_AT)
    half = np.arange(wiring.nnz) % 2
    pieces = []
    for a, b, k in np.ndindex(2, 2, 2):
        chosen = (parts[0] == a) & (parts[1] == b) & (half == k)
        piece = Connectivity.from_edges(
            *within[:, chosen],
            n_pre=CUT_AT,
            n_post=CUT_AT,
            weight=wiring.weights_array()[chosen],
        )
        more = {"transmits": carry, "label": f"{a}{b}{k}"}
        pieces.append(Projection("AB"[a], "AB"[b], piece, **more))
    return pieces


@pytest.mark.parametrize("kind", ["junction", "rectifying", "linear"])
def test_what_was_cut_is_laid_out_once(kind: str) -> None:
    """Whatever populations and projections it was cut into, and after weights are changed."""
    rng = np.random.default_rng(4)
    wiring = Connectivity.from_dense(
        np.triu(rng.random((10, 10)), 1).astype(np.float32) / 9
    )
    start = rng.normal(0.5, 1.0, 10)
    carry = CARRIERS[kind]
    whole = Simulator(
        Network(passive(10, v=start), Projection("A", "A", wiring, transmits=carry))
    )
    model = LeakyIntegrator(tau_mem=TAU, r_mem=R)
    parts = [
        Population(name, CUT_AT, model, {"v": start[5 * k : 5 * k + 5]})
        for k, name in enumerate("AB")
    ]
    cut = Simulator(Network(parts, in_pieces(wiring, carry)), threads=2)
    assert sum(op.phase == "deliver" for op in cut.program.operations) == (
        4 if kind == "rectifying" else 2
    )
    for _ in range(2):
        whole.step(20)
        cut.step(20)
        seen = np.concatenate([cut.state(name, "v") for name in "AB"])
        assert seen == pytest.approx(whole.state("A", "v"), abs=1e-13)
        between = wiring.edges()[0] < CUT_AT
        between &= wiring.edges()[1] >= CUT_AT
        weight = np.where(between, 0.3, whole.weights("A->A")).astype(np.float32)
        whole.set_weights("A->A", weight)
        cut.set_weights("010", 0.3)
        cut.set_weights("011", 0.3)
    assert np.abs(seen - start).min() > 1e-3


def test_what_is_set_between_steps_is_carried_at_once() -> None:
    seen = []
    for chunk in (10.0, 5.0):
        wired = Projection("A", "A", PAIR, weight=1.0, transmits=Graded("v"))
        simulation = Simulator(Network(passive(2), wired))
        while simulation.time < 10.0:
            simulation.run(chunk)
        simulation.set_state("A", "v", 5.0, neurons=0)
        simulation.step()
        seen.append(simulation.state("A", "v")[1])
    assert seen[0] == seen[1] == pytest.approx(5.0 * R * -np.expm1(-0.1 / TAU))


def test_a_function_of_one_s_own() -> None:
    class Numbers(NamedTuple):
        power: float

    class Square:
        Coefficients = Numbers

        def coefficients(self) -> Numbers:
            return Numbers(2.0)

        @staticmethod
        def value(x: float, p: Numbers) -> float:
            return x**p.power

    wired = Projection("A", "A", PAIR, weight=1.0, transmits=Graded("v", Square()))
    v = voltages(Network(passive(2, v=[3.0, 0.0]), wired), 0.1)
    assert v[1] == pytest.approx(9.0 * R * -np.expm1(-0.1 / TAU))


def net(**values: Any) -> Network:
    end = values.pop("model", LeakyIntegrator())
    mode = values.pop("mode", "auto")
    wiring = values.pop("wiring", PAIR)
    values = {"weight": 1.0, "transmits": Graded("v")} | values
    parts = [Population("A", 2, LeakyIntegrator(), mode=mode), Population("B", 2, end)]
    post = values.pop("post", "B")
    return Network(*parts, Projection("A", post, wiring, **values))


REFUSED = {
    "spikes are collected": (
        {"receptor": "delta"},
        "collects spikes, wants None, for a cur",
    ),
    "no current": (
        {"model": PoissonSource(1.0)},
        "PoissonSource, wants a population whose",
    ),
    "a variable": ({"transmits": Graded("u")}, r"variable \(LeakyIntegrator\): got 'u'"),
    "at both ends": (
        {"transmits": GapJunction(), "model": PoissonSource(1.0)},
        "got 'v'",
    ),
    "negative": (
        {"transmits": GapJunction(), "weight": -1.0},
        "A->B.weight: got -1, wants conductances, 0 or more",
    ),
    "another": ({"transmits": "v"}, r"wants None for spikes, Graded\('v'\) or GapJunction"),
    "late junctions": ({"transmits": GapJunction(), "delay": 1.0}, "wants no delay, or 0"),
    "twice": (
        {"transmits": GapJunction(), "post": "A", "wiring": AllToAll()},
        "neurons 0 and 1 in both directions, wants each pair once",
    ),
    "no event mode": ({"mode": "event"}, "synapses that carry values in every step"),
    "not finite": ({"weight": [np.inf]}, "finite"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_is_refused_by_name(why: str) -> None:
    values, says = REFUSED[why]
    with pytest.raises((ValueError, TypeError), match=says):
        Simulator(net(**values))


def test_rules_of_spikes_do_not_stand_beside_values() -> None:
    from neurosparse.plasticity import PairSTDP, TsodyksMarkram

    for rule in (
        {"plasticity": PairSTDP(0.1, 0.1, w_max=1.0)},
        {"short_term": TsodyksMarkram(0.5, 9.0)},
    ):
        with pytest.raises(ValueError, match="beside transmits, wants None: such rules"):
            net(**rule)


def test_the_gpu_refuses_them() -> None:
    with pytest.raises(ValueError, match="'gpu' with A->B: transmits"):
        Simulator(net(), backend="gpu")


def test_processes_refuse_them() -> None:
    with pytest.raises(
        ValueError, match="ranks: got 2 processes with A->B, which transmits"
    ):
        refuse_ranks(net(), 2)


def test_a_table_says_what_synapses_carry() -> None:
    carry = Graded("v", Logistic(threshold=-1.0, width=2.0))
    for transmits in (carry, Graded("v"), GapJunction(rectifies=True)):
        again = Network.from_toml(net(transmits=transmits).to_toml())
        assert again.projections["A->B"].transmits == transmits
    assert "rows, values" in str(Simulator(net()).summary())


def test_values_are_kept_for_the_longest_delay_that_there_was() -> None:
    both = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2)
    late = Projection("A", "A", both, weight=1.0, delay=[0.1, 0.4], transmits=Graded("v"))
    simulation = Simulator(Network(passive(2), late))
    with pytest.raises(
        ValueError, match=r"delay: got 0\.5 ms, .*carry values of the steps"
    ):
        simulation.rewire("A->A", pre=[0], post=[0], weight=1.0, delay=0.5)
