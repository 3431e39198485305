"""Olshausen and Field's rule: products by hand, a step of a batch."""

import numpy as np

from neurosparse.sparse_coding import Dictionary, OlshausenField, SparseCodes
from neurosparse.sparse_coding.learn.olshausen_field import hebbian_products

ATOMS = np.array([[1.0, 0, 0], [0.6, 0.8, 0]])
X = np.array([[1.0, 1.0, 0.5]])


class Fixed:
    """A coder that always says the same."""

    def __init__(self, dense: list[list[float]]) -> None:
        self.codes = SparseCodes.from_dense(dense)

    def encode(self, x: object, dictionary: Dictionary) -> SparseCodes:
        """Say it."""
        return self.codes


def test_products_by_hand() -> None:
    products = hebbian_products(X, SparseCodes.from_dense([[0.1875, 1.1875]]), ATOMS)
    np.testing.assert_allclose(
        products, [[0.01875, 0.009375, 0.09375], [0.11875, 0.059375, 0.59375]], atol=1e-12
    )


def test_a_batch_moves_atoms_by_its_mean() -> None:
    rule = OlshausenField(batch=2, rate=0.5)
    coder = Fixed([[0.1875, 1.1875], [0.1875, 1.1875]])
    start = rule.begin(Dictionary(ATOMS))
    end = rule.partial_fit(np.repeat(X, 2, axis=0), start, coder=coder)
    products = hebbian_products(X, Fixed([[0.1875, 1.1875]]).codes, ATOMS)
    moved = ATOMS + 0.5 * products
    expected = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    np.testing.assert_allclose(end.dictionary.atoms, expected, atol=1e-12)
