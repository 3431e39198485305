"""Networks side by side: each copy does what it does alone, on both backends; shared rows, own
parameters.
"""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import OnDevice, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource, SpikeSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import PoissonInput, SineCurrent, StepCurrent
from neurosparse.sweep import Sweep
from neurosparse.wiring import Copies, FixedInDegree

DEVICE = OnDevice(programs=1, chunk=9)
TAUS, GAINS = [5.0, 10.0, 20.0], [0.25, 0.5, 1.0]


def driven(tau=10.0, gain=0.5, delay=0.3, model=None, drawn=None):
    """Listed spikes drive a population that excites itself through drawn synapses: no noise in
    it.
    """
    rng = np.random.default_rng(3)
    times = rng.integers(0, 25, 60) / 10
    given = np.unique(np.stack([times * 10, rng.integers(0, 8, 60)]), axis=1)
    rule = FixedInDegree(3) if drawn is None else drawn
    return Network(
        Population("list", 8, SpikeSource(given[0] / 10, given[1].astype(int))),
        Population(
            "E",
            20,
            model or LIF(tau_mem=tau, v_rest=0.0, v_threshold=1.0, v_reset=0.0, t_ref=0.2),
        ),
        Projection("list", "E", FixedInDegree(4), weight=gain, delay=delay),
        Projection(
            "E", "E", rule, weight=None if drawn else 0.25, delay=None if drawn else 0.1
        ),
    )


def recorded(sim, name="E"):
    return [
        (int(s), int(i))
        for s, i in zip(sim.spikes(name).step, sim.spikes(name).i, strict=True)
    ]


def run(network, **options):
    sim = Simulator(network, seed=4, **options)
    sim.run(3.0)
    return sim


@pytest.mark.parametrize("backend", ["cpu", DEVICE], ids=["cpu", "gpu"])
def test_each_copy_does_what_it_does_alone(backend):
    alone = [run(driven(tau, gain)) for tau, gain in zip(TAUS, GAINS, strict=True)]
    sweep = Sweep(driven(), {"E.tau_mem": TAUS, "list->E.weight": GAINS})
    sim = run(sweep.network, backend=backend)
    for copy, sole in zip(sweep.spikes(sim, "E"), alone, strict=True):
        assert list(zip(copy.step.tolist(), copy.i.tolist(), strict=True)) == recorded(sole)
        assert copy.n == 20
    np.testing.assert_allclose(
        sweep.state(sim, "E", "v"), [s.state("E", "v") for s in alone], rtol=1e-12
    )
    assert len({len(s.spikes("E").i) for s in alone}) > 1
    assert min(len(s.spikes("E").i) for s in alone) > 5
    np.testing.assert_array_equal(sweep.weights(sim, "list->E")[:, 0], GAINS)


def synapses(n=20, nnz=60):
    rng = np.random.default_rng(8)
    pre = rng.integers(0, n, nnz)
    post = rng.integers(0, n, nnz)
    made = Connectivity.from_edges(
        pre, post, n_pre=n, n_post=n, weight=rng.choice([0.25, 0.5], nnz), duplicates="keep"
    )
    return made.with_delay_steps(rng.integers(1, 4, made.nnz).astype(np.uint8))


def test_synapses_with_weights_and_delays_of_their_own_are_shared():
    plain = driven(drawn=synapses())
    alone = run(plain)
    sweep = Sweep(plain, copies=3)
    for backend in ("cpu", DEVICE):
        sim = run(sweep.network, backend=backend)
        for copy in sweep.spikes(sim, "E"):
            assert list(zip(copy.step.tolist(), copy.i.tolist(), strict=True)) == recorded(
                alone
            )
    assert len(recorded(alone)) > 20
    rows = sim.runner.loaded.rows["E->E"]
    assert (
        len(rows.indices) == len(rows.weights) == 60
    )  # one block on the device for all copies
    changed = Copies(synapses(), 3).build(60, 60)
    assert changed.nnz == 180


def test_weights_that_differ_between_copies_are_kept_apart_on_the_device():
    sweep = Sweep(driven(drawn=synapses()), copies=2)
    sims = [Simulator(sweep.network, seed=4, backend=b) for b in ("cpu", DEVICE)]
    for sim in sims:
        whole = np.concatenate([synapses().weight, 2 * synapses().weight])
        sim.set_weights("E->E", whole)
        sim.run(3.0)
    assert recorded(sims[1]) == recorded(sims[0])
    first, second = sweep.spikes(sims[0], "E")
    assert len(first) != len(second)


