"""What theory says of attractor networks."""

import numpy as np
import pytest

from neurosparse.memory import (
    dense_memory_capacity,
    exponential_memory_capacity,
    hopfield_network_critical_load,
    hopfield_network_one_step_error,
    hopfield_network_overlap,
)


@pytest.mark.parametrize(
    ("load", "m"), [(0.05, 0.999992), (0.10, 0.99800), (0.13, 0.98721), (0.137, 0.97544)]
)
def test_the_overlap_of_theory(load: float, m: float) -> None:
    assert hopfield_network_overlap(load) == pytest.approx(m, abs=1e-5)


def test_where_retrieval_ends() -> None:
    assert hopfield_network_critical_load() == pytest.approx(0.1379, abs=1e-4)
    assert hopfield_network_overlap(
        hopfield_network_critical_load() - 1e-5
    ) == pytest.approx(0.967, abs=2e-3)
    assert hopfield_network_overlap(0.15) == 0


def test_capacities_beyond_every_number_are_infinite() -> None:
    assert dense_memory_capacity(1000, 120) < dense_memory_capacity(10**6, 60) < np.inf
    assert (
        dense_memory_capacity(10**6, 80)
        == exponential_memory_capacity(10_000, 0.0)
        == np.inf
    )
    assert dense_memory_capacity(100, 3) == pytest.approx(100**2 / (6 * np.log(100)))


def test_theory_refuses_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="load: got -1"):
        hopfield_network_one_step_error(-1)
    with pytest.raises(ValueError, match="share_wrong: got 0.5"):
        exponential_memory_capacity(10, 0.5)
