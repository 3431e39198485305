"""Shares of work: each is done once, and an error in one is raised."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.base.vector.threads import even, even_edges, run_shares, worthwhile


@given(st.integers(0, 50), st.integers(1, 7))
def test_every_thing_is_in_one_share(n: int, threads: int) -> None:
    counts = np.zeros(n, int)
    lock = threading.Lock()

    def work(lo: int, hi: int) -> None:
        with lock:
            counts[lo:hi] += 1

    run_shares(work, even(n, threads))
    assert (counts == 1).all()


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 5))
def test_shares_of_edges_cover_all_rows(degrees: list[int], threads: int) -> None:
    indptr = np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64)
    bounds = even_edges(indptr, threads)
    assert bounds[0] == 0
    assert bounds[-1] == len(degrees)
    assert bounds == sorted(bounds)
    # no share has more work than its part and one row
    work = indptr[bounds[1:]] - indptr[bounds[:-1]] + np.diff(bounds)
    most = (indptr[-1] + len(degrees)) / threads + max(degrees, default=0) + 1
    assert work.max(initial=0) <= most + 1


def test_an_error_in_any_share_is_raised() -> None:
    def work(lo: int, hi: int) -> None:
        if lo:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_shares(work, [0, 1, 2])


def test_few_operations_need_one_thread() -> None:
    assert worthwhile(8, 100) == 1
    assert worthwhile(8, 2**40) == 8
