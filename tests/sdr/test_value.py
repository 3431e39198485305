"""The SDR value type: published input-output pairs, laws, and refusals."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.sdr import SDR, dense_batch, from_spikes, overlaps, pack, unpack

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


def test_noise_keeps_as_many_active_and_half_the_cells() -> None:
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
def test_a_subsample_of_a_subsample_is_a_subsample(
    a: SDR, k: int, j: int, seed: int
) -> None:
    twice = a.subsample(k, rng=seed).subsample(j, rng=seed)
    assert len(twice) == min(len(a), k, j)
    assert twice.overlap(a) == len(twice)


@given(sdrs())
def test_every_view_leads_back(a: SDR) -> None:
    assert (
        SDR.from_dense(a.dense) == SDR.from_packed(a.packed, SIZE) == copy.deepcopy(a) == a
    )
    assert hash(copy.copy(a)) == hash(a)
    assert np.array_equal(unpack(pack(a.dense[None]), SIZE)[0], a.dense)


def test_mismatches_are_refused_by_name() -> None:
    a, b = SDR([0], 4), SDR([0], 5)
    for act in (a.union, a.intersection, a.overlap, a.difference):
        with pytest.raises(
            ValueError, match=r"other: got shape \(5,\), wants shape \(4,\)"
        ):
            act(b)
    with pytest.raises(ValueError, match="fraction"):
        SDR(range(4), 4).add_noise(0.5)
    with pytest.raises(ValueError, match="cells"):
        a.reshape(3)
    with pytest.raises(ValueError, match="b: got SDRs of 5"):
        overlaps([a], [b])
    with pytest.raises(ValueError, match="beyond cell 3"):
        SDR.from_packed([16], 4)
    with pytest.raises(AttributeError, match="immutable"):
        a.indices = b.indices
    with pytest.raises(ValueError, match="read-only"):
        a.indices[0] = 3
    with pytest.raises(ValueError, match="wants 9"):
        dense_batch([a], 9)
    with pytest.raises(ValueError, match="axis"):
        a.concatenate(SDR([0], (2, 2)))
    with pytest.raises(ValueError, match="coordinates"):
        SDR.from_coordinates(([9],), (4,))
    with pytest.raises(ValueError, match="index"):
        from_spikes([0], [9], 4, window=(0, 1))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: SDR.from_coordinates(([0.5],), 9), "coordinates: got .* whole numbers"),
        (lambda: SDR.from_packed([2.5], 64), "words: got .* whole numbers"),
        (lambda: SDR.from_packed([-1], 64), "words: got .* 0 or more"),
        (lambda: SDR.from_dense(["a", ""]), "dense: got .* numbers"),
        (lambda: SDR([1], 9).concatenate([1]), r"others\[0\]: got .* an SDR"),
    ],
)
def test_what_would_be_cut_off_or_taken_as_active_is_refused(call, said) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        call()
