"""Batches of SDRs: every kind of rows, and all overlaps."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csc_array, csr_array

from neurosparse.sdr import SDR, dense_batch, overlaps, packed_batch
from neurosparse.sdr.batch import sdr_rows


@pytest.mark.parametrize("size", [1, 63, 64, 65, 2048])
@pytest.mark.parametrize("backend", ["naive", "cpu", "gpu"])
@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0), (1, 1), (33, 5), (2, 70)])
def test_overlaps_of_batches(size: int, backend: str, n: int, m: int) -> None:
    rng = np.random.default_rng(size)
    a, b = (rng.random((k, size)) < 0.3 for k in (n, m))
    if n and m:
        a[0], b[0] = True, True
    got = overlaps(
        [SDR.from_dense(r) for r in a], [SDR.from_dense(r) for r in b], backend=backend
    )
    assert got.dtype == np.int32
    assert np.array_equal(got, a.astype(int) @ b.T.astype(int))


def test_batches_of_any_kind_and_what_is_none() -> None:
    a = SDR([1], 4)
    b = SDR([0, 3], 4)
    rows = np.array([[0, 1, 0, 0], [1, 0, 0, 1]])
    for batch in (
        [a, b],
        (x for x in (a, b)),
        rows,
        pd.DataFrame(rows, columns=list("wxyz")),
        csc_array(rows),
    ):
        assert np.array_equal(dense_batch(batch, 4), rows)
    assert dense_batch([], 4).shape == dense_batch(np.zeros((0, 4)), 4).shape == (0, 4)
    with pytest.raises(TypeError, match=r"write \[sdr\] for one"):
        dense_batch(a, 4)
    with pytest.raises(ValueError, match=r"sdrs\[1\]: got 5 cells, wants 4"):
        dense_batch([a, SDR([], 5)], 4)
    assert list(sdr_rows(csc_array(rows), (2, 2))) == [
        SDR([1], (2, 2)),
        SDR([0, 3], (2, 2)),
    ]
    endless = sdr_rows(itertools.cycle([a, b]), (4,))
    assert [next(endless) for _ in range(3)] == [a, b, a]  # one by one, as a stream comes
    stored_zero = csr_array(
        (np.array([0, 1]), np.array([0, 2]), np.array([0, 2])), shape=(1, 4)
    )
    assert list(sdr_rows(stored_zero, (4,))) == [SDR([2], 4)]
    for other in ([1], {1}, np.eye(2)):
        with pytest.raises(TypeError, match="other: .* wants an SDR"):
            a.overlap(other)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="sdrs: got NaN"):
        dense_batch(np.array([[0.0, np.nan, 0.0, 1.0]]), 4)
    with pytest.raises(ValueError, match="dense: got NaN"):
        SDR.from_dense([0.0, np.nan])
    assert SDR.from_dense(csr_array(rows)) == SDR([1, 4, 7], (2, 4))


@pytest.mark.parametrize("bad", [-1, 0.5, 2, np.inf])
def test_numbers_that_are_not_bits_are_refused(bad: float) -> None:
    rows = np.array([[0.0, 1.0, bad, 0.0]])
    for batch in (rows, rows.tolist(), csr_array(rows), pd.DataFrame(rows)):
        with pytest.raises(ValueError, match="sdrs: got the value .* wants 0 and 1"):
            dense_batch(batch, 4)
        with pytest.raises(
            ValueError, match=r"sdrs(\[0\])?: got the value .* wants 0 and 1"
        ):
            list(sdr_rows(batch, (4,)))
    with pytest.raises(ValueError, match="0 and 1"):
        dense_batch([["a", "b"]], 2)


def test_rows_where_sdrs_are_meant_are_refused() -> None:
    sdrs = [SDR([1], 4)]
    for call in (
        packed_batch,
        lambda rows: overlaps(rows, sdrs),
        lambda r: overlaps(sdrs, r),
    ):
        with pytest.raises(
            TypeError, match=r"\[0\]: got an array .*, wants an SDR; write SDR"
        ):
            call(np.eye(2, 4))
