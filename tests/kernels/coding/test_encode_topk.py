"""The k best rows of each sample: every path against all scores, ties to the higher index."""

import numpy as np
import pytest

from neurosparse.kernels.coding.encode_topk import cpu, encode_topk


@pytest.mark.parametrize("magnitude", [False, True])
@pytest.mark.parametrize(
    ("batch", "n", "k"),
    [(1, 1, 1), (7, 40, 2), (5, 9, 9), (5, 9, 0), (0, 9, 2), (6, 30, 7)],
)
def test_cpu_is_the_law_at_any_number_of_threads(batch, n, k, magnitude, monkeypatch):
    monkeypatch.setattr(cpu, "SCORES", 2 * n)
    rng = np.random.default_rng(batch)
    # small whole numbers: many ties, and no rounding
    x, rows, bias = (
        rng.integers(-2, 3, size).astype(float) for size in ((batch, 3), (n, 3), n)
    )
    law = encode_topk(x, rows, k, bias, magnitude=magnitude, backend="naive")
    for threads in (1, 2, 3):
        ours = encode_topk(x, rows, k, bias, magnitude=magnitude, threads=threads)
        np.testing.assert_array_equal(ours[0], law[0])
        np.testing.assert_array_equal(ours[1], law[1])
    assert law[0].dtype == np.int32
    assert law[0].shape == (batch, k)


def test_of_repeated_atoms_the_last_wins():
    rows = np.ones((6, 2))
    best, values = encode_topk(np.ones((1, 2)), rows, 2)
    assert best.tolist() == [[4, 5]]
    assert values.tolist() == [[2.0, 2.0]]


def test_scores_of_minus_infinity_win_where_no_others_are():
    bias = np.full(40, -np.inf)
    bias[7] = 0.0
    best, _ = encode_topk(np.ones((1, 2)), np.ones((40, 2)), 2, bias)
    assert best.tolist() == [[7, 39]]


def test_bad_input_names_the_argument():
    x = np.ones((2, 3))
    rows = np.ones((4, 3))
    with pytest.raises(ValueError, match=r"k: got 5, wants a count from 0 to 4"):
        encode_topk(x, rows, 5)
    with pytest.raises(ValueError, match="x: got NaN"):
        encode_topk(x * np.nan, rows, 1)
    with pytest.raises(ValueError, match="rows"):
        encode_topk(x, rows.astype(int), 1)
    with pytest.raises(ValueError, match="x: got an array"):
        encode_topk(x[:, :2], rows, 1)
    with pytest.raises(ValueError, match="bias"):
        encode_topk(x, rows, 1, np.ones(3))
