"""A coder in the hands of scikit-learn."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import SparseCoder
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from neurosparse.sparse_coding import CodeTransformer, Dictionary, Lasso, Omp

DICTIONARY = Dictionary.random(30, 12, rng=1)


def test_codes_are_those_of_scikit_learn():
    x = np.random.default_rng(2).standard_normal((20, 12))
    theirs = SparseCoder(
        DICTIONARY.atoms, transform_algorithm="omp", transform_n_nonzero_coefs=4
    )
    ours = CodeTransformer(DICTIONARY, Omp(4))
    assert np.allclose(ours.fit_transform(x).toarray(), theirs.fit_transform(x))
    assert np.allclose(
        ours.inverse_transform(ours.transform(x)), theirs.transform(x) @ DICTIONARY.atoms
    )
    assert np.allclose(
        ours.inverse_transform(theirs.transform(x)), theirs.transform(x) @ DICTIONARY.atoms
    )


def test_it_is_cloned_searched_and_piped():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((60, 12))
    y = (DICTIONARY.drive(x)[:, 3] > 0).astype(int)
    pipe = make_pipeline(CodeTransformer(DICTIONARY, Omp(2)), LogisticRegression())
    grid = {"codetransformer__coder": [Omp(1), Lasso(0.1)]}
    search = GridSearchCV(clone(pipe), grid, cv=2).fit(x, y)
    assert isinstance(search.best_params_["codetransformer__coder"], Lasso)
    assert search.best_score_ > 0.6


def test_refusals():
    with pytest.raises(TypeError, match=r"coder: got .* write Omp\(8\)"):
        CodeTransformer(DICTIONARY, np.eye(3))
    with pytest.raises(ValueError, match="x: got"):
        CodeTransformer(DICTIONARY, Omp(1)).fit(np.eye(3))
