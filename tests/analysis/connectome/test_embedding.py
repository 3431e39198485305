"""Planted groups come back from the spectrum."""

import numpy as np
import pytest

from neurosparse.analysis import (
    elbow,
    kmeans_groups,
    leiden_groups,
    normalised_mutual_information,
    spectral_embedding,
)
from tests.analysis.graphs import planted, random_graph, ring


def test_planted_groups_come_back():
    c, member = planted(groups=4, size=40, inside=0.4, outside=0.05)
    embedding = spectral_embedding(c, 4, rng=0)
    assert embedding.both.shape == (160, 8)
    for labels in (
        kmeans_groups(embedding.both, 4, rng=0),
        leiden_groups(embedding.both, rng=0, resolution=0.5),
    ):
        assert normalised_mutual_information(labels, member) > 0.95
    assert 2 <= spectral_embedding(c, rng=0).values.size <= 40


def test_the_embedding_is_the_best_of_its_rank():
    c = random_graph(30, 0.3, 0)
    table = (c.to_dense() > 0).astype(np.float64)
    u, s, vt = np.linalg.svd(table)
    embedding = spectral_embedding(c, 5, rng=1)
    np.testing.assert_allclose(embedding.values, s[:5])
    np.testing.assert_allclose(
        embedding.sends @ embedding.receives.T, (u[:, :5] * s[:5]) @ vt[:5], atol=1e-8
    )
    again = spectral_embedding(c, 5, rng=1, weighted=True)
    assert not np.allclose(again.values, s[:5])


def test_elbows_and_labels_by_size():
    assert elbow([10, 9.8, 9.9, 1, 0.9, 0.8]) == 3
    assert elbow([10, 9.8, 3, 2.9, 0.1, 0.11, 0.1], 2) == 4
    assert kmeans_groups([[0.0], [9.0], [9.1], [9.2]], 2, rng=0).tolist() == [1, 0, 0, 0]
    with pytest.raises(ValueError, match="dimensions: got 3"):
        spectral_embedding(ring(3), 3)
    with pytest.raises(ValueError, match="points"):
        kmeans_groups([1.0, 2.0], 2)
    with pytest.raises(ValueError, match="groups: got 3"):
        kmeans_groups([[1.0], [2.0]], 3)
