"""Populations: where their neurons are, and what wirings by distance make of it."""

from typing import Any

import numpy as np
import pytest

from neurosparse import LIF, Network, Population, Projection, Simulator
from neurosparse.wiring import Disc, DistanceDependent

GRID = np.stack(np.meshgrid(np.arange(4.0), np.arange(3.0)), axis=-1).reshape(-1, 2)
NEAR = DistanceDependent(kernel=Disc(1.0, 1.0), allow_self=False)


def test_a_population_at_positions() -> None:
    places = GRID.copy()
    population = Population.at("E", places, LIF(), mode="clock")
    assert (population.n, population.mode) == (12, "clock")
    places[:] = 0  # the caller's array
    np.testing.assert_array_equal(population.positions, GRID)


def test_wirings_by_distance_go_by_the_positions_of_the_populations() -> None:
    net = Network(Population.at("E", GRID, LIF()), Projection("E", "E", NEAR))
    with Simulator(net) as simulator:
        degree = simulator.connectivity("E->E").out_degree.reshape(3, 4)
    # neighbours on a grid: 2 at corners, 3 along borders, 4 inside
    np.testing.assert_array_equal(degree, [[2, 3, 3, 2], [3, 4, 4, 3], [2, 3, 3, 2]])
    assert NEAR.positions is None


def test_parts_take_their_part_of_the_positions() -> None:
    line = np.arange(6.0)[:, None]
    net = Network(
        Population.at("E", GRID[:, :1], LIF()),
        Population.at("I", line, LIF()),
        Projection("E[:4]", "I[::2]", DistanceDependent(kernel=Disc(1.0, 0.5))),
    )
    with Simulator(net) as simulator:
        pre, post = simulator.connectivity("E[:4]->I[::2]").edges()
    assert list(zip(pre.tolist(), post.tolist(), strict=True)) == [(0, 0), (2, 2)]


def test_positions_of_a_rule_come_first() -> None:
    far = DistanceDependent(GRID * 10, Disc(1.0, 1.0), allow_self=False)
    net = Network(Population.at("E", GRID, LIF()), Projection("E", "E", far))
    with Simulator(net) as simulator:
        assert simulator.connectivity("E->E").nnz == 0


def test_a_rule_without_positions_is_refused_before_anything_is_built() -> None:
    with pytest.raises(ValueError, match=r"'E->E'.*positions: got None.*Population.at"):
        Network(Population("E", 12, LIF()), Projection("E", "E", NEAR))
    with pytest.raises(ValueError, match=r"positions: got None.*DistanceDependent\("):
        NEAR.build(12, 12)


@pytest.mark.parametrize(
    ("positions", "says"),
    [
        (np.arange(12.0), "shape"),
        (GRID[:5], "shape"),
        (np.full((12, 2), np.nan), "finite"),
        (np.full((12, 2), "x"), "numbers"),
    ],
)
def test_positions_that_cannot_be_meant(positions: Any, says: str) -> None:
    with pytest.raises(ValueError, match=rf"Population\('E'\).positions: got.*{says}"):
        Population("E", 12, LIF(), positions=positions)
    with pytest.raises(ValueError, match=r"positions: got"):
        Population.at("E", np.arange(3.0), LIF())
