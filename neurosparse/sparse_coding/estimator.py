"""Coders as scikit-learn knows transformers, so that they stand in pipelines and searches."""

from __future__ import annotations

from typing import Any, Self

from neurosparse.estimator import Transformer
from neurosparse.sparse_coding.coder import Coder, a_coder, a_dictionary
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Array


class CodeTransformer(Transformer):
    """Code each row by a dictionary that stands fast; `transform` gives a SciPy sparse array.

    Args:
        dictionary: the atoms.
        coder: such as `Omp(8)`.

    >>> from neurosparse.sparse_coding import Dictionary, Omp
    >>> dictionary = Dictionary([[1.0, 0.0], [0.6, 0.8]])
    >>> coder = CodeTransformer(dictionary, Omp(1))
    >>> coder.fit_transform([[0.6, 0.8], [2.0, 0.0]]).toarray().tolist()
    [[0.0, 1.0], [2.0, 0.0]]
    >>> coder.inverse_transform(coder.transform([[2.0, 0.0]])).tolist()
    [[2.0, 0.0]]
    """

    def __init__(self, dictionary: Dictionary, coder: Coder) -> None:
        self.dictionary = a_dictionary(dictionary)
        self.coder = a_coder(coder)

    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Check X; there is nothing to learn."""
        self.dictionary.signals(X)
        return self

    def transform(self, X: Any) -> Any:
        """Code rows `[batch, d]`: a `csr_array [batch, n]`."""
        return self.coder.encode(X, self.dictionary).to_scipy()

    def inverse_transform(self, X: Any) -> Array:
        """Sum the atoms of codes, sparse or dense `[batch, n]`: `[batch, d]`."""
        sparse = hasattr(X, "tocsr")
        codes = SparseCodes.from_scipy(X) if sparse else SparseCodes.from_dense(X)
        return self.dictionary.decode(codes)
