"""Coefficients that change one at a time: the fast path is the law, message for message."""

import numpy as np
import pytest

from neurosparse.kernels.coding.lca_events import Cut, cpu, settle


@pytest.fixture(autouse=True)
def _divide(monkeypatch):
    """Divide the work among threads however small it is."""
    monkeypatch.setattr(cpu, "worthwhile", lambda threads, operations: threads)


def problem(n, d, batch, dtype=np.float64):
    rng = np.random.default_rng(3)
    atoms = rng.standard_normal((n, d))
    atoms /= np.linalg.norm(atoms, axis=1)[:, None]
    return (atoms @ atoms.T).astype(dtype), (rng.standard_normal((batch, n))).astype(dtype)


CUTS = {
    "soft": Cut(0.3, 0.3, 1.0, np.inf),
    "hard": Cut(0.5, 0.0, 1.0, np.inf),
    "firm": Cut(0.3, 0.3, 1.5, 0.9),
    "half": Cut(1.5 * 0.2 ** (2 / 3), 0.0, 0.0, 0.0, half=0.2),
    "positive": Cut(0.3, 0.3, 1.0, np.inf, nonnegative=True),
    "positive half": Cut(1.5 * 0.2 ** (2 / 3), 0.0, 0.0, 0.0, half=0.2, nonnegative=True),
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("size", [(1, 1, 3), (9, 5, 4), (70, 40, 3), (33, 5, 0)], ids=str)
def test_cpu_is_the_law_and_threads_change_no_bit(cut, size):
    gram, drive = problem(*size)
    for most in (0, 1, 25):
        law = settle(gram, drive, cut, 1e-9, most, backend="naive")
        ours = [settle(gram, drive, cut, 1e-9, most, threads=t) for t in (1, 2, 3)]
        for name in ("indptr", "indices", "messages"):
            np.testing.assert_array_equal(getattr(ours[0], name), getattr(law, name))
        np.testing.assert_allclose(ours[0].values, law.values, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(ours[0].change, law.change, rtol=1e-7, atol=1e-12)
        for other in ours[1:]:
            assert all((a == b).all() for a, b in zip(ours[0], other, strict=True))
    assert size[2] == 0 or size[0] == 1 or law.messages.max() > 0


def test_a_start_goes_on_where_it_was():
    gram, drive = problem(20, 10, 3)
    cut = CUTS["soft"]
    whole = settle(gram, drive, cut, 1e-10, 30)
    for backend in ("naive", "cpu"):
        part = settle(gram, drive, cut, 1e-10, 12, backend=backend)
        rest = settle(gram, drive, cut, 1e-10, 18, start=part[:3], backend=backend)
        assert (rest.messages + part.messages == whole.messages).all()
        np.testing.assert_array_equal(rest.indices, whole.indices)
        np.testing.assert_allclose(rest.values, whole.values, rtol=1e-8, atol=1e-10)


def test_refusals():
    gram, drive = problem(4, 3, 2)
    with pytest.raises(ValueError, match="gram: got"):
        settle(gram[:2], drive, CUTS["soft"], 0.0, 1)
    with pytest.raises(ValueError, match="drive: got"):
        settle(gram, drive[:, :2], CUTS["soft"], 0.0, 1)
