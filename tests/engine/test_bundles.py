"""Bundles: projections of one population walked as one give what they give one by one, and come
apart where one is changed.
"""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator, Weights, bundles
from neurosparse.engine.naive import Reweighed, Rewired, naive_outcome
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource, SpikeSource
from tests.engine.networks import all_spikes, same_spikes, spikes_of

SIZES = {"A": 70, "B": 33, "C": 130}
STEPS = 120


@pytest.fixture(autouse=True)
def small_ones_too():
    with (
        mock.patch.object(bundles, "SMALLEST", 0),
        mock.patch.object(bundles, "LONG_PART", 0),
    ):
        yield


def edges(rng, n_pre, n_post, late, negative=False):
    """Multapses too; weights are eighths, whose sums are exact in any order."""
    pre, post = rng.integers(0, n_pre, 6 * n_pre), rng.integers(0, n_post, 6 * n_pre)
    weight = rng.integers(1, 9, len(pre)) / 8
    delay = rng.integers(0, late, len(pre)) if late else 4
    return Connectivity.from_edges(
        pre,
        post,
        n_pre=n_pre,
        n_post=n_post,
        weight=-weight / 4 if negative else weight,
        delay_steps=delay,
        duplicates="keep",
    )


def network(late=9, exponential=False):
    rng = np.random.default_rng(4)
    kind = LIFExp if exponential else LIF
    model = kind(v_rest=0.0, v_threshold=1.0, v_reset=0.0, tau_mem=8.0, t_ref=0.4)
    parts = [Population("S", 25, PoissonSource(400.0))]
    parts += [Population(name, n, model, mode="clock") for name, n in SIZES.items()]
    for name, n in SIZES.items():
        onto = "inh" if exponential else None
        parts.append(Projection("S", name, edges(rng, 25, n, late)))
        for other, m in SIZES.items():
            parts.append(
                Projection(name, other, edges(rng, n, m, late, True), receptor=onto)
            )
    return Network(parts)


def tied(sim):
    return {
        names for names, bundle in sim.plan.bundles.by_names.items() if bundle is not None
    }


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("late", [0, 9, 300])
def test_they_give_what_the_law_gives(threads, late):
    net = network(late)
    sim = Simulator(net, seed=2, threads=threads)
    sim.step(STEPS)
    assert len(tied(sim)) == 4
    assert {s.layout for s in sim.plan.synapses.values()} == {"rows together"}
    assert len([op for op in sim.program.operations if "deliver" in op.name]) == 4
    assert spikes_of(sim) == naive_outcome(net, 0.1, 2, STEPS).spikes
    assert min(len(sim.spikes(name)) for name in SIZES) > (20 if late == 300 else 50)


def test_one_weight_a_projection_is_one_row_too():
    """Weights differ from projection to projection: each synapse is given its own."""
    net = network()
    each = {name: 0.75 + k / 8 for k, name in enumerate(net.projections)}
    signed = {name: w if name[0] == "S" else -w / 8 for name, w in each.items()}
    same = [replace(p, weight=signed[p.name]) for p in net.projections.values()]
    net = Network(list(net.populations.values()), same)
    sim = Simulator(net, seed=2)
    assert {len(names) for names in tied(sim)} == {3}
    sim.step(STEPS)
    assert spikes_of(sim) == naive_outcome(net, 0.1, 2, STEPS).spikes
    assert min(len(sim.spikes(name)) for name in SIZES) > 20
    sim.set_weights("A->B", 0.0)
    assert not sim.weights("A->B").any()
    assert {names[0][0] for names in tied(sim)} == {"S", "B", "C"}


def test_they_hold_what_was_declared():
    net = network()
    sim = Simulator(net, threads=2)
    for name, projection in net.projections.items():
        ours = sim.connectivity(name)
        assert ours == projection.wiring
        np.testing.assert_array_equal(ours.weights_array(), projection.wiring.weight)
        np.testing.assert_array_equal(sim.weights(name), projection.wiring.weight)
        assert sim.plan.synapses[name].nnz == projection.wiring.nnz
    assert len(tied(sim)) == 4
    shared = sum(bundle.nbytes for bundle in sim.plan.bundles.live())
    assert sim.summary().nbytes_synapses > shared > 6 * ours.nnz


