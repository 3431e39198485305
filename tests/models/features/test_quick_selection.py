"""QuickSelection: what it finds, its synapses, and scikit-learn's conventions."""

import warnings

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import check_is_fitted

from neurosparse.models import QuickSelection, SparseLinear, input_strength
from neurosparse.models.features.quick_selection import autoencoder

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def rows(seed=0):
    """Five features that tell of each other, five of noise."""
    rng = np.random.default_rng(seed)
    shared = rng.standard_normal((400, 1)) * [1, -1, 1, -1, 1]
    linked = shared + 0.1 * rng.standard_normal((400, 5))
    return np.hstack([linked, 0.3 * rng.standard_normal((400, 5))])


def test_the_autoencoder_of_mnist():
    model = autoencoder(784, 1000, 13, 0.2, 0)
    assert [layer.nnz for layer in (model[1], model[4])] == [23_192, 23_192]
    assert model[1].density == pytest.approx(0.02958163, abs=1e-8)


def test_strength_is_a_sum_of_sizes():
    layer = SparseLinear(30, 20, 0.2, rng=0)
    dense = layer.to_dense().weight.detach().abs().sum(0).numpy()
    np.testing.assert_allclose(input_strength(layer), dense, rtol=1e-6)


@pytest.mark.parametrize("epsilon", [1.5, 100.0])
def test_features_that_tell_of_each_other_stay(epsilon):
    X = rows()
    torch.manual_seed(7)
    before = torch.random.get_rng_state()
    selector = QuickSelection(
        5, units=30, epsilon=epsilon, epochs=20, learning_rate=0.1, rng=0
    )
    first = selector.fit(X).strength_
    assert torch.equal(torch.random.get_rng_state(), before)
    assert selector.get_support(indices=True).tolist() == [0, 1, 2, 3, 4]
    assert selector.get_support().sum() == 5
    np.testing.assert_array_equal(selector.transform(X), X[:, :5])
    np.testing.assert_array_equal(selector.fit(X).strength_, first)
    assert not np.array_equal(clone(selector).set_params(rng=1).fit(X).strength_, first)
    back = selector.inverse_transform(selector.transform(X))
    np.testing.assert_array_equal(back[:, :5], X[:, :5])
    assert not back[:, 5:].any()


def test_conventions_of_scikit_learn():
    selector = QuickSelection(1, units=8, epochs=1, rng=0)
    with pytest.raises((NotFittedError, TypeError)):
        check_is_fitted(selector)
    with pytest.raises(ValueError, match=r"call fit\(X\) first"):
        selector.get_support()
    twin = clone(selector)
    assert twin.get_params() == selector.get_params()
    assert repr(twin) == "QuickSelection(n_features_to_select=1, units=8, epochs=1, rng=0)"
    X = rows()
    y = (X[:, 0] > 0).astype(int)
    trees = ExtraTreesClassifier(5, random_state=0)
    pipeline = make_pipeline(StandardScaler(), selector, trees)
    grid = {"quickselection__n_features_to_select": [2, 5]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(X, y)
    assert search.best_score_ > 0.8
    sparse = selector.fit(csr_array(X)).transform(csr_array(X))
    np.testing.assert_array_equal(sparse.toarray(), selector.transform(X))
    assert selector.get_feature_names_out().shape == (1,)
    check_is_fitted(selector)


def test_names_of_columns_are_kept():
    pandas = pytest.importorskip("pandas")
    X = rows()
    frame = pandas.DataFrame(X, columns=[f"c{n}" for n in range(10)])
    selector = QuickSelection(3, units=8, epochs=1, rng=0).fit(frame)
    names = selector.get_feature_names_out()
    np.testing.assert_array_equal(frame[names].to_numpy(), selector.transform(frame))


def test_what_scikit_learn_checks_of_any_estimator():
    """Failures that are words or wishes of scikit-learn's own, not of use, are named here."""
    expected = {
        # a number that cannot be meant is refused at once, not when it is used
        "check_do_not_raise_errors_in_init_or_set_params",
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(
            QuickSelection(1, units=4, epochs=1, rng=0), on_fail=None, on_skip=None
        )
    failed = {r["check_name"]: r["exception"] for r in results if r["status"] == "failed"}
    assert len(results) > 20
    assert set(failed) <= expected, failed


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.zeros((3, 2)), "n_features_to_select: got 3, wants at most 2"),
        (np.zeros(3), r"X: got shape \[3\]"),
        (np.zeros((0, 3)), r"0 sample\(s\)"),
        (np.full((2, 3), np.nan), "X: got NaN"),
        (np.full((2, 3), 1e300), "X: got NaN or infinite"),
    ],
)
def test_rows_that_are_refused(X, words):
    with pytest.raises(ValueError, match=words):
        QuickSelection(3, units=4).fit(X)


def test_other_refusals():
    with pytest.raises(TypeError, match="X: got an array of"):
        QuickSelection(1, units=4).fit(np.array([["a"]]))
    with pytest.raises(ValueError, match="epochs: got 0"):
        QuickSelection(epochs=0)
    with pytest.raises(ValueError, match="fraction: got 2"):
        QuickSelection(fraction=2)
    fitted = QuickSelection(1, units=4, epochs=1, rng=0).fit(rows())
    with pytest.raises(ValueError, match="X has 3 features, but QuickSelection is"):
        fitted.transform(rows()[:, :3])
    with pytest.raises(ValueError, match="as selected"):
        fitted.inverse_transform(rows())
    with pytest.raises(ValueError, match="input_features: got 2 names"):
        fitted.get_feature_names_out(["a", "b"])
