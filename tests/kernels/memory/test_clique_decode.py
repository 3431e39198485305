"""Decoding in clustered bit matrices against its law."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse.kernels.memory.clique_decode import (
    eliminate,
    reaching_clusters,
    shared_votes,
)
from neurosparse.sdr import pack, unpack
from tests.strategies import SEEDS


def problem(
    seed: int, clusters: int, units: int, queries: int, density: float
) -> tuple[Any, Any]:
    """Random symmetric links, inside clusters too, and states; both packed."""
    rng = np.random.default_rng(seed)
    n = clusters * units
    linked = np.triu(rng.random((n, n)) < density)
    linked |= linked.T
    active = rng.random((queries, clusters, units)) < 0.4
    links = pack(linked.reshape(n * clusters, units)).reshape(clusters, units, clusters, -1)
    return links, pack(active.reshape(queries * clusters, units)).reshape(
        queries, clusters, links.shape[3]
    )


SMALL = [(1, 1, 1, 0.5), (2, 3, 2, 0.6), (2, 65, 1, 0.3), (3, 64, 0, 0.3)]


SIZES = [("gpu", size) for size in SMALL]  # interpreted: slow


@pytest.mark.parametrize(("backend", "size"), SIZES)
def test_scores_equal_the_law(backend: str, size: tuple[int, int, int, float]) -> None:
    links, states = problem(1, *size)
    for score in (reaching_clusters, shared_votes):
        law = score(links, states, backend="naive")
        np.testing.assert_array_equal(score(links, states, backend=backend), law)
        assert law.shape == (size[2], size[0], size[1])


@pytest.mark.parametrize(("backend", "size"), SIZES)
@pytest.mark.parametrize("passes", [1, 50])
def test_elimination_equals_the_law(
    backend: str, size: tuple[int, int, int, float], passes: int
) -> None:
    links, states = problem(2, *size)
    law = eliminate(links, states, passes, backend="naive")
    got = eliminate(links, states, passes, backend=backend)
    np.testing.assert_array_equal(got.states, law.states)
    np.testing.assert_array_equal(got.passes, law.passes)


@given(
    seed=SEEDS,
    clusters=st.integers(1, 4),
    units=st.integers(1, 70),
    density=st.floats(0, 1),
)
@settings(max_examples=30)
def test_what_is_left_is_the_largest_supported_part(
    seed: int, clusters: int, units: int, density: float
) -> None:
    links, states = problem(seed, clusters, units, 2, density)
    left = eliminate(links, states, 10_000).states
    assert not (left & ~states).any()
    assert (eliminate(links, left, 1).states == left).all()
    assert (eliminate(links, states, 10_000, backend="naive").states == left).all()


def test_something_is_dropped_and_something_stays() -> None:
    links, states = problem(3, 3, 64, 20, 0.06)
    left = eliminate(links, states, 100)
    on = [unpack(s.reshape(60, -1), 64).sum() for s in (states, left.states)]
    assert 0 < on[1] < on[0]
    assert left.passes.max() > 1


def test_what_does_not_fit_is_refused() -> None:
    links, states = problem(0, 2, 3, 4, 0.5)
    with pytest.raises(ValueError, match=r"links: got float64"):
        reaching_clusters(links.astype(float), states)  # type: ignore[arg-type]
    with pytest.raises(
        ValueError, match=r"states: got uint64\[4, 1, 1\], want uint64 \[queries, 2, 1\]"
    ):
        shared_votes(links, states[:, :1])
    with pytest.raises(ValueError, match=r"links: 2 words hold no 3 units"):
        reaching_clusters(np.repeat(links, 2, axis=3), np.repeat(states, 2, axis=2))
    with pytest.raises(ValueError, match="passes: got 0"):
        eliminate(links, states, 0)
    with pytest.raises(ValueError, match="backend: got 'tpu'"):
        eliminate(links, states, 1, backend="tpu")
