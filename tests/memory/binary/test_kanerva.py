"""Kanerva's memory against its definition, and the numbers of its theory."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.memory import SparseDistributedMemory, sdm_active_share, sdm_intersection
from neurosparse.sdr import unpack


def drawn(m: int, n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((m, n)) < 0.5


def test_it_is_its_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neurosparse.memory.binary.kanerva.ROWS", 4)
    n = 70
    memory = SparseDistributedMemory(n, 90, 32, rng=1)
    x, y = drawn(11, n), drawn(11, n, 5)
    memory.store(x, y)
    locations = unpack(memory.addresses, n)
    counters = np.zeros((90, n), int)
    for address, word in zip(x, y, strict=True):
        for place, location in enumerate(locations):
            if (address != location).sum() <= 32:
                counters[place] += np.where(word, 1, -1)
    np.testing.assert_array_equal(memory.counters, counters)
    recall = memory.retrieve(x)
    for q, address in enumerate(x):
        near = (locations != address).sum(axis=1) <= 32
        sums = counters[near].sum(axis=0)
        np.testing.assert_array_equal(
            recall.patterns[q], np.where(sums == 0, address, sums > 0)
        )
        assert recall.active[q] == near.sum()
    assert (recall.steps == 1).all()


def test_words_come_back_through_noise() -> None:
    words = drawn(20, 256)
    memory = SparseDistributedMemory(256, 3000, 113, rng=0)
    memory.store(words)
    noisy = words.copy()
    noisy[:, :25] ^= True
    before = noisy.copy()
    recall = memory.retrieve(noisy, steps=8)
    np.testing.assert_array_equal(recall.patterns, words)
    np.testing.assert_array_equal(noisy, before)
    assert recall.settled.all()
    assert (recall.steps >= 2).all()
    share = recall.active.mean() / 3000
    assert share == pytest.approx(sdm_active_share(256, 113), rel=0.2)


def test_it_is_saved(tmp_path: Path) -> None:
    memory = SparseDistributedMemory(70, 50, 30, rng=2)
    memory.store(drawn(3, 70))
    memory.save(tmp_path / "m.zarr")
    again = SparseDistributedMemory.load(tmp_path / "m.zarr")
    assert (again.n, again.radius, again.stored) == (70, 30, 3)
    for ours, theirs in zip(
        memory.retrieve(drawn(4, 70, 3)), again.retrieve(drawn(4, 70, 3)), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="radius: got 9"):
        SparseDistributedMemory(8, 4, 9)
    memory = SparseDistributedMemory(8, 4, 3, rng=0)
    with pytest.raises(ValueError, match="empty memory"):
        memory.retrieve(np.ones((1, 8)))
    with pytest.raises(ValueError, match="value 0.5"):
        memory.store(np.full((1, 8), 0.5))
    with pytest.raises(ValueError, match="y: got 1 words, wants 2"):
        memory.store(np.ones((2, 8)), np.ones((1, 8)))


@pytest.mark.parametrize(
    ("radius", "share"),
    [(450, 8.6526804249e-4), (451, 1.0718500489e-3), (452, 1.3227649196e-3)],
)
def test_share_of_active_locations(radius: int, share: float) -> None:
    assert sdm_active_share(1000, radius) == pytest.approx(share, rel=1e-10)


@pytest.mark.parametrize(
    ("n", "radius", "distance", "words"),
    [
        (10, 3, 0, 176),
        (10, 3, 1, 92),
        (10, 3, 2, 92),
        (10, 3, 4, 50),
        (10, 3, 6, 20),
        (10, 3, 7, 0),
        (12, 5, 3, 872),
        (12, 4, 8, 70),
    ],
)
def test_intersections(n: int, radius: int, distance: int, words: int) -> None:
    assert sdm_intersection(n, radius, distance) == words


@pytest.mark.parametrize(
    ("n", "radius", "distance", "share"),
    [
        (1000, 451, 50, 0.4449071),
        (1000, 451, 200, 0.09652536),
        (1000, 451, 500, 0.001027443),
        (64, 11, 2, 0.33624712),
        (64, 11, 16, 2.8614776e-4),
    ],
)
def test_relative_intersections(n: int, radius: int, distance: int, share: float) -> None:
    relative = sdm_intersection(n, radius, distance) / sdm_intersection(n, radius, 0)
    assert relative == pytest.approx(share, rel=1e-6)
