"""Ranks give the bits of one process, whatever is declared, cut, saved and gone on with."""

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
import pytest

from neurosparse.distributed import RanksError, rehearse
from neurosparse.engine import (
    Every,
    Rates,
    Simulator,
    Spikes,
    States,
    Structural,
    Weights,
    bundles,
    layout,
    modes,
)
from neurosparse.network import Graded, Logistic, Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource, SpikeSource
from neurosparse.stimuli import OUCurrent, PoissonInput
from neurosparse.wiring import Bernoulli, FixedInDegree, Normal, Uniform
from tests.distributed.shared import differing, differing_checkpoints, outcome, run
from tests.engine.networks import small_network
from tests.laws import combinations
from tests.laws.combined_changes import drawn_edits


def check(drawn, size, threads):
    """The same combination in one process and on ranks; restored on another number of ranks."""
    network = combinations.drawn_network(drawn)
    edits = drawn_edits(drawn, network)
    smallest = 0 if drawn.tied else bundles.SMALLEST
    with (
        mock.patch.object(layout, "LONG_PART", 0 if drawn.cut else layout.LONG_PART),
        mock.patch.object(modes, "WINDOW", 20),
        mock.patch.object(bundles, "SMALLEST", smallest),
        TemporaryDirectory() as folder,
    ):
        alone, shared = Path(folder, "alone"), Path(folder, "shared")
        parts = (drawn, edits, network)
        expected = run(*parts, "cpu", threads, alone)
        for each in rehearse(size, lambda r: run(*parts, r, threads, shared), timeout=30):
            assert not differing(expected, each)
        for moment in ("way", "end"):
            assert not differing_checkpoints(alone / moment, shared / moment)

        def goes_on(backend, path):
            sim = Simulator(network, seed=9, backend=backend)
            sim.restore(path)
            sim.step(20)
            return outcome(sim)

        expected = goes_on("cpu", alone / "end")
        on_others = rehearse(5 - size, lambda r: goes_on(r, shared / "end"), timeout=30)
        assert not differing(expected, on_others[0])
    return expected


DRAWN = combinations.Drawn
EVERYTHING = {"rewired": True, "reweighed": True, "saved": True}


# what else there is, drawn by the hundred: benchmarks/ranks.py
@pytest.mark.parametrize(
    ("drawn", "size", "threads"),
    [
        (DRAWN("fixed", True, "clock", 1, False, tied=True, **EVERYTHING), 2, 2),
        (DRAWN("fixed", False, "event", 1, True, alike=True), 4, 1),
        (DRAWN("pair", True, "auto", 1, True, **EVERYTHING), 3, 1),
        (DRAWN("dopamine", False, "clock", 1, True, alike=True, **EVERYTHING), 2, 1),
    ],
)
def test_ranks_give_the_bits_of_one_process(drawn, size, threads):
    expected = check(drawn, size, threads)
    assert len(expected["spikes"]["S"]) > 5
    assert len(expected["spikes"]["E"]) > 20


def busy_network(**given):
    """Several lanes, draws, delays of 0 to 4 ms, noise, sources of both kinds."""
    model = LIFExp(v_rest=0.0, v_threshold=6.0, v_reset=0.0)
    times = np.arange(1.0, 30.0)
    return Network(
        Population("E", 200, model, **given),
        Population("I", 75, model, **given),
        Population("P", 130, PoissonSource(60.0)),
        Population("L", 70, SpikeSource(times, np.arange(29) * 2)),
        Projection("E", "E", Bernoulli(0.1), weight=Normal(0.8, 0.2), delay=1.5),
        Projection("E", "I", FixedInDegree(20), weight=0.9, delay=Uniform(0.5, 4.0)),
        Projection("I", "E", FixedInDegree(9), weight=-0.8, delay=0.8),
        Projection("P", "E", Bernoulli(0.3), weight=2.5, delay=0.0),
        Projection("L", "I", Bernoulli(0.3), weight=4.0, delay=1.0),
        PoissonInput("I", rate=900.0, weight=0.9),
        OUCurrent("E", amplitude=1.5, tau=3.0),
    )


RECORDED = [
    Spikes("E"),
    Rates("I", bin=1.0),
    States("E", "v", indices=[150, 3, 70], every=0.5),
    Weights("I->E", positions=[5, 900, 44], every=2.0),
]


def recorded(sim):
    sim.run(12.3)
    records = [sim.recorded(request) for request in RECORDED]
    arrays = [v for r in records for v in vars(r).values() if isinstance(v, np.ndarray)]
    return {str(k): array for k, array in enumerate(arrays)}


def test_records_are_whole_on_every_rank():
    def of(backend):
        return recorded(Simulator(busy_network(), record=RECORDED, backend=backend))

    expected = of("cpu")
    assert sum(map(np.size, expected.values())) > 500
    for each in rehearse(3, of, timeout=30):
        assert not differing(expected, each)


