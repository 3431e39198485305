"""Supervised dictionaries: costs by hand, classes that description alone does not see."""

from typing import Any

import numpy as np
import pytest

from neurosparse.sparse_coding import Dictionary, Ista, Omp, Soft, SupervisedDictionary
from neurosparse.sparse_coding.learn.supervised import logistic, losses

W = np.array([[1.0, 0], [0, 1], [1, 1]])
X = np.array([[1.0, 0, 1], [0, 2, 1]])
Y = np.array([1.0, 0.0])


@pytest.mark.parametrize(
    ("read", "extra", "expected"),
    [
        (X @ W, [0.0, 0.0], 0.7312328),
        (np.eye(2), [0.0, 0.0], 0.7786418),
        (X @ W, [0.3, -0.3], 0.5780588),
    ],
)
def test_costs_by_hand(read: Any, extra: Any, expected: float) -> None:
    logits = 0.1 + read @ [0.5, -1.0] + extra
    assert losses(Y, logits).sum() == pytest.approx(expected, abs=1e-7)
    assert 2 * ((X - W.T) ** 2).sum() == 2.0


START = Dictionary.random(3, 6, rng=1)


def weak_classes(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Classes differ along the sixth axis, all variance lies along the others."""
    rng = np.random.default_rng(0)
    labels = rng.integers(2, size=n)
    x = rng.standard_normal((n, 6)) * [4, 4, 3, 3, 3, 0.15]
    x[:, 5] += labels - 0.5
    return x, labels


def test_labels_turn_atoms_towards_what_tells_classes_apart() -> None:
    x, labels = weak_classes()
    accuracy = {}
    for xi in (1e3, 1e-3):
        rule = SupervisedDictionary(xi=xi)
        model = rule.fit(x, labels, dictionary=START, coder=Ista(Soft(0.05)), epochs=20)
        accuracy[xi] = (model.predict(x) == labels).mean()
        assert model.history[-1] < model.history[0]
        error = ((x - model.dictionary.decode(model.encode(x))) ** 2).sum() / (x**2).sum()
        assert xi < 1 or error < 0.65
    assert accuracy[1e-3] > 0.95 > 0.85 > accuracy[1e3]


@pytest.mark.parametrize("coder", [Ista(Soft(0.05)), Omp(2)])
def test_codes_as_features_classify_what_they_describe(coder: Any) -> None:
    x, labels = weak_classes()
    x[:, 0] += 12 * (labels - 0.5)
    rule = SupervisedDictionary(xi=1.0, filters=False)
    model = rule.fit(x, labels, dictionary=START, coder=coder, epochs=10)
    assert (model.predict(x) == labels).mean() > 0.85
    assert model.history[-1] < 0.9 * model.history[0]


def test_covariates_enter_the_classification_only() -> None:
    x, _ = weak_classes()
    rng = np.random.default_rng(1)
    extra = rng.standard_normal((len(x), 2))
    labels = (extra[:, 0] > 0).astype(int)
    rule = SupervisedDictionary()
    model = rule.fit(x, labels, dictionary=START, coder=Omp(2), covariates=extra, epochs=5)
    assert (model.predict(x, extra) == labels).mean() > 0.95
    assert abs(model.gamma[0]) > 10 * abs(model.gamma[1])
    with pytest.raises(ValueError, match="covariates: got .* wants 2 columns"):
        model.predict(x)


def test_logistic_regression_ends_where_its_slope_is_zero() -> None:
    rng = np.random.default_rng(0)
    columns = rng.standard_normal((80, 3))
    y = (columns @ [1.0, -2, 0] + rng.standard_normal(80) > 0.5).astype(float)
    weights = logistic(columns, y, np.zeros(4), 0.5)
    off = 1 / (1 + np.exp(-weights[0] - columns @ weights[1:])) - y
    assert abs(off.sum()) < 1e-6
    np.testing.assert_allclose(columns.T @ off, -0.5 * weights[1:], atol=1e-6)
    assert weights[2] < -1


@pytest.mark.parametrize(
    ("labels", "covariates", "words"),
    [
        (np.zeros(3), None, r"labels: got .* wants \[300\]"),
        (np.full(300, 2), None, "a label 2"),
        (np.zeros(300), np.zeros((2, 1)), "a row a signal"),
        (np.zeros(300), np.full((300, 1), np.nan), "NaN"),
    ],
)
def test_bad_labels_and_covariates_are_refused(
    labels: Any, covariates: Any, words: str
) -> None:
    x, _ = weak_classes()
    with pytest.raises(ValueError, match=words):
        SupervisedDictionary().fit(
            x,
            labels,
            dictionary=START,
            coder=Omp(1),
            covariates=covariates,
        )
