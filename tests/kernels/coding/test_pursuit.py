"""Pursuit from a Gram matrix: the fast path is the law, in every way a sample can end."""

import numpy as np
import pytest

from neurosparse.kernels.coding.pursuit import cpu, mp, omp


@pytest.fixture(autouse=True)
def _divide(monkeypatch):
    """Divide the work among threads however small it is."""
    monkeypatch.setattr(cpu, "worthwhile", lambda threads, operations: threads)


def problem(n, d, batch, dtype=np.float64, seed=3):
    rng = np.random.default_rng(seed)
    atoms = rng.standard_normal((n, d))
    atoms /= np.linalg.norm(atoms, axis=1)[:, None]
    atoms = atoms.astype(dtype)
    x = rng.standard_normal((batch, d)).astype(dtype)
    return atoms, atoms @ atoms.T, x, x @ atoms.T


def same(ours, law, rtol):
    for name in ("indptr", "indices", "steps", "reason"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(law, name))
    np.testing.assert_allclose(ours.values, law.values, rtol=rtol, atol=rtol)


SIZES = [(1, 1, 3), (7, 5, 4), (70, 11, 5), (33, 40, 0), (64, 6, 2)]


@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_orthogonal_pursuit_is_the_law(size, recursive):
    arrays = problem(*size)
    # where one dimension is left, all atoms explain the rest alike
    most = max(1, min(size[:2]) - 1)
    for k, tol in ((1, 0.0), (most, 0.0), (min(most, 9), 0.7)):
        law = omp(*arrays, k, tol, recursive=recursive, backend="naive")
        ours = [omp(*arrays, k, tol, recursive=recursive, threads=t) for t in (1, 2, 3)]
        same(ours[0], law, 1e-7)
        for other in ours[1:]:
            assert all((a == b).all() for a, b in zip(ours[0], other, strict=True))


@pytest.mark.parametrize("nonnegative", [False, True])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_matching_pursuit_is_the_law(size, nonnegative):
    arrays = problem(*size)
    for k, steps, tol in ((1, 4, 0.0), (size[0], 30, 0.0), (min(size[0], 3), 50, 0.5)):
        limits = {"nonnegative": nonnegative}
        law = mp(*arrays, k, steps, tol, backend="naive", **limits)
        ours = [mp(*arrays, k, steps, tol, threads=t, **limits) for t in (1, 2, 3)]
        same(ours[0], law, 1e-9)
        for other in ours[1:]:
            assert all((a == b).all() for a, b in zip(ours[0], other, strict=True))
        assert not nonnegative or (ours[0].values > 0).all()


@pytest.mark.parametrize("recursive", [False, True])
def test_repeated_atoms_and_signals_of_zero(recursive):
    atoms, *_ = problem(4, 5, 0)
    atoms = np.concatenate([atoms, atoms[1:3]])
    x = np.stack([0 * atoms[0], atoms[1], atoms[1] + 2 * atoms[2], atoms.sum(axis=0)])
    arrays = (atoms, atoms @ atoms.T, x, x @ atoms.T)
    law = omp(*arrays, 6, recursive=recursive, backend="naive")
    same(omp(*arrays, 6, recursive=recursive), law, 1e-9)
    assert law.reason.tolist() == [1, 1, 1, 1]
    assert law.steps.tolist() == [0, 1, 2, 4]
    # of equal atoms the higher index is taken
    assert law.indices[:3].tolist() == [4, 4, 5]


def test_a_dependent_atom_ends_a_sample():
    atoms = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.6, 0.8, 0.0]])
    x = np.array([[1.0, 1.3, 1e-3]])
    for backend in ("naive", "cpu"):
        ended = omp(atoms, atoms @ atoms.T, x, x @ atoms.T, 3, backend=backend)
        assert ended.steps.tolist() == [2]
        assert ended.reason.tolist() in ([1], [2])


def test_refusals():
    atoms, gram, x, drive = problem(4, 3, 2)
    with pytest.raises(ValueError, match=r"k: got 5, wants 1..4"):
        omp(atoms, gram, x, drive, 5)
    with pytest.raises(ValueError, match=r"k: got 0, wants 1..4"):
        mp(atoms, gram, x, drive, 0, 1)
    with pytest.raises(ValueError, match="gram: got"):
        omp(atoms, gram[:2], x, drive, 1)
    with pytest.raises(ValueError, match="drive: got"):
        omp(atoms, gram, x, drive.astype(np.float32), 1)
    with pytest.raises(ValueError, match="backend: got 'gpu'"):
        omp(atoms, gram, x, drive, 1, backend="gpu")
