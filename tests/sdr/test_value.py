"""The SDR value type: published input-output pairs, laws, and refusals."""

import copy
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_array, csr_array

from neurosparse.sdr import SDR, dense_batch, from_spikes, overlaps, pack, to_spikes, unpack
from neurosparse.sdr.batch import sdr_rows

SIZE = 130


@st.composite
def sdrs(draw: st.DrawFn, size: int = SIZE) -> SDR:
    return SDR(sorted(draw(st.sets(st.integers(0, size - 1), max_size=40))), size)


def test_views_of_one_set() -> None:
    a = SDR.from_dense([[0, 1, 0], [0, 1, 0], [0, 0, 1]])
    assert a.indices.tolist() == [1, 4, 8]
    assert a.indices.dtype == np.int32
    assert [c.tolist() for c in a.coordinates] == [[0, 1, 2], [1, 1, 2]]
    assert SDR.from_packed(a.packed, (3, 3)) == a
    assert SDR.from_coordinates(a.coordinates, a.shape) == a


def test_reshape_moves_coordinates() -> None:
    a = SDR.from_coordinates(([1, 1, 2], [0, 1, 2]), (4, 4)).reshape(8, 2)
    assert [c.tolist() for c in a.coordinates] == [[2, 2, 5], [0, 1, 0]]


def test_concatenate_along_an_inner_axis() -> None:
    a = SDR.from_dense([[1, 0], [0, 1]])
    b = SDR.from_dense([[1], [0]])
    assert np.array_equal(
        a.concatenate(b, axis=1).dense, np.concatenate([a.dense, b.dense], axis=1)
    )


def test_noise_keeps_sparsity_and_half_the_cells() -> None:
    a = SDR.random(103, 0.1, rng=3)
    assert len(a) == 10
    for seed in range(20):
        noisy = a.add_noise(0.5, rng=seed)
        assert (len(noisy), noisy.overlap(a)) == (10, 5)


def test_killed_cells_are_the_same_for_every_sdr() -> None:
    everything = SDR(range(100), 100)
    alive = everything.kill_cells(0.3, rng=7)
    assert len(alive) == 70
    some = SDR.random(100, 0.4, rng=1)
    assert some.kill_cells(0.3, rng=7) == (some & alive)


@given(sdrs(), sdrs(), sdrs())
def test_laws_of_the_algebra(a: SDR, b: SDR, c: SDR) -> None:
    assert a.overlap(b) == b.overlap(a) == len(a & b) <= min(len(a), len(b))
    assert len(a | b) == len(a) + len(b) - a.overlap(b)
    assert (a | b).overlap(a) == len(a)
    assert (a | b | c) == a.union(b, c) == (c | b | a)
    assert (a & (b | c)) == ((a & b) | (a & c))
    assert len(a - b) == len(a) - a.overlap(b)
    assert np.array_equal((a & b).dense, a.dense & b.dense)


@given(sdrs(), st.integers(0, 50), st.integers(0, 50), st.integers(0, 9))
def test_a_subsample_of_a_subsample_is_a_subsample(a: SDR, k: int, j: int, seed: int) -> None:
    twice = a.subsample(k, rng=seed).subsample(j, rng=seed)
    assert len(twice) == min(len(a), k, j)
    assert twice.overlap(a) == len(twice)


@given(sdrs())
def test_every_view_leads_back(a: SDR) -> None:
    assert SDR.from_dense(a.dense) == SDR.from_packed(a.packed, SIZE) == copy.deepcopy(a) == a
    assert hash(copy.copy(a)) == hash(a)
    assert np.array_equal(unpack(pack(a.dense[None]), SIZE)[0], a.dense)


@given(st.lists(sdrs(), max_size=5), st.integers(-3, 9))
def test_spikes_and_back(volleys: list[SDR], first: int) -> None:
    steps, index = to_spikes(volleys, first)
    back = from_spikes(steps[::-1], index[::-1], SIZE, window=(first, first + len(volleys)))
    assert back == volleys


