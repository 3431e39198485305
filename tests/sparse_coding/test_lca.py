"""The locally competitive algorithm: its path by hand, its rest at the lasso, its messages."""

import numpy as np
import pytest

from neurosparse.sparse_coding import (
    CEL0,
    Dictionary,
    EventLca,
    Firm,
    Half,
    Hard,
    Lasso,
    Lca,
    NonNegative,
    Rozell,
    Soft,
    cost,
)
from tests.sparse_coding.problems import TWO, TWO_X, problem_r

SOFT = Soft(0.1)


def energy(x, codes, dictionary, threshold=SOFT):
    return float(cost(x, codes, dictionary, threshold)[0])


@pytest.mark.parametrize(
    ("steps", "u"),
    [
        (1, (0.1, 0.14)),
        (2, (0.1876, 0.266)),
        (3, (0.25888, 0.374144)),
        (10, (0.480932, 0.816100)),
        (50, (0.352313, 1.222427)),
    ],
)
def test_steps_by_hand(steps, u):
    solution = Lca(Soft(0.1), steps, 0.0).solve(TWO_X, TWO)
    assert solution.state[0] == pytest.approx(u, abs=1e-6)
    if steps == 10:
        assert energy(TWO_X, solution.codes, TWO) == pytest.approx(0.343857, abs=1e-6)
    rest = Lca(Soft(0.1), 3, 0.0).solve(TWO_X, TWO, state=solution.state)
    assert rest.state == pytest.approx(
        Lca(Soft(0.1), steps + 3, 0.0).solve(TWO_X, TWO).state
    )


@pytest.mark.parametrize(
    ("lam", "a", "u"),
    [
        (0.1, (0.1875, 1.1875), (0.2875, 1.2875)),
        (0.3, (0.0625, 1.0625), (0.3625, 1.3625)),
        (0.4, (0, 1), (0.4, 1.4)),
        (0.5, (0, 0.9), (0.46, 1.4)),
    ],
)
def test_rest_by_hand(lam, a, u):
    solution = Lca(Soft(lam), tol=1e-12).solve(TWO_X, TWO)
    assert solution.codes.to_dense()[0] == pytest.approx(a, abs=1e-8)
    assert solution.state[0] == pytest.approx(u, abs=1e-8)
    assert solution.reason.tolist() == ["converged"]


def test_a_hard_threshold_and_atoms_at_right_angles():
    hard = Rozell(0.5, shrinkage=0.0)
    solution = Lca(hard, tol=1e-12).solve(TWO_X, TWO)
    assert solution.state[0] == pytest.approx([0.16, 1.4], abs=1e-8)
    assert energy(TWO_X, solution.codes, TWO, hard) == pytest.approx(0.27)
    square = Dictionary([[0.6, -0.8], [0.8, 0.6]])
    codes = EventLca(Soft(0.3)).encode([[1.0, 0.2]], square)
    assert codes.to_dense()[0] == pytest.approx([0.14, 0.62])


def test_three_of_thirty_two():
    x, dictionary = problem_r()
    codes = [
        Lca(Soft(0.1), steps, 0.0).encode(x, dictionary) for steps in (10, 100, 300, 1000)
    ]
    energies = [energy(x, code, dictionary) for code in codes]
    assert energies[0] == pytest.approx(0.760487, abs=1e-6)
    assert energies[1:] == pytest.approx(
        [0.43920068, 0.43901857774, 0.43901857773465], abs=1e-8
    )
    assert [code.nnz for code in codes] == [20, 3, 3, 3]


def test_messages_by_hand():
    codes = [
        EventLca(Soft(0.1), messages=count).encode(TWO_X, TWO) for count in (1, 2, 3, 4)
    ]
    assert np.array([code.to_dense()[0] for code in codes]) == pytest.approx(
        np.array([(0, 1.3), (0.12, 1.3), (0.12, 1.228), (0.1632, 1.228)])
    )


