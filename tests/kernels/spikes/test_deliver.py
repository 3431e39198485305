"""Delivery by rows and by ring, row segments: compiled against the law, odd sizes and empties
included.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.engine.slices import row_segments, slices
from neurosparse.kernels.spikes.deliver import naive
from neurosparse.kernels.spikes.deliver.cpu import (
    deliver_parts,
    deliver_rows,
    deliver_rows_late,
    drain,
    find_parts,
    find_segments,
    list_parts,
    most_arriving,
)
from tests.strategies import SEEDS, connectivities

REALS = st.sampled_from([np.float32, np.float64])
INDICES = st.sampled_from([np.uint16, np.uint32])


def fired(rng, n_pre, many):
    """Spikes in any number, 0 and 1 included, ascending as in a log."""
    return (
        np.sort(rng.integers(0, n_pre, many)).astype(np.int32)
        if n_pre
        else np.zeros(0, np.int32)
    )


def weights(c, rng, scalar):
    """Eighths, so that sums are exact in any order and precision."""
    size = 1 if scalar else c.nnz
    return (rng.integers(-64, 64, size) / 8).astype(np.float32)


@given(connectivities(), SEEDS, REALS, INDICES, st.booleans(), st.integers(0, 30))
def test_rows(c, seed, real, index, scalar, many):
    rng = np.random.default_rng(seed)
    spikes = fired(rng, c.n_pre, many)
    weight = weights(c, rng, scalar)
    indices = c.indices.astype(index)
    law = np.ones(c.n_post, real)
    fast = np.ones(c.n_post, real)
    naive.deliver(spikes, c.indptr, indices, weight, law)
    more = np.concatenate([spikes, fired(rng, c.n_pre, 5)])
    deliver_rows(more, spikes.size, c.indptr[:-1], c.indptr[1:], 1, indices, weight, fast)
    np.testing.assert_array_equal(fast, law)
    assert fast.dtype == real


@pytest.mark.parametrize("scalar", [True, False])
@pytest.mark.parametrize("index", [np.uint16, np.uint32])
def test_rows_of_all_lengths_around_a_block(scalar, index):
    rng = np.random.default_rng(0)
    degree = np.array([0, 1, 15, 16, 17, 31, 33, 200, 0, 48])
    indptr = np.concatenate([[0], np.cumsum(degree)])
    indices = np.concatenate(
        [np.sort(rng.choice(300, d, replace=False)) for d in degree]
    ).astype(index)
    weight = rng.normal(size=1 if scalar else len(indices)).astype(np.float32)
    spikes = np.array([7, 0, 3, 3, 8, 9, 1, 2, 4, 5, 6], np.int32)
    for n in range(len(spikes) + 1):
        law, fast = np.zeros(300), np.zeros(300)
        naive.deliver(spikes[:n], indptr, indices, weight, law)
        deliver_rows(spikes, n, indptr[:-1], indptr[1:], 1, indices, weight, fast)
        np.testing.assert_array_equal(fast, law)
    assert np.count_nonzero(law) > 200


@given(
    connectivities(),
    SEEDS,
    REALS,
    INDICES,
    st.booleans(),
    st.integers(0, 30),
    st.integers(0, 700),
)
def test_rows_into_a_ring(c, seed, real, index, scalar, many, step):
    rng = np.random.default_rng(seed)
    spikes = fired(rng, c.n_pre, many)
    weight = weights(c, rng, scalar)
    indices = c.indices.astype(index)
    delay = rng.integers(0, 6, c.nnz).astype(rng.choice([np.uint8, np.uint16]))
    law = np.zeros((6, c.n_post), real)
    fast = np.zeros((6, c.n_post), real)
    naive.deliver_late(spikes, step, c.indptr, indices, weight, delay, law)
    filled = np.zeros(6, np.uint8)
    ends = (c.indptr[:-1], c.indptr[1:], 1)
    deliver_rows_late(spikes, step, *ends, indices, weight, delay, fast, filled)
    np.testing.assert_array_equal(fast, law)
    assert not fast[filled == 0].any()
    passed = [k for i in spikes for k in range(c.indptr[i], c.indptr[i + 1])]
    assert set(np.flatnonzero(filled)) == {(step + int(delay[k])) % 6 for k in passed}


@pytest.mark.parametrize("n_threads", [1, 2, 3, 5])
@pytest.mark.parametrize(("n_pre", "n_post"), [(1, 1), (40, 64), (37, 257), (200, 1000)])
@pytest.mark.parametrize("index", [np.uint16, np.uint32])
def test_threads_deliver_their_slices(n_threads, n_pre, n_post, index):
    rng = np.random.default_rng(n_post)
    degree = rng.integers(0, 30, n_pre)
    degree[0] = 30
    indptr = np.concatenate([[0], np.cumsum(degree)])
    indices = np.concatenate([np.sort(rng.integers(0, n_post, d)) for d in degree]).astype(
        index
    )
    weight = rng.normal(size=len(indices)).astype(np.float32)
    bounds = slices(n_post, n_threads)
    pointers, stride = row_segments(indptr, indices, bounds)
    spikes = np.sort(rng.choice(n_pre, max(n_pre // 2, 1), replace=False)).astype(np.int32)
    law, fast = np.zeros(bounds[-1]), np.zeros(bounds[-1])
    naive.deliver(spikes, indptr, indices, weight, law)
    for thread in range(n_threads):
        before = fast.copy()
        deliver_rows(
            spikes,
            spikes.size,
            pointers[thread:],
            pointers[thread + 1 :],
            stride,
            indices,
            weight,
            fast,
        )
        outside = np.ones(len(fast), bool)
        outside[bounds[thread] : bounds[thread + 1]] = False
        assert np.array_equal(fast[outside], before[outside])
    np.testing.assert_array_equal(fast, law)
    assert np.abs(law).sum() > 0


@given(connectivities(), st.lists(st.integers(0, 12), max_size=4))
def test_segments_are_where_rows_cross_the_bounds(c, cuts):
    bounds = np.array([0, *sorted(cuts), max([c.n_post, *cuts])], np.int64)
    table = np.full((c.n_pre, len(bounds)), -1)
    find_segments(c.indptr, c.indices.astype(np.uint16), bounds, table)
    for i in range(c.n_pre):
        row = c.indices[c.indptr[i] : c.indptr[i + 1]]
        inner = c.indptr[i] + np.searchsorted(row, bounds[1:-1])
        assert table[i].tolist() == [c.indptr[i], *inner, c.indptr[i + 1]]


@pytest.mark.parametrize("n", [0, 1, 7, 64, 1001])
@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_drain_moves_and_empties(n, real):
    rng = np.random.default_rng(n)
    slot = rng.normal(size=n).astype(real)
    target = rng.normal(size=n).astype(real)
    expected = target + slot
    drain(slot, target)
    np.testing.assert_array_equal(target, expected)
    assert not slot.any()


@given(connectivities(), SEEDS, st.booleans(), st.integers(0, 30), st.integers(1, 9))
def test_listed_parts_are_rows(c, seed, scalar, many, room):
    """Spikes of two threads and of four steps, rows of one delay and of three, lists that are too
    short; what left before the epoch does not arrive.
    """
    rng = np.random.default_rng(seed)
    delays = np.array([3, 1, 0]) if seed % 2 else np.array([2])
    weight = weights(c, rng, scalar)
    spikes = [[fired(rng, c.n_pre, many // (1 + k)) for k in range(4)] for _ in "ab"]
    ends = np.array([np.cumsum([0, *(a.size for a in each)]) for each in spikes])
    logs = np.zeros((2, ends.max() + 1), np.int32)
    for log, each in zip(logs, spikes, strict=True):
        log[: sum(a.size for a in each)] = np.concatenate(each)
    # part q of row i: a delay's share of its synapses
    cuts = c.indptr[:-1, None] + np.diff(c.indptr)[:, None] * np.arange(delays.size) // 3
    segments = np.append(cuts, c.nnz).astype(np.uint32)
    law = np.zeros(c.n_post)
    fast = np.zeros(c.n_post)
    step, origin, epoch = 13, 10, 11
    for q, delay in enumerate(delays):
        for each in spikes if step - delay >= epoch else ():
            starts = np.r_[segments[q :: delays.size], c.nnz]
            stops = segments[q + 1 :: delays.size]
            for i in each[step - delay - origin]:
                row = slice(starts[i], stops[i])
                own = weight if scalar else weight[row]
                np.add.at(law, c.indices[row], own)
    parts, los, his = np.full((3, room), -1)
    after = (0, 0, 0)
    listed = 0
    while after[0] < delays.size:
        more = (delays, ends, logs, 0, delays.size, after, parts)
        after, n = list_parts(step, origin, epoch, *more)
        find_parts(parts, n, segments, los, his)
        deliver_parts(los, his, n, c.indices.astype(np.uint16), weight, fast)
        listed += n
    np.testing.assert_array_equal(fast, law)
    assert listed <= most_arriving(step, origin, delays, ends)
