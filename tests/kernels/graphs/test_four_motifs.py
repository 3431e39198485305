"""Patterns of four neurons: estimates around the counts of all."""

import numpy as np
import pytest

from neurosparse.kernels.graphs.four_motifs import four_motifs
from neurosparse.kernels.graphs.four_motifs.values import hamiltonian_paths, stars
from neurosparse.kernels.graphs.skeleton import skeleton
from tests.kernels.graphs.random_graphs import csr

SAMPLES = 40_000


def classes():
    """The same number for all orders of the skeleton's four: joined pairs, sorted degrees."""
    number = np.arange(4096)
    codes = np.array([(number >> 2 * k) & 3 for k in range(6)])
    joined = codes > 0
    ends = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    degree = np.zeros((4, 4096), np.int64)
    for (a, b), pair in zip(ends, joined, strict=True):
        degree[a] += pair
        degree[b] += pair
    both = (codes == 3).sum(axis=0)
    return np.sort(degree, axis=0).T @ [1, 4, 16, 64] * 8 + both


@pytest.mark.parametrize(("n", "density"), [(14, 0.18), (12, 0.35)])
def test_estimates_are_within_their_errors(n, density):
    rng = np.random.default_rng(n)
    pre, post = np.nonzero((rng.random((n, n)) < density) & ~np.eye(n, dtype=bool))
    bones = skeleton(*csr((n, list(zip(pre.tolist(), post.tolist(), strict=True)))))
    law = four_motifs(bones, 0, 0, backend="naive")
    ours = four_motifs(bones, SAMPLES, 3)
    kind = classes()
    exact = np.bincount(kind, law.number)
    estimate = np.bincount(kind, ours.number)
    error = np.sqrt(np.bincount(kind, ours.variance))
    assert (exact > 0).sum() > 8
    assert (estimate[exact == 0] == 0).all()
    # a pattern that was never drawn has no error; it is rare
    assert (np.abs(estimate - exact) <= 4 * error + exact.sum() * 10 / SAMPLES).all()
    np.testing.assert_array_equal(ours.number, four_motifs(bones, SAMPLES, 3).number)


def test_estimates_scatter_as_their_errors_say():
    rng = np.random.default_rng(0)
    pre, post = np.nonzero((rng.random((13, 13)) < 0.25) & ~np.eye(13, dtype=bool))
    bones = skeleton(*csr((13, list(zip(pre.tolist(), post.tolist(), strict=True)))))
    exact = four_motifs(bones, 0, 0, backend="naive").number.sum()
    draws = [four_motifs(bones, 500, seed) for seed in range(60)]
    totals = np.array([one.number.sum() for one in draws])
    assert totals.std() > 0
    assert abs(totals.mean() - exact) < 4 * totals.std() / np.sqrt(60)
    kind = int(np.argmax(np.mean([one.number for one in draws], axis=0)))
    spread = np.std([one.number[kind] for one in draws])
    claimed = np.sqrt(np.mean([one.variance[kind] for one in draws]))
    assert claimed == pytest.approx(spread, rel=0.4)


def test_paths_and_stars_of_known_skeletons():
    paths, star = hamiltonian_paths(), stars()
    # codes of pairs 01, 02, 03, 12, 13, 23
    assert paths[0b01_01_01_01_01_01] == 12
    assert paths[0b00_00_00_01_01_01] == 0 == paths[0]
    assert star[0b00_00_00_01_01_01] == 1
    assert star.sum() == 4 * 27
    assert (
        four_motifs(skeleton(np.zeros(1, np.int64), np.zeros(0, np.int32)), 9, 1)[0].sum()
        == 0
    )
    pair = skeleton(np.array([0, 1, 1]), np.array([1], np.int32))
    assert four_motifs(pair, 9, 1).number.sum() == 0
