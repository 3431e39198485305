"""Sums of the rows that a code names: every path against the law."""

import numpy as np
import pytest

from neurosparse.kernels.coding.decode_rows import (
    cpu,
    decode_rows,
    decode_rows_backward,
)


def problem(n, d, counts, dtype=np.float64):
    rng = np.random.default_rng(5)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    # drawn with repetition: an atom may be named twice
    indices = rng.integers(0, max(n, 1), indptr[-1]).astype(np.int32)
    parts = rng.standard_normal(indptr[-1]), rng.standard_normal((n, d))
    grad = rng.standard_normal((len(counts), d))
    return indptr, indices, *(part.astype(dtype) for part in (*parts, grad))


@pytest.fixture(autouse=True)
def _divide(monkeypatch):
    """Divide the work among threads however small it is."""
    monkeypatch.setattr(cpu, "worthwhile", lambda threads, operations: threads)


SIZES = [
    (1, 1, [1]),
    (7, 5, [3, 0, 9, 2, 1]),
    (7, 5, []),
    (7, 5, [0, 0]),
    (3, 0, [2]),
    (4, 33, [4, 5, 6]),
]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_cpu_is_the_law_and_threads_change_no_bit(size):
    code = problem(*size)
    law = decode_rows(*code[:4], backend="naive")
    slopes = decode_rows_backward(*code, backend="naive")
    ours = [decode_rows(*code[:4], threads=t) for t in (1, 2, 3)]
    backward = [decode_rows_backward(*code, threads=t) for t in (1, 2, 3)]
    np.testing.assert_allclose(ours[0], law, rtol=1e-12, atol=1e-12)
    for mine, true in zip(backward[0], slopes, strict=True):
        np.testing.assert_allclose(mine, true, rtol=1e-12, atol=1e-12)
    for others in (ours[1:], [b[0] for b in backward[1:]], [b[1] for b in backward[1:]]):
        np.testing.assert_array_equal(others[0], others[1])
    np.testing.assert_array_equal(ours[0], ours[1])
    np.testing.assert_array_equal(backward[0][1], backward[2][1])


def test_single_precision_is_the_law_to_its_rounding():
    code = problem(9, 40, [6, 0, 11], np.float32)
    law = decode_rows(*code[:4], backend="naive")
    assert decode_rows(*code[:4]).dtype == np.float32
    np.testing.assert_allclose(decode_rows(*code[:4]), law, rtol=1e-4, atol=1e-5)


def test_slopes_are_those_of_finite_differences():
    indptr, indices, values, rows, grad = problem(4, 3, [2, 3])
    dvalues, drows = decode_rows_backward(indptr, indices, values, rows, grad)

    def loss(values, rows):
        return (decode_rows(indptr, indices, values, rows) * grad).sum()

    for e in range(len(values)):
        step = np.zeros_like(values)
        step[e] = 1e-6
        slope = (loss(values + step, rows) - loss(values - step, rows)) / 2e-6
        assert dvalues[e] == pytest.approx(slope, abs=1e-8)
    for place in np.ndindex(rows.shape):
        step = np.zeros_like(rows)
        step[place] = 1e-6
        slope = (loss(values, rows + step) - loss(values, rows - step)) / 2e-6
        assert drows[place] == pytest.approx(slope, abs=1e-8)


def test_rows_that_no_entry_names_may_hold_anything():
    rows = np.array([[1.0, 2.0], [np.nan, np.inf]])
    indptr = np.array([0, 2])
    indices = np.zeros(2, np.int32)
    x = decode_rows(indptr, indices, np.array([1.0, 2.0]), rows)
    assert x.tolist() == [[3.0, 6.0]]
    _, drows = decode_rows_backward(indptr, indices, np.ones(2), rows, np.ones((1, 2)))
    assert drows.tolist() == [[2.0, 2.0], [0.0, 0.0]]


def test_bad_input_names_the_argument():
    indptr, indices, values, rows, grad = problem(4, 3, [2, 3])
    with pytest.raises(ValueError, match=r"indices: got .*, wants 0\.\.3"):
        decode_rows(indptr, indices + np.int32(4), values, rows)
    with pytest.raises(ValueError, match="indptr"):
        decode_rows(indptr[:-1], indices, values, rows)
    with pytest.raises(ValueError, match="fall"):
        decode_rows(np.array([0, 6, 5]), indices, values, rows)
    with pytest.raises(ValueError, match="values"):
        decode_rows(indptr, indices, values[:-1], rows)
    with pytest.raises(ValueError, match="rows"):
        decode_rows(indptr, indices, values.astype(int), rows.astype(int))
    with pytest.raises(ValueError, match="grad"):
        decode_rows_backward(indptr, indices, values, rows, grad[1:])
