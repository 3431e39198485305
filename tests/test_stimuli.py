"""Injected currents: the naive waveform step by step, the Ornstein-Uhlenbeck process against its
closed form.
"""

import math

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.kernels.base.philox import philox4x32
from neurosparse.kernels.base.philox.cpu import unit53
from neurosparse.kernels.spikes.current.naive import waveform
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import AdEx, LIFExp, PoissonSource
from neurosparse.stimuli import OUCurrent, PoissonInput, RampCurrent, SineCurrent, StepCurrent
from neurosparse.wiring import FixedInDegree
from tests.neurons.harness import alone

MODEL = LIFExp(v_rest=-60.0, r_mem=0.5)
SIGMAS = 5.0


def drives(stimuli, steps, n=1, model=MODEL, **options):
    """What reaches the drive of the model in each step [steps, n], without its base."""
    sim = alone(model, n, stimuli=stimuli, **options)
    group = sim.plan.groups["a"]
    row = group.coefficients[model.Coefficients._fields.index(model.drive[0])]
    base = row[:n].copy()
    found = []
    for _ in range(steps):
        sim.step()
        found.append(row[:n] - base)
    return np.array(found)


SHAPES = {
    "step": StepCurrent("a", amplitude=3.0, start=1.0, stop=4.0),
    "endless": StepCurrent("a", amplitude=-3.0, start=1.0),
    "ramp": RampCurrent("a", amplitude=4.0, start=1.0, stop=4.0),
    "sine": SineCurrent("a", amplitude=2.0, frequency=150.0, phase=0.4, start=0.5, stop=5.5),
}


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("given", SHAPES.values(), ids=SHAPES)
def test_currents_follow_the_naive_waveform(given, precision):
    found = drives([given], 70, precision=precision)[:, 0]
    law = [
        waveform(given.kind, k * 0.1, given.start, given.stop, *given.shape(0.1), 1e-7)
        for k in range(70)
    ]
    np.testing.assert_allclose(
        found,
        0.5 * given.amplitude * np.array(law),
        atol=1e-11 if precision == "float64" else 2e-5,
    )
    assert abs(found).max() > 0.9


def test_a_step_begins_and_ends_on_its_steps():
    found = drives([StepCurrent("a", amplitude=2.0, start=1.0, stop=1.5)], 30)[:, 0]
    np.testing.assert_array_equal(np.flatnonzero(found), np.arange(10, 15))


@pytest.mark.parametrize("dt", [0.1, 0.2, 0.3, 0.05, 0.7])
def test_edges_do_not_slip_where_dt_is_no_binary_fraction(dt):
    for first in range(1, 40):
        start = round(first * dt, 10)
        stop = round((first + 3) * dt, 10)
        found = drives(
            [StepCurrent("a", amplitude=2.0, start=start, stop=stop)], first + 6, dt=dt
        )[:, 0]
        np.testing.assert_array_equal(np.flatnonzero(found), np.arange(first, first + 3))


def test_a_ramp_grows_evenly_and_stays():
    found = drives([RampCurrent("a", amplitude=4.0, start=1.0, stop=3.0)], 60)[:, 0] / 2.0
    np.testing.assert_allclose(found[10:31], np.linspace(0.0, 1.0, 21), atol=1e-9)
    np.testing.assert_allclose(found[31:], 1.0)
    assert not found[:10].any()


def test_a_sine_has_its_period():
    found = drives([SineCurrent("a", amplitude=2.0, frequency=100.0)], 200)[:, 0]
    np.testing.assert_allclose(found[:100], found[100:], atol=1e-11)
    np.testing.assert_allclose(found, np.sin(2 * np.pi * np.arange(200) / 100), atol=1e-11)


def test_currents_add_up_and_amplitudes_may_differ():
    each = np.linspace(-2.0, 2.0, 65)
    given = [
        StepCurrent("a", amplitude=each, stop=2.0),
        SineCurrent("a", amplitude=1.0, frequency=90.0),
        RampCurrent("a", amplitude=each[::-1].copy(), stop=3.0),
    ]
    together = drives(given, 40, n=65)
    alone_sum = sum(drives([one], 40, n=65) for one in given)
    np.testing.assert_allclose(together, alone_sum, atol=1e-11)
    assert len(np.unique(together[5])) > 30


