"""Kernels of the spatial pooler: published cases on both backends."""

import numpy as np
import pytest

from neurosparse.kernels.memory.spatial_pooler import Learning, backend_module, make_pools


def pools_of(rows: list[list[int]], n_inputs: int):  # type: ignore[no-untyped-def]
    indptr = np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64)
    return make_pools(
        indptr, np.concatenate([np.array(r, np.int32) for r in rows]), n_inputs
    )


def test_adapt_one_row(backend: str) -> None:
    pools = pools_of([[0, 1, 2, 3]], 4)
    p = np.array([0.2, 0.12, 0.09, 0.06], np.float32)
    rule = Learning(0.1, 0.1, 0.01, 0.01, 0)
    backend_module(backend).adapt(
        np.array([0], np.int32), np.array([0, 3], np.int32), pools, p, rule
    )
    assert p == pytest.approx([0.3, 0.11, 0.08, 0.16])


def test_weak_columns_rise(backend: str) -> None:
    pools = pools_of([[0, 1], [0], [1], [0, 1], [1]], 2)
    p = np.zeros(7, np.float32)
    weak = np.flatnonzero(np.array([0, 0.009, 0.1, 0.001, 0.002]) < 0.01)
    backend_module(backend).bump(weak, pools, p, 0.01)
    assert p == pytest.approx([0.01, 0.01, 0.01, 0, 0.01, 0.01, 0.01])


def test_overlap_counts(backend: str) -> None:
    rows = [list(range(10 - n, 10)) for n in (10, 8, 6, 4, 2)]
    pools = pools_of(rows, 10)
    odd = np.arange(1, 10, 2, dtype=np.int32)
    counts = backend_module(backend).overlaps(odd, pools, np.full(30, 0.5, np.float32), 0.5)
    assert counts.tolist() == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ([0, 0.11, 0.095, 0.092, 0.01], [0.01, 0.12, 0.105, 0.102, 0.02]),
        ([0.011] * 5, [0.101] * 5),
        ([0.05, 0.05], [0.1, 0.1]),
    ],
)
def test_columns_stay_reachable(
    first: list[float], expected: list[float], backend: str
) -> None:
    pools = pools_of([list(range(len(first)))], 5)
    p = np.array(first, np.float32)
    rule = Learning(0.1 - 1e-6, 0, 0, 0.01, 3)
    backend_module(backend).adapt(
        np.array([0], np.int32), np.empty(0, np.int32), pools, p, rule
    )
    assert p == pytest.approx(expected, abs=1e-6)