def test_noise_differs_between_copies_and_the_first_has_that_of_the_network_alone():
    plain = Network(
        Population("noise", 30, PoissonSource(rate=np.linspace(0, 900, 30))),
        Population("E", 10, LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0)),
        Projection("noise", "E", FixedInDegree(6), weight=0.25, delay=0.2),
        PoissonInput("E", np.linspace(0.0, 3_000.0, 10), 0.25),
    )
    sweep = Sweep(plain, copies=2)
    sim = Simulator(sweep.network, seed=1)
    alone = Simulator(plain, seed=1)
    for each in (sim, alone):
        each.run(20.0)
    first, second = sweep.spikes(sim, "E")
    np.testing.assert_array_equal(first.step, alone.spikes("E").step)
    np.testing.assert_array_equal(first.i, alone.spikes("E").i)
    assert len(first) > 20
    assert first.step.tolist() != second.step.tolist()


def test_stimuli_initial_states_and_arrays_are_repeated():
    plain = Network(
        Population(
            "E",
            4,
            LIF(tau_mem=np.array([5.0, 10.0, 20.0, 40.0])),
            initial={"v": np.linspace(-65, -51, 4)},
        ),
        StepCurrent("E", 20.0, start=1.0),
    )
    sweep = Sweep(plain, {"stimuli[0].amplitude": [0.0, 20.0]})
    sim = run(sweep.network)
    alone = run(plain)
    still, same = sweep.state(sim, "E", "v")
    np.testing.assert_allclose(same, alone.state("E", "v"), rtol=1e-12)
    assert (still < same).all()


def test_copies_learn_apart():
    plain = driven()
    learns = Projection(
        "list",
        "E",
        FixedInDegree(4),
        weight=0.5,
        delay=0.3,
        plasticity=PairSTDP(0.1, 0.1, w_max=1.0),
    )
    plain = Network(*plain.populations.values(), learns)
    sweep = Sweep(plain, {"E.tau_mem": TAUS})
    for backend in ("cpu", DEVICE):
        sim = run(sweep.network, backend=backend)
        own = sweep.weights(sim, "list->E")
        assert own.shape == (3, 80)
        np.testing.assert_allclose(
            own[1], run(plain).weights("list->E"), rtol=1e-5, atol=1e-6
        )
        assert np.ptp(own, axis=0).max() > 0.01


@pytest.mark.parametrize(
    ("vary", "copies", "said"),
    [
        (None, None, "copies: got None"),
        ({}, 0, "copies: got 0, wants a whole number, 1 or more"),
        ({}, 2.5, "copies: got 2.5, wants a whole number"),
        ({"E.tau_mem": [1.0, 2.0]}, 3, r"vary\['E.tau_mem'\].*\[2\], wants an array \[3\]"),
        (
            {"E.tau_mem": [1.0, 2.0], "list->E.weight": [1.0]},
            None,
            r"vary\['list->E.weight'\]",
        ),
        ({"F.tau_mem": [1.0]}, None, r"vary\['F.tau_mem'\]: got 'F', wants one of E"),
        ({"E.tau_men": [1.0]}, None, "did you mean 'tau_mem'"),
        (
            {"E->E.delay": [1.0]},
            None,
            r"vary\['E->E.delay'\]: got 'delay', wants one of weight",
        ),
        (
            {"E.tau_mem": 3.0},
            None,
            r"vary\['E.tau_mem'\]: got array\(3\.\), wants an array \[1\]",
        ),
    ],
)
def test_bad_sweeps_are_refused(vary, copies, said):
    with pytest.raises(ValueError, match=said):
        Sweep(driven(), vary, copies)


@pytest.mark.parametrize(
    ("part", "key"),
    [
        (SineCurrent("S", 1.0), "stimuli[0].frequency"),
        (StepCurrent("S", 1.0, stop=5.0), "stimuli[0].start"),
        (PoissonInput("S", np.array([10.0, 20.0]), 1.0, bin=5.0), "stimuli[0].rate"),
        (Population("P", 3, PoissonSource(np.array([10.0, 20.0]), bin=5.0)), "P.rate"),
        (Population("P", 3, PoissonSource(10.0, stop=5.0)), "P.stop"),
    ],
)
def test_what_copies_have_in_common_cannot_be_varied(part, key):
    net = Network(Population("S", 3, LIF()), part)
    with pytest.raises(ValueError, match=r"vary\['.*'\]: got '.*', wants one of"):
        Sweep(net, {key: [1.0, 2.0]})


def test_copies_say_what_does_not_fit():
    with pytest.raises(ValueError, match="n_post: got 5, wants a multiple of the 2 copies"):
        Copies(FixedInDegree(1), 2).build(4, 5)
    with pytest.raises(ValueError, match=r"Copies.weight.*\[2\], one number for each copy"):
        Copies(FixedInDegree(1), 2, weight=[1.0])
    with pytest.raises(
        ValueError,
        match=r"Copies.base: got shape \(20, 20\), wants a connectivity of shape \[2, 2\]",
    ):
        Copies(synapses(), 2).build(4, 4)
    assert Copies(FixedInDegree(2), 1).build(0, 0).nnz == 0
