"""Rewired graphs keep what they say, and differ from the connectome."""

import numpy as np
import pytest

from neurosparse.connectome import Connectome
from neurosparse.datasets import c_elegans
from neurosparse.experiment import Control, Rewired
from neurosparse.experiment.controls import KEEP, positions_of
from tests.experiment.small import BRAIN, TYPES


def blocks(wiring) -> np.ndarray:
    kinds, place = np.unique(TYPES, return_inverse=True)
    pre, post = wiring.edges()
    table = np.zeros((len(kinds), len(kinds)), int)
    np.add.at(table, (place[pre], place[post]), 1)
    return table


@pytest.mark.parametrize("keep", KEEP)
def test_what_is_kept(keep) -> None:
    control = Rewired(keep, graphs=2)
    assert isinstance(control, Control)
    wiring = BRAIN.connectivity
    graph = control.draw(BRAIN, np.random.default_rng(1))
    assert graph != wiring
    assert np.array_equal(graph.in_degree, wiring.in_degree)
    assert np.array_equal(graph.out_degree, wiring.out_degree)
    twin = BRAIN.rewired(graph, control.name)
    assert np.array_equal(twin.inhibits(), BRAIN.inhibits())
    if keep == "types":
        assert np.array_equal(blocks(graph), blocks(wiring))
    else:
        assert not np.array_equal(blocks(graph), blocks(wiring))
    again = control.draw(BRAIN, np.random.default_rng(1))
    assert again == graph


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="Rewired.keep: got 'signs'"):
        Rewired("signs")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="graphs"):
        Rewired("degrees", 0)
    worm = c_elegans()
    with pytest.raises(ValueError, match="column: got 'x'"):
        Rewired("distances").draw(worm, np.random.default_rng(0))
    with pytest.raises(ValueError, match="has no other such graph"):
        Rewired("types").draw(worm, np.random.default_rng(0))


def test_unknown_positions_are_the_mean() -> None:
    table = {"x": [0.0, np.nan, 4.0], "y": [0.0, 1.0, 2.0], "z": [0.0, 0.0, 0.0]}
    wiring = c_elegans().connectivity.select([0, 1, 2], [0, 1, 2])
    assert positions_of(Connectome(wiring, table))[1].tolist() == [2.0, 1.0, 0.0]
    nowhere = dict.fromkeys("xyz", [np.nan] * 3)
    with pytest.raises(ValueError, match="x, y, z"):
        positions_of(Connectome(wiring, nowhere))
