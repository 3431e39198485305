"""Checkpoints that are hard to restore: other processes, full logs, pasts that were left, what does
not belong.
"""

import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Rates, Simulator, Spikes, States, Weights
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFCond, LIFExp, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.recording import RunStore, open_run
from neurosparse.stimuli import OUCurrent, PoissonInput, SineCurrent, StepCurrent
from neurosparse.wiring import AllToAll, FixedInDegree, OneToOne
from tests.engine.networks import all_spikes, same_spikes, small_network
from tests.engine.refused import TWO, net, simulator

ELSEWHERE = """
import sys
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population
from neurosparse.neurons import PoissonSource
sim = Simulator(Network(Population("S", 3, PoissonSource(rate=500.0))))
if sys.argv[1] == "save":
    sim.run(2.0)
    sim.save(sys.argv[2])
else:
    sim.restore(sys.argv[2])
    print(sim.now)
"""


def test_another_process_restores_sources_without_bins(tmp_path):
    path = str(tmp_path / "c.zarr")
    for verb in ("save", "restore"):
        done = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, verb, path], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["20"]


def test_what_a_later_edit_set_aside_is_forgotten(tmp_path):
    rule = PairSTDP(0.01, 0.01, w_max=2.0)
    net = Network(
        Population("S", 5, PoissonSource(rate=1000.0)),
        Population("E", 5, LIF()),
        Projection("S", "E", OneToOne(), weight=1.0, delay=2.0, plasticity=rule),
    )
    used, fresh = Simulator(net), Simulator(net)
    used.run(10.0)
    used.rewire("S->E", pre=[0], post=[3], weight=0.5)
    used.save(tmp_path / "c.zarr")
    used.run(5.0)
    used.rewire("S->E", drop=np.arange(6))
    assert not used.plan.rings.of(used.plan.groups["E"], None, 0).empty
    for sim in (used, fresh):
        sim.restore(tmp_path / "c.zarr")
        sim.run(10.0)
    np.testing.assert_array_equal(used.state("E", "v"), fresh.state("E", "v"))


def noisy(*targets):
    return Network(
        Population("E", 4, LIF()),
        Population("I", 70, PoissonSource(rate=200.0)),
        Projection("I", "E", FixedInDegree(3), weight=0.1),
        *(OUCurrent(t, amplitude=3.0) for t in targets),
    )


@pytest.mark.parametrize(
    ("written", "read"), [((), ("E",)), (("E",), ()), (("E",), ("E", "E"))]
)
def test_other_noise_currents_are_refused_before_anything_changes(written, read, tmp_path):
    source = Simulator(noisy(*written))
    source.run(2.0)
    source.save(tmp_path / "c.zarr")
    other = Simulator(noisy(*read))
    other.run(5.0)
    count = len(other.spikes("I"))
    with pytest.raises(ValueError, match=f"state of {len(written)} noise currents"):
        other.restore(tmp_path / "c.zarr")
    assert (other.now, len(other.spikes("I"))) == (50, count)


@pytest.mark.parametrize(
    ("here", "words"),
    [
        (States("E", "v", indices=[0], every=1.0), "every 5 steps"),
        (States("E", "v", indices=[1], every=0.5), r"other neurons, \[0\]"),
        (Rates("I", bin=0.5), "does not fit"),
        (Weights("I->E", every=0.5), "does not fit"),
        (Spikes("E"), "does not fit"),
    ],
)
def test_other_recordings_are_refused_before_anything_changes(here, words, tmp_path):
    source = Simulator(
        noisy(), record=[Spikes("I"), States("E", "v", indices=[0], every=0.5)]
    )
    source.run(2.0)
    source.save(tmp_path / "c.zarr")
    other = Simulator(noisy(), record=[Spikes("I"), here])
    other.run(5.0)
    count = len(other.spikes("I"))
    with pytest.raises(ValueError, match=words):
        other.restore(tmp_path / "c.zarr")
    assert (other.now, len(other.spikes("I"))) == (50, count)
    other.run(5.0)


@pytest.mark.parametrize(
    "here", [Rates("I", bin=1.0), Weights("I->E", every=0.5, positions=[2])]
)
def test_series_of_other_bins_and_synapses_are_refused(here, tmp_path):
    source = Simulator(
        noisy(), record=[Rates("I", bin=0.5), Weights("I->E", every=0.5, positions=[1])]
    )
    source.run(2.0)
    source.save(tmp_path / "c.zarr")
    there = [
        r
        for r in (Rates("I", bin=0.5), Weights("I->E", every=0.5, positions=[1]))
        if type(r) is not type(here)
    ]
    with pytest.raises(ValueError, match="a checkpoint that recorded"):
        Simulator(noisy(), record=[here, *there]).restore(tmp_path / "c.zarr")


