"""Drawing for several projections at once, in pieces, in the order of what takes most memory."""

import numpy as np
import pytest

from neurosparse import Network, Population, Projection
from neurosparse.connectivity import Connectivity
from neurosparse.engine import draws
from neurosparse.kernels.graphs import wire
from neurosparse.neurons import LIF
from neurosparse.wiring import FixedTotal, LogNormal, Normal, OneToOne, Uniform
from neurosparse.wiring.values import DELAYS, WEIGHTS, key


def projection(**values):
    return Projection("A", "B", FixedTotal(500, multapses=True), **values)


def test_draws_in_pieces_are_draws_at_once(monkeypatch):
    """The law: a delay in ms to the nearest step, halves up, whatever the pieces."""
    values = {"weight": LogNormal(1.0, 0.5), "delay": Normal(1.5, 0.5, low=0.05)}
    monkeypatch.setattr(draws, "PIECE", 7)
    drawn = draws.wire(projection(**values), 20, 30, np.random.default_rng(3), 0.1)
    rng = np.random.default_rng(3)
    built = FixedTotal(500, multapses=True).build(20, 30, rng)
    np.testing.assert_array_equal(drawn.indices, built.indices)
    rows = (built.indptr, built.indices)
    words = wire.pair_words(rows, 0, 500, WEIGHTS, key(rng), backend="naive")
    np.testing.assert_array_equal(drawn.weight, values["weight"].of_words(words))
    words = wire.pair_words(rows, 0, 500, DELAYS, key(rng), backend="naive")
    in_ms = values["delay"].of_words(words).astype(np.float64)
    whole = np.floor(in_ms / 0.1 + 0.5)
    np.testing.assert_array_equal(drawn.delay_steps, whole)
    assert len(np.unique(whole)) > 9


def test_several_at_once_are_one_after_the_other(monkeypatch):
    projections = [projection(weight=Uniform(0.0, k + 1.0)) for k in range(5)]
    runs = []
    for several in (0, 1 << 30):
        monkeypatch.setattr(draws, "SEVERAL", several)
        rngs = [np.random.default_rng(k) for k in range(5)]
        rows = [draws.connect(p, 20, 30, r) for p, r in zip(projections, rngs, strict=True)]
        runs.append(draws.draw_all(projections, rows, rngs, 0.1))
    for together, alone in zip(*runs, strict=True):
        np.testing.assert_array_equal(together.weight, alone.weight)
    assert runs[0][4].weight.max() > 4


@pytest.mark.parametrize(
    "delay",
    [lambda n, rng: np.full(n, np.nan), lambda n, rng: -np.ones(n), lambda n, rng: 1.0],
)
def test_delays_that_are_none(delay):
    with pytest.raises(ValueError, match=r"nnz = 500 draws in ms"):
        draws.wire(projection(delay=delay), 20, 30, np.random.default_rng(3), 0.1)


def test_arrays_of_others_stay_theirs():
    own = np.ones(500, np.float32)
    drawn = draws.wire(
        projection(weight=lambda n, rng: own), 20, 30, np.random.default_rng(3), 0.1
    )
    own[0] = 7
    assert drawn.weight.max() == 1
    assert own.flags.writeable


def test_most_synapses_come_first():
    network = Network(
        Population("A", 30, LIF()),
        Population("B", 30, LIF()),
        Population("C", 5, LIF()),
        Projection("A", "C", FixedTotal(9)),
        Projection("C", "C", Connectivity.from_dense(np.ones((5, 5)))),
        Projection("B", "B", OneToOne(), label="one"),
        Projection("B", "B", FixedTotal(20), label="two"),
    )
    names = [[p.name for p in part] for part in draws.by_population(network)]
    assert [len(part) for part in names] == [2, 1, 1]
    assert names[1:] == [["C->C"], ["A->C"]]
