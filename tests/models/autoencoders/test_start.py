"""Where nets begin."""

import numpy as np
import pytest
import torch

from neurosparse.models import ActiveSubspace, geometric_median


def test_the_median_of_points_and_of_one():
    points = torch.tensor([[0.0, 0], [1, 0], [0, 1], [10, 10]], dtype=torch.float64)
    np.testing.assert_allclose(geometric_median(points), [0.5, 0.5], atol=2e-6)
    # the centre lies on a point
    np.testing.assert_allclose(geometric_median(points[:1]), [0, 0])


def test_atoms_lie_in_the_subspace_of_the_samples():
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.standard_normal((10, 6)))[0].T
    atoms = ActiveSubspace(rng.standard_normal((500, 6)) @ axes).atoms(40, 10, rng=1)
    np.testing.assert_allclose(atoms @ axes.T @ axes, atoms, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(atoms, axis=1), 1, rtol=1e-5)
    assert np.linalg.matrix_rank(atoms) == 6


def test_samples_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="samples"):
        ActiveSubspace(np.ones((1, 3))).atoms(2, 3)
    with pytest.raises(ValueError, match="variance"):
        ActiveSubspace(np.ones((4, 3)), 1.5).atoms(2, 3)
