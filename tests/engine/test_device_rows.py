"""Projections as a GPU reads them: rows sorted by delay, what all copies share, integer weights."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.engine.device_rows import largest, rows_of, scale_of
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import AllToAll, Copies, FromData


def test_weights_become_integers_by_a_number_that_float32_holds():
    assert scale_of(0.75) == scale_of(1.0) == 2.0**40
    assert np.isfinite(np.float32([scale_of(1e-40), scale_of(1e30)])).all()


def synapses_of(projection, n_pre=3, n_post=4):
    parts = [Population("S", n_pre, PoissonSource(1.0)), Population("E", n_post, LIF())]
    sim = Simulator(Network(*parts, projection))
    return sim.plan.synapses["S->E"]


def kept(array):
    return array


def test_rows_are_sorted_by_delay_with_a_segment_each():
    wiring = Connectivity.from_edges(
        [0, 0, 0, 2, 2],
        [0, 1, 2, 1, 3],
        n_pre=3,
        n_post=4,
        weight=[1.0, 2.0, 3.0, 4.0, 5.0],
        delay_steps=[7, 2, 7, 5, 2],
    )
    rows = rows_of(synapses_of(Projection("S", "E", wiring)), kept)
    assert rows.delays.tolist() == [2, 5, 7]
    assert np.diff(rows.segments).tolist() == [1, 0, 2, 0, 0, 0, 1, 1, 0]
    assert rows.indices.tolist() == [1, 0, 2, 3, 1]
    assert rows.weights.tolist() == [2.0, 1.0, 3.0, 5.0, 4.0]
    assert rows.each


@pytest.mark.parametrize(
    ("weight", "stored", "per_copy"),
    [(None, 4, 0), ([0.5, 0.25], 2, 1)],
    ids=["alike", "two"],
)
def test_copies_share_their_rows(weight, stored, per_copy):
    one = Connectivity.from_edges(
        [0, 0, 1, 2], [0, 1, 1, 0], n_pre=3, n_post=2, weight=[1.0, 2.0, 3.0, 4.0]
    )
    copies = Projection("S", "E", Copies(FromData(one), 2, weight=weight))
    rows = rows_of(synapses_of(copies, n_pre=6), kept)
    assert (rows.n_pre, rows.n_post, rows.per_copy) == (3, 2, per_copy)
    assert rows.indices.tolist() == [0, 1, 1, 0]
    assert len(rows.weights) == stored


def test_the_largest_weight_counts_what_may_be_learned():
    rule = PairSTDP(0.1, 0.1, w_max=2.0)
    assert largest(synapses_of(Projection("S", "E", AllToAll(), weight=-0.5))) == 0.5
    learns = Projection("S", "E", AllToAll(), weight=0.5, plasticity=rule)
    assert largest(synapses_of(learns)) == 2.0