def test_a_store_is_written_as_by_one_process(tmp_path):
    def of(backend, path):
        with Simulator(busy_network(), record=RECORDED, store=path, backend=backend) as sim:
            sim.run(5.0)
            if backend == "cpu" or backend.leads:
                return recorded(sim)
            with pytest.raises(ValueError, match="rank 0"):
                sim.spikes("E")
            sim.run(12.3)
            return None

    expected = of("cpu", tmp_path / "alone")
    got = rehearse(2, lambda r: of(r, tmp_path / "shared"), timeout=30)
    assert not differing(expected, got[0])


def test_callbacks_conditions_and_structural_rules_are_those_of_all():
    def of(backend):
        sim = Simulator(small_network(np.random.default_rng(1), n=150), backend=backend)
        rule = Structural("A->A", weight=0.5)
        sim.run(12.0, callbacks=[Every(4.0, rule)])
        assert sim.run_until(lambda s: len(s.spikes("A").i) > 900, every=1.0, limit=60.0)
        return outcome(sim)

    expected = of("cpu")
    for each in rehearse(3, of, timeout=30):
        assert not differing(expected, each)


def test_an_error_of_one_rank_is_one_of_all():
    def of(ranks):
        sim = Simulator(busy_network(), backend=ranks)

        def fails(simulator):
            if ranks.rank == 1:
                raise ValueError("no such thing")

        with pytest.raises(ValueError, match="no such thing") as error:
            sim.run(5.0, callbacks=[Every(2.0, fails)])
        sim.run(1.0)
        return str(error.value), sim.now

    assert rehearse(2, of, timeout=30) == [
        ("rank 1 of 2: no such thing", 30),
        ("no such thing", 30),
    ]


def test_ranks_that_do_different_things_say_so():
    def of(ranks):
        sim = Simulator(busy_network(), backend=ranks)
        return sim.state("E", "v") if ranks.rank else sim.weights("E->E")

    with pytest.raises(RanksError, match=r"rank 0 is \"weights.*rank 1 is \"state"):
        rehearse(2, of, timeout=30)


@pytest.mark.parametrize(("given", "named"), [({"seed": 1}, "seed"), ({"dt": 0.2}, "dt")])
def test_other_settings_on_a_rank_are_refused(given, named):
    def of(ranks):
        Simulator(busy_network(), backend=ranks, **(given if ranks.rank else {}))

    with pytest.raises(RanksError, match=f"'{named}' differs between rank 0 and rank 1"):
        rehearse(2, of, timeout=30)


def test_another_network_on_a_rank_is_refused():
    def of(ranks):
        threshold = 5.0 + ranks.rank
        net = Network(Population("E", 9, LIF(v_rest=0, v_reset=0, v_threshold=threshold)))
        Simulator(net, backend=ranks)

    with pytest.raises(RanksError, match="population 'E' differs"):
        rehearse(3, of, timeout=30)


def test_a_rule_that_draws_columns_draws_no_others(monkeypatch):
    from neurosparse.kernels.graphs import wire

    drawn = []
    original = wire.fixed_columns

    def counted(degree, *more):
        drawn.append(int(degree.sum()))
        return original(degree, *more)

    monkeypatch.setattr(wire, "fixed_columns", counted)
    net = Network(
        Population("E", 200, LIF()),
        Population("one", 3, LIF()),
        Projection("E", "E", FixedInDegree(10), weight=0.5, delay=1.0),
        Projection("E", "one", FixedInDegree(4), weight=0.5, delay=1.0),
    )
    spans = rehearse(2, lambda ranks: Simulator(net, backend=ranks).plan.groups["E"].bounds)
    own = [10 * (min(int(b[-1]), 200) - int(b[0])) for b in spans]
    assert sorted(drawn) == sorted([*own, 12, 0])


def test_synapses_that_carry_values_are_refused():
    net = Network(
        Population("E", 9, LIF(), mode="clock"),
        Projection("E", "E", FixedInDegree(2), transmits=Graded("v", Logistic(-50.0, 5.0))),
    )
    with pytest.raises(ValueError, match="'E->E' transmits values"):
        rehearse(2, lambda ranks: Simulator(net, backend=ranks), timeout=30)


def test_a_disk_that_is_full_stops_all_ranks_at_one_step(tmp_path):
    def of(ranks):
        sim = Simulator(busy_network(), store=tmp_path / "run", backend=ranks)
        sim.run(1.0)
        words = "no space left" if ranks.leads else "rank 0 of 2: no space left"
        full = mock.Mock(side_effect=OSError("no space left"))
        with pytest.MonkeyPatch.context() as patch:
            if ranks.leads:
                patch.setattr(sim.store, "keep_up", full)
            with pytest.raises(OSError, match=words):
                sim.run(2.0)
        stopped = sim.now
        sim.run(1.0)
        sim.close()
        return stopped, sim.now

    first, second = rehearse(2, of, timeout=30)
    assert first == second
    assert 10 < first[0] == first[1] - 10
