"""Dictionaries: what is kept, computed and refused."""

import pickle

import numpy as np
import pytest

from neurosparse.sparse_coding import Dictionary, SparseCodes

TWO = [[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]]


def test_what_solvers_ask():
    dictionary = Dictionary(TWO)
    assert (dictionary.n, dictionary.d, len(dictionary)) == (2, 3, 2)
    assert dictionary.gram == pytest.approx(np.array([[1, 0.6], [0.6, 1]]))
    assert dictionary.coherence == 0.6
    assert dictionary.lipschitz == pytest.approx(1.6)
    assert dictionary.drive([[1, 1, 0.5]]).tolist() == [[1.0, 1.4]]
    assert (pickle.loads(pickle.dumps(dictionary)).atoms == dictionary.atoms).all()
    assert Dictionary([[1.0]]).coherence == 0


def test_the_bound_of_steps_in_every_form():
    atoms = np.random.default_rng(0).standard_normal((1100, 1030))
    dictionary = Dictionary(atoms, renormalise=True)
    exact = np.linalg.norm(dictionary.atoms, 2) ** 2
    assert exact * 0.97 < dictionary.lipschitz < exact * 1.02
    assert Dictionary(dictionary.atoms[:5]).lipschitz == pytest.approx(
        np.linalg.norm(dictionary.atoms[:5], 2) ** 2
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_decoding_is_the_product(dtype):
    rng = np.random.default_rng(1)
    dictionary = Dictionary.random(7, 4, rng=2, dtype=dtype)
    dense = rng.standard_normal((5, 7)) * (rng.random((5, 7)) < 0.4)
    decoded = dictionary.decode(SparseCodes.from_dense(dense))
    assert decoded.dtype == dtype
    assert decoded == pytest.approx(dense @ dictionary.atoms, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Dictionary([[1.0, 0.0], [0.0, 0.0]]), "atoms: got length 0 of atom 1"),
        (
            lambda: Dictionary([[1.0, 0.0], [0.0, 0.0]], renormalise=True),
            "length 0 of atom 1",
        ),
        (lambda: Dictionary([[1.0, 0.1]]), r"length 1.00499 of atom 0.*renormalise=True"),
        (lambda: Dictionary([[1.0], [np.nan]]), "NaN or infinity in row 1"),
        (lambda: Dictionary(np.zeros((0, 3))), "one atom or more"),
        (lambda: Dictionary([1.0, 0.0]), r"write x\[None\]"),
        (lambda: Dictionary(["a"]), "wants numbers"),
        (lambda: Dictionary(TWO).drive([[1.0, 2.0]]), r"x: got .*\[batch, 3\]"),
        (
            lambda: Dictionary(TWO).drive([[1.0, 2.0, np.inf]]),
            "x: got NaN or infinity in row 0",
        ),
        (
            lambda: Dictionary(TWO).decode(SparseCodes.from_dense([[1.0]])),
            "codes of 1 atoms",
        ),
        (lambda: Dictionary(TWO).decode(np.eye(2)), "write SparseCodes.from_dense"),
    ],
)
def test_refusals(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()


def test_the_smallest_and_largest_atoms_keep_their_direction():
    atoms = Dictionary([[3e-200, 4e-200], [3e200, 4e200]], renormalise=True).atoms
    assert atoms == pytest.approx(np.array([[0.6, 0.8], [0.6, 0.8]]))


def test_tensors_that_numpy_cannot_read_are_refused_by_name():
    torch = pytest.importorskip("torch")
    for tensor in (torch.ones(2, 2, requires_grad=True), torch.ones(2, 2).bfloat16()):
        with pytest.raises(TypeError, match="x: got Tensor, wants numbers; write x.detach"):
            Dictionary(np.eye(2)).signals(tensor)