def test_the_order_in_which_edges_were_given_comes_back(tmp_path):
    pre = [2, 0, 0]
    post = [1, 2, 0]
    weight = [3.0, 2.0, 1.0]
    given = Connectivity.from_edges(pre, post, n_pre=3, n_post=3, weight=weight)
    learns = {"plasticity": PairSTDP(0.1, 0.1, w_max=9.0)}
    populations = [Population("S", 3, PoissonSource(200.0)), Population("E", 3, LIF())]

    def fresh(more):
        return Simulator(Network(*populations, Projection("S", "E", given, **more)))

    for more in (learns, {}, {"weight": 1.0}):
        sim = fresh(more)
        sim.run(2.0)
        if more == {"weight": 1.0}:
            sim.set_weights(
                "S->E", [1.0, 2.0, 3.0]
            )  # laid out anew, in the order of the rows
        sim.save(tmp_path / "c.zarr")
        again = fresh(more)
        again.restore(tmp_path / "c.zarr")
        for found in (sim.connectivity("S->E"), again.connectivity("S->E")):
            assert [e.tolist() for e in found.edges(order="caller")] == [pre, post]
            np.testing.assert_allclose(
                found.weights_array(order="caller"), weight, atol=0.5
            )
    sim.rewire("S->E", drop=[0])
    sim.save(tmp_path / "c.zarr")
    again.restore(tmp_path / "c.zarr")
    for found in (sim.connectivity("S->E"), again.connectivity("S->E")):
        assert [e.tolist() for e in found.edges(order="caller")] == [[0, 2], [2, 1]]


@pytest.mark.parametrize("seed", ["7", -1, 1.5])
def test_a_seed_that_is_none_is_refused_before_anything_changes(seed, tmp_path):
    sim = Simulator(noisy())
    sim.save(tmp_path / "c.zarr")
    sim.run(1.0)
    with pytest.raises(
        (TypeError, ValueError), match="^seed: got .*a whole number, from 0"
    ):
        sim.restore(tmp_path / "c.zarr", seed=seed)
    assert sim.now == 10


def test_a_run_in_a_store_branches_off_by_a_copy(tmp_path):
    with Simulator(noisy(), store=tmp_path / "run.zarr") as sim:
        sim.run(20.0)
        sim.save(tmp_path / "c.zarr")
        sim.run(30.0)
    memory = Simulator(noisy())
    with pytest.raises(
        ValueError, match=r"path: got .*recorded into a store.*RunStore.resume.*record=\[\]"
    ):
        memory.restore(tmp_path / "c.zarr")
    remedy = r"another run.*copy that run's folder and give store=RunStore.resume\(copy\)"
    with (
        Simulator(noisy(), store=tmp_path / "other.zarr") as other,
        pytest.raises(ValueError, match=remedy),
    ):
        other.restore(tmp_path / "c.zarr")
    shutil.copytree(tmp_path / "run.zarr", tmp_path / "copy.zarr")
    with Simulator(noisy(), store=RunStore.resume(tmp_path / "copy.zarr")) as branch:
        branch.restore(tmp_path / "c.zarr")
        branch.run(30.0)
    none = Simulator(noisy(), record=[])
    none.restore(tmp_path / "c.zarr")
    none.run(30.0)
    np.testing.assert_array_equal(none.state("E", "v"), sim.state("E", "v"))
    whole, copied = (
        open_run(tmp_path / name).spikes["I"] for name in ("run.zarr", "copy.zarr")
    )
    np.testing.assert_array_equal(whole.step, copied.step)
    assert len(whole) > 500


@settings(max_examples=8, deadline=None)
@given(
    cut=st.integers(1, 299),
    late=st.sampled_from([0, 12]),
    mode=st.sampled_from(["clock", "auto"]),
)
def test_a_checkpoint_anywhere_changes_nothing(tmp_path_factory, cut, late, mode):
    folder = tmp_path_factory.mktemp("checkpoint")
    network = small_network(np.random.default_rng(8), late, mode=mode)
    whole = Simulator(network, seed=4)
    whole.step(300)
    first = Simulator(network, seed=4, threads=2)
    first.step(cut)
    first.save(folder / "point.zarr")
    second = Simulator(network, seed=4)
    second.restore(folder / "point.zarr")
    second.step(300 - cut)
    assert same_spikes(all_spikes(whole), all_spikes(second))
    for name in ("A", "B"):
        assert np.array_equal(whole.state(name, "v"), second.state(name, "v"))
    assert whole.spikes("A").i.size > 20


