"""Compiled wiring against the naive one, bit for bit; threads; laws of the random draws."""

import numpy as np
import pytest

from neurosparse.kernels.graphs import wire

KEY = np.array([0x12345678, 0x9ABCDEF0], np.uint32)


def same(call, *arguments):
    """The naive rows, after checking that one and two and three threads give the same bits."""
    law = call(*arguments, KEY, backend="naive")
    for threads in (1, 2, 3):
        for fast, naive in zip(call(*arguments, KEY, threads), law, strict=True):
            assert fast.dtype == naive.dtype
            np.testing.assert_array_equal(fast, naive)
    return law


def bounds(*sizes):
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize(
    ("pre", "post", "p"),
    [
        ((0,), (0,), [[0.5]]),
        ((1,), (1,), [[1.0]]),
        ((7,), (9,), [[0.0]]),
        ((40,), (31,), [[0.2]]),
        ((5, 0, 8), (3, 10, 4), [[0.5, 0.5, 1.0], [0.1, 0.2, 0.3], [0.0, 0.9, 0.0]]),
    ],
)
def test_bernoulli(pre, post, p, skip):
    indptr, indices = same(wire.bernoulli, bounds(*pre), bounds(*post), np.array(p), skip)
    assert len(indptr) == sum(pre) + 1
    assert not len(indices) or indices.max() < sum(post)


@pytest.mark.parametrize("span", [(0, 64), (64, 150), (10, 77), (150, 150)])
@pytest.mark.parametrize("p", [[[0.02]], [[0.3]], [[1.0]]])
def test_a_span_of_columns_is_drawn_as_among_all(span, p):
    """Tall tiles and low ones, those of the last lane and cut ones."""
    arguments = (bounds(300), bounds(150), np.array(p), True, KEY)
    degree = np.full(300, 9)
    for call in (
        lambda **of: wire.bernoulli(*arguments, **of),
        lambda **of: wire.fixed_rows(degree, 150, False, True, KEY, **of),
    ):
        whole = call()
        pre = np.repeat(np.arange(300), np.diff(whole[0]))
        here = (whole[1] >= span[0]) & (whole[1] < span[1])
        for backend in ("cpu", "naive"):
            indptr, indices = call(span=span, backend=backend)
            assert indices.tolist() == whole[1][here].tolist()
            assert (
                np.diff(indptr).tolist() == np.bincount(pre[here], minlength=300).tolist()
            )


@pytest.mark.parametrize(("first", "last"), [(0, 350), (3, 100), (349, 350), (5, 5)])
def test_words_of_pairs(first, last):
    """Repeats of a pair among them, also where the first synapse is one."""
    rows = wire.fixed_rows(np.full(50, 7), 5, False, True, KEY)
    words = [
        wire.pair_words(rows, first, last, 1, KEY, 3, backend=name)
        for name in ("cpu", "naive")
    ]
    assert words[0].tolist() == words[1].tolist()
    assert len(set(words[0].tolist())) == last - first


@pytest.mark.parametrize("call", [wire.fixed_rows, wire.fixed_columns])
@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("degree", [[], [0, 0], [3, 0, 1, 4, 2], [4] * 6])
def test_fixed(call, degree, repeat, skip):
    _, indices = same(call, np.array(degree, np.int64), max(len(degree), 1), skip, repeat)
    assert len(indices) == sum(degree)


@pytest.mark.parametrize(
    ("n", "k", "rewired"),
    [(2, 1, 0.5), (5, 4, 1.0), (9, 3, 0.0), (30, 6, 0.4), (8, 0, 0.3)],
)
def test_ring(n, k, rewired):
    same(wire.ring, n, k, rewired)


@pytest.mark.parametrize(
    ("total", "rows", "places"), [(0, 3, 3), (9, 3, 3), (40, 7, 11), (76, 7, 11)]
)
def test_darts(total, rows, places):
    filled = wire.darts(total, rows, places, KEY)
    np.testing.assert_array_equal(
        filled, wire.darts(total, rows, places, KEY, backend="naive")
    )
    assert filled.sum() == total
    assert filled.max(initial=0) <= places


@pytest.mark.parametrize(
    ("n", "m", "appeal"), [(4, 3, 1.0), (50, 3, 3.0), (40, 1, 0.5), (20, 2, 100.0)]
)
def test_preferential(n, m, appeal):
    fast, law = (
        wire.preferential(n, m, appeal, KEY, backend=name) for name in ("cpu", "naive")
    )
    for a, b in zip(fast, law, strict=True):
        np.testing.assert_array_equal(a, b)


def test_every_subset_is_as_likely():
    """Floyd's sample of 2 of 4: six subsets, chi-squared with 5 degrees of freedom below 20.5 (p =
    0.001).
    """
    _, indices = wire.fixed_rows(np.full(12_000, 2), 4, False, False, KEY)
    pairs = indices.reshape(-1, 2) @ [4, 1]
    _, seen = np.unique(pairs, return_counts=True)
    assert len(seen) == 6
    assert np.sum((seen - 2000) ** 2 / 2000) < 20.5


def test_darts_are_hypergeometric():
    """Cells in the first of two rows of 10, 8 of 20 drawn: mean 4, variance 8 * 1/4 * 12/19."""
    first = np.array(
        [wire.darts(8, 2, 10, np.array([n, 5], np.uint32))[0] for n in range(4000)]
    )
    variance = 8 / 4 * 12 / 19
    assert abs(first.mean() - 4) < 5 * np.sqrt(variance / 4000)
    assert abs(first.var() / variance - 1) < 0.15


def test_bernoulli_pairs_are_independent():
    """10,000 rows of 3 columns at p = 0.3: each of the 8 patterns as often as p and 1 - p say."""
    indptr, indices = wire.bernoulli(
        bounds(10_000), bounds(3), np.array([[0.3]]), False, KEY
    )
    pattern = np.zeros(10_000, np.int64)
    np.add.at(pattern, np.repeat(np.arange(10_000), np.diff(indptr)), 2**indices)
    ones = np.array([bin(code).count("1") for code in range(8)])
    expected = 10_000 * 0.3**ones * 0.7 ** (3 - ones)
    seen = np.bincount(pattern, minlength=8)
    assert (
        np.sum((seen - expected) ** 2 / expected) < 24.3
    )  # chi-squared, 7 degrees, p = 0.001


@pytest.mark.parametrize("n_post", [1, 70, 1000])
def test_long_rows_are_sorted_too(n_post):
    """Rows long enough to be sorted by counting, repeats among them."""
    same(wire.fixed_rows, np.array([700, 0, 131, 1], np.int64), n_post, False, True)
