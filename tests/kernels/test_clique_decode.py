"""Packed decoding and merging against the law on unpacked bits."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse.kernels.memory.bit_rows import merge_rows, sum_rows
from neurosparse.kernels.memory.clique_decode import eliminate, reaching_clusters, shared_votes
from neurosparse.sdr import pack, unpack
from tests.strategies import SEEDS


def problem(seed: int, clusters: int, units: int, queries: int, density: float) -> tuple[Any, Any]:
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
SIZES += [("cpu", size) for size in [*SMALL, (4, 65, 3, 0.3), (5, 33, 7, 0.9), (3, 130, 2, 0.02)]]


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


@given(seed=SEEDS, clusters=st.integers(1, 4), units=st.integers(1, 70), density=st.floats(0, 1))
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


@given(seed=SEEDS, n=st.integers(1, 9), m=st.integers(1, 5), merges=st.integers(0, 30))
def test_merging_equals_the_law_in_any_order(seed: int, n: int, m: int, merges: int) -> None:
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 2**63, (m, 2), np.uint64)
    rows, which = (rng.integers(0, k, merges).astype(np.int32) for k in (n, m))
    outs = [np.zeros((n, 2), np.uint64) for _ in range(3)]
    merge_rows(outs[0], rows, words, which, backend="naive")
    merge_rows(outs[1], rows, words, which)
    merge_rows(outs[2], rows[::-1], words, which[::-1])
    assert (outs[0] == outs[1]).all()
    assert (outs[0] == outs[2]).all()


@given(seed=SEEDS, n=st.integers(1, 40), words=st.integers(0, 3), queries=st.integers(0, 4))
def test_summing_rows_equals_the_law(seed: int, n: int, words: int, queries: int) -> None:
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2**64, (n, words), np.uint64, endpoint=False)
    sizes = rng.integers(0, 40, queries)
    indptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rows = rng.integers(0, n, sizes.sum()).astype(np.int32)  # a row may count several times
    law = sum_rows(bits, indptr, rows, backend="naive")
    np.testing.assert_array_equal(sum_rows(bits, indptr, rows), law)
    assert law.shape == (queries, 64 * words)


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
    bits = np.zeros((2, 1), np.uint64)
    one = np.zeros(1, np.int32)
    with pytest.raises(ValueError, match="rows: run from 2 to 2"):
        merge_rows(bits, one + 2, bits, one)
    with pytest.raises(ValueError, match=r"which: got shape \[0\]"):
        merge_rows(bits, one, bits, one[:0])
    with pytest.raises(ValueError, match="words: got uint64"):
        merge_rows(bits, one, np.zeros((1, 2), np.uint64), one)
    with pytest.raises(ValueError, match="backend: got 'gpu'"):
        merge_rows(bits, one, bits, one, backend="gpu")
    with pytest.raises(ValueError, match="indptr: got 1 pointers"):
        sum_rows(bits, np.zeros(1, np.int64), one)
    with pytest.raises(ValueError, match="rows: run from 2 to 2"):
        sum_rows(bits, np.array([0, 1]), one + 2)
    with pytest.raises(ValueError, match="bits: got int64"):
        sum_rows(bits.astype(np.int64), np.array([0, 1]), one)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="backend: got 'gpu'"):
        sum_rows(bits, np.array([0, 1]), one, backend="gpu")
