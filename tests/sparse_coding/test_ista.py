"""Proximal gradient descent: check values of its path, fixed points, refusals."""

import numpy as np
import pytest

from neurosparse.sparse_coding import CEL0, Fista, Hard, Ista, NonNegative, Soft, cost
from tests.sparse_coding.problems import TWO, TWO_X, problem_r


def path_cost(x, dictionary, steps):
    return float(
        cost(x, Ista(Soft(0.1), steps, 0.0).encode(x, dictionary), dictionary, Soft(0.1))[0]
    )


@pytest.mark.parametrize(
    ("steps", "a", "energy"),
    [
        (1, (0.5625, 0.8125), 0.325),
        (2, (0.46875, 0.90625), 0.30039063),
        (5, (0.30615234, 1.06884766), 0.27438135),
        (20, (0.18908561, 1.18591439), 0.26875101),
    ],
)
def test_two_atoms(steps, a, energy):
    codes = Ista(Soft(0.1), steps, 0.0).encode(TWO_X, TWO)
    assert codes.to_dense()[0] == pytest.approx(a, abs=1e-8)
    assert path_cost(TWO_X, TWO, steps) == pytest.approx(energy, abs=1e-8)


def test_three_of_thirty_two():
    x, dictionary = problem_r()
    assert x[0, :3] == pytest.approx([0.29599903, -1.10842937, 0.49827363], abs=1e-8)
    assert dictionary.coherence == pytest.approx(0.7479411, abs=1e-7)
    assert dictionary.lipschitz == pytest.approx(4.5450219, abs=1e-7)
    energies = [path_cost(x, dictionary, steps) for steps in (1, 10, 100, 1000)]
    expected = [1.9314586, 0.60709452, 0.4390185869, 0.43901857773465]
    assert energies == pytest.approx(expected, abs=1e-7)


def test_accelerated_steps():
    x, dictionary = problem_r()
    plain = {"tol": 0.0, "restart": False}
    codes = [
        Fista(Soft(0.1), steps, **plain).encode(x, dictionary)
        for steps in (1, 10, 100, 1000)
    ]
    energies = [float(cost(x, code, dictionary, Soft(0.1))[0]) for code in codes]
    expected = [1.9314586, 0.51139446, 0.43901857837, 0.43901857773465]
    assert energies == pytest.approx(expected, abs=1e-7)
    for steps, a, energy in (
        (5, (0.24228864, 1.13271136), 0.26995072),
        (20, (0.18658966, 1.18841034), 0.26875033),
    ):
        code = Fista(Soft(0.1), steps, **plain).encode(TWO_X, TWO)
        assert code.to_dense()[0] == pytest.approx(a, abs=1e-8)
        assert float(cost(TWO_X, code, TWO, Soft(0.1))[0]) == pytest.approx(
            energy, abs=1e-8
        )


@pytest.mark.parametrize("threshold", [Soft(0.2), NonNegative(Soft(0.2))])
def test_restarts_starts_and_both_forms_end_alike(threshold):
    x, dictionary = problem_r()
    wide = problem_r()[1].atoms[:20]
    for atoms in (dictionary, type(dictionary)(wide)):
        batch = np.concatenate([x, -x[:, ::-1]])
        best = Ista(threshold, 100_000, 1e-12).solve(batch, atoms)
        fast = Fista(threshold, tol=1e-12).solve(batch, atoms)
        assert np.allclose(fast.codes.to_dense(), best.codes.to_dense(), atol=1e-8)
        assert (fast.steps < best.steps).all()
        again = Fista(threshold, tol=1e-9).solve(batch, atoms, start=fast.codes)
        assert (again.steps < 5).all()


@pytest.mark.parametrize("threshold", [Hard(0.1), CEL0(0.1)])
def test_penalties_near_l0_do_not_shrink(threshold):
    x, dictionary = problem_r()
    codes = Ista(threshold, 20_000, 0.0).encode(x, dictionary)
    assert codes.indices.tolist() == [3, 17, 29]
    assert codes.values == pytest.approx([1, -2, 1.5], abs=1e-9)
    assert float(cost(x, codes, dictionary, threshold)[0]) == pytest.approx(0.3)


def test_each_sample_ends_by_itself():
    x, dictionary = problem_r()
    batch = np.concatenate([x, 0 * x, x[:, ::-1]])
    solution = Ista(Soft(0.1)).solve(batch, dictionary)
    assert solution.reason.tolist() == ["converged"] * 3
    assert solution.steps[1] == 1
    assert len(set(solution.steps.tolist())) == 3
    for i in range(3):
        alone = Ista(Soft(0.1)).encode(batch[i : i + 1], dictionary)
        assert np.allclose(alone.to_dense(), solution.codes[i : i + 1].to_dense())
    few = Ista(Soft(0.1), 3).solve(batch, dictionary)
    assert few.reason.tolist() == ["steps", "converged", "steps"]
    assert Ista(Soft(0.1)).encode(np.zeros((0, 16)), dictionary).shape == (0, 32)


def test_refusals():
    with pytest.raises(ValueError, match=r"step: got 1.25, wants below 1.25"):
        Ista(Soft(0.1), step=1.25).encode(TWO_X, TWO)
    with pytest.raises(TypeError, match=r"write Dictionary\(atoms\)"):
        Ista(Soft(0.1)).encode(TWO_X, TWO.atoms)
    with pytest.raises(ValueError, match="steps"):
        Ista(Soft(0.1), steps=0)