def test_a_model_without_gain_takes_the_current_as_it_is():
    found = drives([StepCurrent("a", amplitude=250.0, start=0.5)], 10, model=AdEx())[:, 0]
    np.testing.assert_array_equal(found, [0.0] * 5 + [250.0] * 5)


def naive_walk(seed, stream, n, steps, keep, kick):
    """x <- keep x + kick xi, xi by Box-Muller from the words at the counter (neuron, step, 0,
    stream).
    """
    x = np.zeros(n)
    rows = []
    for step in range(steps):
        counters = np.column_stack(
            [np.arange(n), np.full(n, step), np.zeros(n), np.full(n, stream)]
        ).astype(np.uint32)
        a, b, c, d = philox4x32(counters, np.array([seed, 0], np.uint32), backend="naive").T
        first, second = (
            np.array([unit53.py_func(*pair) for pair in zip(*two, strict=True)])
            for two in ((a, b), (c, d))
        )
        x = keep * x + kick * np.sqrt(-2 * np.log(first)) * np.cos(2 * math.pi * second)
        rows.append(x)
    return np.array(rows)


@pytest.mark.parametrize("n", [1, 63, 64, 65])
def test_noise_is_the_naive_walk(n):
    given = OUCurrent("a", amplitude=3.0, tau=2.0)
    law = naive_walk(17, STREAM_OF_STIMULI, n, 20, *given.shape(0.1))
    np.testing.assert_allclose(
        drives([given], 20, n=n, seed=17), 1.5 * law, rtol=1e-9, atol=1e-11
    )


def within(found, wanted, draws):
    """A correlation of `draws` pairs of unit variance is off by at most its five standard
    errors.
    """
    return abs(found - wanted) < SIGMAS * math.sqrt((1 + wanted**2) / draws)


@pytest.mark.parametrize("tau", [0.3, 2.0, 10.0])
def test_noise_has_the_variance_and_memory_of_its_process(tau):
    n = 20_000
    x = drives([OUCurrent("a", amplitude=2.0, tau=tau)], 400, n=n, seed=3)
    for k in (0, 3, 20, 399):
        growing = 1 - math.exp(-2 * (k + 1) * 0.1 / tau)
        assert abs(x[k].mean()) < SIGMAS * math.sqrt(growing / n)
        assert abs(x[k].var() / growing - 1) < SIGMAS * math.sqrt(2 / n)
    last = x[399] / math.sqrt(1 - math.exp(-2 * 40.0 / tau))
    for lag in (1, 5, 20, 60):
        then = x[399 - lag] / math.sqrt(1 - math.exp(-2 * (400 - lag) * 0.1 / tau))
        assert within((last * then).mean(), math.exp(-lag * 0.1 / tau), n)
    assert within((last[1:] * last[:-1]).mean(), 0.0, n - 1)
    kurtosis = (last**4).mean() / (last**2).mean() ** 2
    assert abs(kurtosis - 3) < SIGMAS * math.sqrt(24 / n)


def test_without_memory_it_is_white():
    x = drives([OUCurrent("a", amplitude=2.0, tau=0.0)], 60, n=5000, seed=3)
    assert abs(x.var() - 1) < SIGMAS * math.sqrt(2 / x.size)
    assert within((x[1:] * x[:-1]).mean(), 0.0, x[1:].size)


def test_noise_runs_in_its_window_only():
    x = drives([OUCurrent("a", amplitude=2.0, tau=1.0, start=0.5, stop=1.2)], 20, n=10)
    np.testing.assert_array_equal(np.flatnonzero(x.any(axis=1)), np.arange(5, 12))