@pytest.mark.parametrize("size", [1, 63, 64, 65, 2048])
@pytest.mark.parametrize("backend", ["naive", "cpu", "gpu"])
@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0), (1, 1), (33, 5), (2, 70)])
def test_overlaps_of_batches(size: int, backend: str, n: int, m: int) -> None:
    rng = np.random.default_rng(size)
    a, b = (rng.random((k, size)) < 0.3 for k in (n, m))
    if n and m:
        a[0], b[0] = True, True
    got = overlaps([SDR.from_dense(r) for r in a], [SDR.from_dense(r) for r in b], backend=backend)
    assert got.dtype == np.int32
    assert np.array_equal(got, a.astype(int) @ b.T.astype(int))


@pytest.mark.parametrize(
    ("indices", "shape", "words"),
    [
        ([1, 0], 4, "ascending"),
        ([1, 1], 4, "duplicates"),
        ([4], 4, "index < 4"),
        ([-1], 4, "from -1"),
        ([0.5], 4, "whole numbers"),
        ([[0]], 4, "one dimension"),
        ([0], 0, "shape"),
        ([0], (2**20, 2**20), "smaller shape"),
    ],
)
def test_bad_cells_are_refused(indices: object, shape: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SDR(indices, shape)  # type: ignore[arg-type]


def test_mismatches_are_refused_by_name() -> None:
    a, b = SDR([0], 4), SDR([0], 5)
    for act in (a.union, a.intersection, a.overlap, a.difference):
        with pytest.raises(ValueError, match=r"other: has shape \(5,\), want \(4,\)"):
            act(b)
    with pytest.raises(ValueError, match="fraction"):
        SDR(range(4), 4).add_noise(0.5)
    with pytest.raises(ValueError, match="cells"):
        a.reshape(3)
    with pytest.raises(ValueError, match="b: SDRs have 5"):
        overlaps([a], [b])
    with pytest.raises(ValueError, match="beyond cell 3"):
        SDR.from_packed([16], 4)
    with pytest.raises(AttributeError, match="immutable"):
        a.indices = b.indices
    with pytest.raises(ValueError, match="read-only"):
        a.indices[0] = 3
    with pytest.raises(ValueError, match="want 9"):
        dense_batch([a], 9)
    with pytest.raises(ValueError, match="axis"):
        a.concatenate(SDR([0], (2, 2)))
    with pytest.raises(ValueError, match="coordinates"):
        SDR.from_coordinates(([9],), (4,))
    with pytest.raises(ValueError, match="index"):
        from_spikes([0], [9], 4, window=(0, 1))


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
    with pytest.raises(ValueError, match=r"sdrs\[1\]: has 5 cells, want 4"):
        dense_batch([a, SDR([], 5)], 4)
    assert list(sdr_rows(csc_array(rows), (2, 2))) == [SDR([1], (2, 2)), SDR([0, 3], (2, 2))]
    endless = sdr_rows(itertools.cycle([a, b]), (4,))
    assert [next(endless) for _ in range(3)] == [a, b, a]  # one by one, as a stream comes
    stored_zero = csr_array((np.array([0, 1]), np.array([0, 2]), np.array([0, 2])), shape=(1, 4))
    assert list(sdr_rows(stored_zero, (4,))) == [SDR([2], 4)]
    for other in ([1], {1}, np.eye(2)):
        with pytest.raises(TypeError, match="other: .* wants an SDR"):
            a.overlap(other)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="sdrs: got NaN"):
        dense_batch(np.array([[0.0, np.nan, 0.0, 1.0]]), 4)
    with pytest.raises(ValueError, match="holds NaN"):
        SDR.from_dense([0.0, np.nan])
    assert SDR.from_dense(csr_array(rows)) == SDR([1, 4, 7], (2, 4))