def test_messages_of_three_of_thirty_two():
    x, dictionary = problem_r()
    counts = (1, 2, 3, 5, 10, 20, 50)
    codes = [EventLca(Soft(0.1), messages=count).encode(x, dictionary) for count in counts]
    expected = [1.3535010, 0.9660460, 0.7246739, 0.4829381, 0.4400499, 0.4390191846]
    assert [energy(x, code, dictionary) for code in codes] == pytest.approx(
        [*expected, 0.43901857773465], abs=1e-7
    )
    ended = EventLca(Soft(0.1), tol=1e-12).solve(x, dictionary)
    assert ended.steps.tolist() == [74]
    assert ended.numbers["multiply_adds"].tolist() == [74 * 32]
    assert ended.reason.tolist() == ["converged"]
    assert ended.codes.indices.tolist() == [3, 17, 29]
    expected = [0.90228549, -1.96463653, 1.41344953]
    assert ended.codes.values == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    "threshold",
    [
        Hard(0.02),
        Half(0.1),
        CEL0(0.05),
        Firm(0.1, 2.0),
        Rozell(0.2, 0.5),
        Soft(0.1),
        Half(0.0),
    ],
    ids=repr,
)
@pytest.mark.parametrize("positive", [False, True])
def test_every_message_lowers_the_cost(threshold, positive):
    rng = np.random.default_rng(2)
    dictionary = Dictionary.random(40, 20, rng=rng)
    x = rng.standard_normal((3, 20))
    threshold = NonNegative(threshold) if positive else threshold
    energies = []
    codes = None
    for _ in range(12):
        codes = (
            EventLca(threshold, messages=1).encode(x, dictionary)
            if codes is None
            else (EventLca(threshold, messages=1).solve(x, dictionary, start=codes).codes)
        )
        energies.append(cost(x, codes, dictionary, threshold))
    assert (np.diff(energies, axis=0) < 1e-12).all()
    assert codes.nnz > 9


def test_dense_steps_and_messages_end_alike():
    rng = np.random.default_rng(3)
    dictionary = Dictionary.random(30, 20, rng=rng)
    x = rng.standard_normal((4, 20))
    for threshold in (Soft(0.3), NonNegative(Soft(0.3))):
        dense = Lca(threshold, tol=1e-10).encode(x, dictionary)
        events = EventLca(threshold, tol=1e-10).encode(x, dictionary)
        positive = isinstance(threshold, NonNegative)
        lasso = Lasso(0.3, gap=1e-14, nonnegative=positive).encode(x, dictionary)
        assert np.allclose(dense.to_dense(), events.to_dense(), atol=1e-7)
        assert np.allclose(lasso.to_dense(), events.to_dense(), atol=1e-6)
        assert dense.nnz > 8


def test_a_falling_threshold_helps_the_hard_one():
    rng = np.random.default_rng(4)
    dictionary = Dictionary.random(60, 20, rng=rng)
    x = rng.standard_normal((40, 20))
    costs = [
        cost(
            x, Lca(Hard(0.1), anneal=anneal).encode(x, dictionary), dictionary, Hard(0.1)
        ).mean()
        for anneal in (None, 0.95)
    ]
    assert costs[1] < 0.96 * costs[0]


def test_a_threshold_of_ones_own():
    class Shift:
        def __call__(self, u):
            return self.prox(u)

        def prox(self, r, step=1.0):
            return Soft(0.1).prox(r, step)

        def penalty(self, a):
            return Soft(0.1).penalty(a)

    codes = Lca(Shift()).encode(TWO_X, TWO)
    assert (codes.to_dense() == Lca(Soft(0.1)).encode(TWO_X, TWO).to_dense()).all()
    with pytest.raises(TypeError, match=r"threshold: got .* give it a curve"):
        EventLca(Shift())


def test_refusals():
    with pytest.raises(ValueError, match=r"step: got 1.25, wants below 1.25"):
        Lca(Soft(0.1), step=1.25).encode(TWO_X, TWO)
    with pytest.raises(ValueError, match="gain: got 3"):
        EventLca(Rozell(0.5, gain=3.0))
    with pytest.raises(ValueError, match="anneal: got 1.0"):
        Lca(Soft(0.1), anneal=1.0)
    with pytest.raises(ValueError, match="state: got"):
        Lca(Soft(0.1)).solve(TWO_X, TWO, state=np.zeros((2, 2)))
    start = EventLca(Soft(0.1)).encode(TWO_X, TWO)
    with pytest.raises(ValueError, match=r"start: got .*codes of 2 samples"):
        EventLca(Soft(0.1)).solve(np.concatenate([TWO_X, TWO_X]), TWO, start=start)