def test_receptors_of_their_own_are_met():
    net = network(exponential=True)
    sims = [Simulator(net, seed=5)]
    with mock.patch.object(bundles, "SMALLEST", 10**9):
        sims.append(Simulator(net, seed=5))
    assert [len(tied(sim)) for sim in sims] == [4, 0]
    for sim in sims:
        sim.step(STEPS)
    assert same_spikes(*(all_spikes(sim) for sim in sims))
    for name in SIZES:
        one, other = (sim.state(name, "i_inh") for sim in sims)
        np.testing.assert_allclose(one, other, rtol=1e-12)
        assert one.min() < -0.3


EDITS = (
    Reweighed(33, "S->B", 0.75),
    Rewired(41, "A->C", range(0, 60, 2), [3, 4], [5, 6], [-0.5, -0.5], [2, 7]),
    Reweighed(70, "A->C", -0.25),
)


def changed(sim, stop, edits=EDITS):
    for edit in edits:
        if not sim.now <= edit.step <= stop:
            continue
        sim.step(edit.step - sim.now)
        if isinstance(edit, Reweighed):
            sim.set_weights(edit.projection, edit.weight)
        else:
            delay = np.asarray(edit.delay_steps) * sim.dt
            more = {"pre": edit.pre, "post": edit.post, "weight": edit.weight}
            sim.rewire(edit.projection, drop=edit.drop, delay=delay, **more)
    sim.step(stop - sim.now)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_change_takes_one_apart_with_spikes_under_way(threads):
    net = network()
    sim = Simulator(net, seed=2, threads=threads)
    changed(sim, STEPS)
    assert {names[0][0] for names in tied(sim)} == {"B", "C"}
    law = naive_outcome(net, 0.1, 2, STEPS, EDITS)
    assert spikes_of(sim) == law.spikes
    for name, weight in law.weights.items():
        np.testing.assert_array_equal(sim.weights(name), weight)


@pytest.mark.parametrize("saved", [20, 50])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_checkpoint_says_which_there_are(tmp_path, saved, elsewhere):
    net = network()
    whole = Simulator(net, seed=2)
    changed(whole, saved)
    whole.save(tmp_path / "c")
    there = tied(whole)
    changed(whole, STEPS, [e for e in EDITS if e.step > saved])
    again = Simulator(net, seed=7, threads=2) if elsewhere else whole
    before = spikes_of(whole)
    again.restore(tmp_path / "c")
    assert tied(again) == there
    assert len(there) == (4 if saved == 20 else 2)
    changed(again, STEPS, [e for e in EDITS if e.step > saved])
    assert spikes_of(again) == before
    assert again.connectivity("A->C") == whole.connectivity("A->C")


def test_recorded_weights_stand_alone():
    net = network()
    sim = Simulator(net, record=[Weights("B->A", every=1.0, positions=[0, 5])])
    assert not sim.plan.synapses["B->A"].together
    assert len(tied(sim)) == 3
    sim.run(3.0, callbacks=[Every(1.0, lambda s: s.set_weights("S->A", 0.5))])
    assert len(tied(sim)) == 2


def test_long_rows_and_lone_ones_are_left():
    members = [Simulator(network()).plan.bundles.lay_out("S->A", False) for _ in range(2)]
    assert bundles.worth_tying(members)
    assert not bundles.worth_tying(members[:1])
    with mock.patch.object(bundles, "SHORT", 0.1):
        assert not bundles.worth_tying(members)
    with mock.patch.object(bundles, "LONG_PART", 50):
        assert not bundles.worth_tying(members)


def test_more_parts_than_are_listed_at_once():
    rng = np.random.default_rng(1)
    model = LIF(v_rest=0.0, v_threshold=40.0, v_reset=0.0, tau_mem=8.0)
    times, index = np.repeat([0.0, 0.1, 0.4], 700), np.tile(np.arange(700), 3)
    net = Network(
        Population("S", 700, SpikeSource(times, index)),
        Population("A", 70, model, mode="clock"),
        Population("B", 70, model, mode="clock"),
        [Projection("S", name, edges(rng, 700, 70, 4)) for name in "AB"],
    )
    sim = Simulator(net, threads=2)
    sim.step(20)
    assert len(tied(sim)) == 1
    assert spikes_of(sim) == naive_outcome(net, 0.1, 0, 20).spikes
    assert len(sim.spikes("B")) > 20
