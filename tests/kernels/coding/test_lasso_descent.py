"""The lasso to a duality gap: the working set ends where all atoms in turn do."""

import numpy as np
import pytest

from neurosparse.kernels.coding.lasso_descent import cpu, descend
from neurosparse.kernels.coding.lasso_descent.naive import gap_of


@pytest.fixture(autouse=True)
def _divide(monkeypatch):
    """Divide the work among threads however small it is."""
    monkeypatch.setattr(cpu, "worthwhile", lambda threads, operations: threads)


def problem(n, d, batch, dtype=np.float64):
    rng = np.random.default_rng(3)
    atoms = rng.standard_normal((n, d))
    atoms /= np.linalg.norm(atoms, axis=1)[:, None]
    x = rng.standard_normal((batch, d))
    parts = ((atoms @ atoms.T).astype(dtype), (x @ atoms.T).astype(dtype))
    return *parts, (x**2).sum(axis=1), rng.uniform(0.1, 0.6, batch)


def dense(ended, n):
    a = np.zeros((len(ended.indptr) - 1, n))
    a[np.repeat(np.arange(len(a)), np.diff(ended.indptr)), ended.indices] = ended.values
    return a


@pytest.mark.parametrize("nonnegative", [False, True])
@pytest.mark.parametrize("size", [(1, 1, 3), (9, 5, 4), (70, 20, 3), (33, 5, 0)], ids=str)
def test_cpu_ends_where_the_law_does(nonnegative, size):
    parts = problem(*size)
    sign = {"nonnegative": nonnegative}
    law = descend(*parts, 1e-13, 20_000, backend="naive", **sign)
    ours = [descend(*parts, 1e-13, 20_000, threads=t, **sign) for t in (1, 2, 3)]
    np.testing.assert_allclose(dense(ours[0], size[0]), dense(law, size[0]), atol=1e-6)
    assert all((ended.gap <= 1e-13).all() for ended in (law, ours[0]))
    assert not nonnegative or (ours[0].values > 0).all()
    for other in ours[1:]:
        assert all((a == b).all() for a, b in zip(ours[0], other, strict=True))
    for s, a in enumerate(dense(ours[0], size[0])):
        gram, drive, squares, lam = parts
        measured = gap_of(a, drive[s], gram, squares[s], lam[s], nonnegative) / squares[s]
        assert measured == pytest.approx(ours[0].gap[s], abs=1e-13)


def test_conditions_of_the_minimum():
    gram, drive, squares, lam = problem(120, 40, 6)
    a = dense(descend(gram, drive, squares, lam, 1e-14, 50_000), 120)
    left = drive - a @ gram
    on = a != 0
    assert 5 < on.sum(axis=1).mean() < 40
    np.testing.assert_allclose(left[on], (np.sign(a) * lam[:, None])[on], atol=1e-6)
    assert (np.abs(left) <= lam[:, None] + 1e-6).all()


def test_a_start_needs_fewer_sweeps():
    parts = problem(60, 30, 3)
    first = descend(*parts, 1e-10, 5000)
    for backend in ("naive", "cpu"):
        again = descend(*parts, 1e-9, 5000, start=first[:3], backend=backend)
        assert again.sweeps.tolist() == [0, 0, 0]
    few = descend(*parts, 1e-10, 2)
    assert (few.gap > 1e-10).any()
    assert few.sweeps.max() == 2


def test_signals_of_zero_and_many_atoms():
    gram, drive, squares, lam = problem(40, 40, 3)
    ended = descend(gram, drive, squares, lam * 0.01, 1e-9, 5000)
    # more atoms than room was set aside for
    assert len(ended.indices) > 32 * 3
    none = descend(gram, 0 * drive, 0 * squares, lam, 1e-6, 10)
    assert (len(none.indices), none.gap.tolist()) == (0, [0, 0, 0])


def test_refusals():
    gram, drive, squares, lam = problem(4, 3, 2)
    with pytest.raises(ValueError, match="gram: got"):
        descend(gram[:2], drive, squares, lam, 1e-6, 1)
    with pytest.raises(ValueError, match="drive: got"):
        descend(gram, drive[:, :2], squares, lam, 1e-6, 1)
    with pytest.raises(ValueError, match="lam: got"):
        descend(gram, drive, squares, lam[:1], 1e-6, 1)