def test_checkpoint_of_learning_and_currents(tmp_path):
    rule = PairSTDP(a_plus=0.2, a_minus=0.22, w_max=3.0)
    network = Network(
        Population("S", 30, PoissonSource(60.0)),
        Population("A", 40, LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0)),
        Projection("S", "A", AllToAll(weight=0.4), delay=0.7, plasticity=rule),
        SineCurrent("A", 3.0, frequency=20.0),
    )
    whole = Simulator(network, seed=2)
    whole.run(100.0)
    first = Simulator(network, seed=2)
    first.run(43.0)
    first.save(tmp_path / "c")
    second = Simulator(network, seed=2, threads=2)
    second.restore(tmp_path / "c")
    second.run(57.0)
    assert np.array_equal(whole.weights("S->A"), second.weights("S->A"))
    assert same_spikes(all_spikes(whole), all_spikes(second))
    assert np.abs(whole.weights("S->A") - 0.4).max() > 0.1


def test_checkpoint_of_another_network_is_refused(tmp_path):
    network = small_network(np.random.default_rng(8))
    Simulator(network, seed=4).save(tmp_path / "c")
    other = small_network(np.random.default_rng(9))
    with pytest.raises(ValueError, match="network"):
        Simulator(other, seed=4).restore(tmp_path / "c")


OU = OUCurrent("E", amplitude=1.0, tau=5.0)
POISSON = PoissonInput("E", rate=100.0, weight=0.1)


def under(*stimuli):
    return Simulator(Network(Population("E", 2, LIFExp()), *stimuli))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ([POISSON], []),
        ([POISSON], [POISSON, POISSON]),
        ([POISSON], [replace(POISSON, receptor="inh")]),
        ([POISSON], [StepCurrent("E", 1.0)]),
        ([OU, replace(OU, tau=50.0)], [replace(OU, tau=50.0), OU]),
        ([OU, POISSON], [POISSON, OU]),
    ],
)
def test_a_checkpoint_knows_the_stimuli_it_was_written_under(written, read, tmp_path):
    first = under(*written)
    first.run(1.0)
    first.save(tmp_path / "c")
    with pytest.raises(ValueError, match="stimuli|noise currents"):
        under(*read).restore(tmp_path / "c")


def test_rates_and_amplitudes_may_change_at_a_checkpoint(tmp_path):
    first = under(OU, POISSON)
    first.run(1.0)
    first.save(tmp_path / "c")
    second = under(replace(OU, amplitude=2.0), replace(POISSON, rate=9000.0))
    second.restore(tmp_path / "c")
    second.run(1.0)
    assert second.now == 20


def test_weights_that_the_target_does_not_accept_are_not_restored(tmp_path):
    parts = [Population("in", 2, PoissonSource(1.0)), Population("E", 2, LIFCond())]
    simulation = Simulator(Network(*parts, Projection("in", "E", OneToOne())))
    simulation.set_weights("in->E", 2.0)
    simulation.plan.synapses["in->E"].weight[:] = -2.0
    simulation.save(tmp_path / "c")
    with pytest.raises(ValueError, match="conductance"):
        simulation.restore(tmp_path / "c")


def test_checkpoints_that_do_not_fit_change_nothing(tmp_path):
    simulator(seed=1).save(tmp_path / "c")
    other = Simulator(net(TWO))
    other.run(1.0)
    with pytest.raises(ValueError, match="belongs to network"):
        other.restore(tmp_path / "c")
    with pytest.raises(ValueError, match="network"):
        Simulator(net(model=LIF(tau_mem=7.0))).restore(tmp_path / "c")
    head = tmp_path / "c" / "zarr.json"
    head.write_text(head.read_text().replace('"format_version": 1', '"format_version": 99'))
    with pytest.raises(ValueError, match="version"):
        simulator().restore(tmp_path / "c")
    with pytest.raises(FileNotFoundError, match="there is no"):
        other.restore(tmp_path / "nowhere")
    assert other.now == 10
    other.run(1.0)