def test_noise_does_not_depend_on_threads_or_chunks_and_differs_between_stimuli():
    given = [OUCurrent("a", amplitude=2.0, tau=3.0), OUCurrent("a", amplitude=0.0, tau=3.0)]
    one = drives(given, 50, n=700, seed=5)
    two = drives(given, 50, n=700, seed=5, threads=2)
    np.testing.assert_array_equal(one, two)
    sim = alone(MODEL, 700, stimuli=given, seed=5)
    sim.run(5.0)
    whole = alone(MODEL, 700, stimuli=given, seed=5)
    for _ in range(50):
        whole.step()
    np.testing.assert_array_equal(sim.state("a", "v"), whole.state("a", "v"))
    other = drives(given[::-1], 50, n=700, seed=5)
    assert abs(np.corrcoef(one[-1], other[-1])[0, 1]) < SIGMAS / math.sqrt(700)
    assert one.std() > 0.5


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (
            RampCurrent,
            {},
            "RampCurrent.stop: got inf, wants the time in ms at which the ramp ends",
        ),
        (
            OUCurrent,
            {"tau": -1.0},
            "OUCurrent.tau: got -1.0, wants a time constant in ms, 0 or more",
        ),
        (OUCurrent, {"tau": math.nan}, "OUCurrent.tau"),
        (SineCurrent, {"frequency": -1.0}, "SineCurrent.frequency: got -1.0"),
        (SineCurrent, {"frequency": math.nan}, "SineCurrent.frequency"),
        (SineCurrent, {"phase": math.inf}, "SineCurrent.phase"),
    ],
)
def test_shapes_that_cannot_be_meant_are_refused(kind, given, words):
    with pytest.raises(ValueError, match=words):
        kind("a", amplitude=1.0, **given)


@pytest.mark.parametrize(
    ("stimulus", "words"),
    [
        (StepCurrent("b", amplitude=1.0), "StepCurrent.target: got 'b', wants one of a"),
        (StepCurrent("a", amplitude=[1.0, 2.0]), r"StepCurrent.amplitude: .*\[3\]"),
        (StepCurrent("a", amplitude=math.nan), "StepCurrent.amplitude: .*finite"),
        (StepCurrent("a", amplitude=1.0, start=2.0, stop=2.0), "StepCurrent.start: got 2.0"),
        (StepCurrent("a", amplitude=1.0, start=-1.0), "StepCurrent.start: got -1.0"),
        (SineCurrent("a", amplitude=1.0, start=math.nan), "SineCurrent.start: got nan"),
    ],
)
def test_stimuli_that_do_not_fit_are_refused(stimulus, words):
    with pytest.raises(ValueError, match=words):
        alone(MODEL, 3, stimuli=[stimulus])


def test_a_source_takes_neither_currents_nor_events():
    for stimulus in (
        StepCurrent("a", amplitude=1.0),
        PoissonInput("a", rate=1.0, weight=1.0),
    ):
        with pytest.raises(ValueError, match=type(stimulus).__name__):
            alone(PoissonSource(rate=1.0), 3, stimuli=[stimulus])


def relaid(what):
    """20 ms of a driven pair of populations; half-way the network is laid out anew by an edit, or
    left alone.
    """
    model = LIFExp(v_threshold=1000.0)
    network = Network(
        Population("a", 3, model),
        Projection("a", "a", FixedInDegree(1), weight=0.1, delay=0.2),
        StepCurrent("a", amplitude=5.0),
        OUCurrent("a", amplitude=5.0, tau=50.0),
    )
    sim = Simulator(network, seed=2)
    sim.run(10.0)
    if what == "rewire":
        sim.rewire("a->a", drop=[0])
    elif what == "weights":
        sim.set_weights("a->a", [0.1, 0.2, 0.3])
    sim.run(10.0)
    return sim


@pytest.mark.parametrize("what", ["rewire", "weights"])
def test_currents_go_on_when_the_network_is_laid_out_anew(what):
    np.testing.assert_array_equal(
        relaid(what).state("a", "v"), relaid("nothing").state("a", "v")
    )
    assert np.ptp(relaid(what).state("a", "v")) > 0.1


def test_a_checkpoint_restored_into_a_used_simulation_gives_the_same_currents(tmp_path):
    sim, whole = relaid("nothing"), relaid("nothing")
    sim.save(tmp_path / "at_20")
    for each in (sim, whole):
        each.run(10.0)
    sim.restore(tmp_path / "at_20")
    sim.run(10.0)
    np.testing.assert_array_equal(sim.state("a", "v"), whole.state("a", "v"))
