"""What one process does, against networks declared by hand."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse import (
    Network,
    PoissonSource,
    Population,
    Projection,
    Simulator,
    StepCurrent,
)
from neurosparse.connectivity import Connectivity
from neurosparse.experiment import Inject, Lesion, Silence, Stimulate
from neurosparse.experiment.bench import Bench, job_of
from neurosparse.experiment.running import draw
from tests.experiment.small import BRAIN, MODEL, N, experiment

SENSE = BRAIN.where(type="sense")
RELAY = BRAIN.where(type="relay")
OUT = BRAIN.where(type="out")


def run(tmp_path: Path, *parts, **options):
    design = experiment([parts] if parts else [], trials=2, **options)
    draw(design, 0, tmp_path)
    return Bench(job_of(design), tmp_path).run(0, len(design.arms) - 1), job_of(
        design
    ).seeds


def by_hand(seed: int, *more, wiring=None, silence=(), at=(0.0, 100.0)) -> np.ndarray:
    """Spike counts of a trial in a network without any help."""
    whole = BRAIN.connectivity if wiring is None else wiring
    onto = Connectivity.from_edges(range(15), SENSE.indices, n_pre=15, n_post=N)
    network = Network(
        Population("E", N, MODEL),
        Projection("E", "E", whole.with_weight(whole.weights_array() * 1.5), delay=1.8),
        Population("in", 15, PoissonSource(60.0)),
        Projection("in", "E", onto, weight=80.0, delay=0.0),
        *more,
    )
    sim = Simulator(network, seed=seed)
    sim.run(at[0])
    sim.silence("E", silence)
    sim.run(at[1] - at[0])
    sim.release("E", silence)
    sim.run(100.0 - at[1])
    return sim.spikes("E").count()


def same(outcome, seeds, *more, **options) -> None:
    each = [by_hand(seed, *more, **options) for seed in seeds]
    assert np.array_equal(outcome.counts, sum(each))
    for rates, counts in zip(outcome.rates, each, strict=True):
        assert rates[3] == pytest.approx(counts[:15].mean() * 10)
    assert outcome.counts.sum() > 100


def test_intact(tmp_path: Path) -> None:
    outcome, seeds = run(tmp_path)
    same(outcome, seeds)
    first = by_hand(seeds[0])
    assert np.array_equal(np.bincount(outcome.neuron, minlength=N), first)
    late, _ = run(tmp_path / "late", warmup=50.0)
    assert late.counts.sum() < outcome.counts.sum()


def test_silenced_all_along_and_for_a_while(tmp_path: Path) -> None:
    outcome, seeds = run(tmp_path, Silence(RELAY), Silence(OUT))
    both = np.concatenate([RELAY.indices, OUT.indices])
    same(outcome, seeds, silence=both)
    assert not outcome.counts[both].any()
    window = Silence(RELAY, start=30.0, stop=60.0)
    outcome, seeds = run(tmp_path / "b", window)
    same(outcome, seeds, silence=RELAY.indices, at=(30.0, 60.0))
    inner = Silence(RELAY, start=40.0, stop=50.0)
    other, _ = run(tmp_path / "c", window, inner)
    assert np.array_equal(other.counts, outcome.counts)


def test_cut(tmp_path: Path) -> None:
    pre, post = BRAIN.connectivity.edges()
    cut = np.isin(pre, RELAY.indices) & np.isin(post, OUT.indices)
    outcome, seeds = run(tmp_path, Lesion(RELAY, OUT))
    same(outcome, seeds, wiring=BRAIN.connectivity.without(cut))
    deaf, seeds = run(tmp_path / "b", Silence(OUT, of="input"))
    wiring = BRAIN.connectivity.without(np.isin(post, OUT.indices))
    same(deaf, seeds, wiring=wiring)
    assert not deaf.counts[OUT.indices].any()


def test_driven_too(tmp_path: Path) -> None:
    on = [(10.0, 40.0), (50.0, 80.0)]
    outcome, seeds = run(tmp_path, Stimulate(OUT, 90.0, 80.0, on=on))
    onto = Connectivity.from_edges(range(15), OUT.indices, n_pre=15, n_post=N)
    more = []
    for k, (start, stop) in enumerate(on):
        source = PoissonSource(90.0, start=start, stop=stop)
        more += [Population(f"more {k}", 15, source)]
        more += [Projection(f"more {k}", "E", onto, weight=80.0, delay=0.0)]
    same(outcome, seeds, *more)
    amplitude = np.zeros(N)
    amplitude[OUT.indices] = 12.0
    outcome, seeds = run(tmp_path / "b", Inject(OUT, 12.0, stop=50.0))
    same(outcome, seeds, StepCurrent("E", amplitude=amplitude, start=0.0, stop=50.0))
