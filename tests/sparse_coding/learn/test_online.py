"""Online learning: a sweep by hand, memory that is exact, atoms that go nowhere."""

import numpy as np

from neurosparse.sparse_coding import Dictionary, Ista, OnlineDictionary, Soft
from neurosparse.sparse_coding.learn.online import atom_sweep


def test_a_sweep_by_hand() -> None:
    a = np.array([[2.0, 1.0], [1.0, 5.0]])
    b = np.array([[3.0, 1.0], [2.0, 3.0]])
    np.testing.assert_allclose(
        atom_sweep(np.eye(2), a, b), [[1, 0], [0.2, 0.6]], atol=1e-12
    )


def test_memory_is_what_all_codes_add_up_to() -> None:
    x = np.random.default_rng(0).standard_normal((40, 4))
    rule = OnlineDictionary(batch=20, fading=0.0)
    coder = Ista(Soft(0.2))
    state = rule.begin(Dictionary.random(6, 4, rng=0))
    codes = []
    for part in np.split(x, 2):
        codes.append(coder.encode(part, state.dictionary).to_dense())
        state = rule.partial_fit(part, state, coder=coder)
    whole = np.concatenate(codes)
    np.testing.assert_allclose(state.state["a"], whole.T @ whole, rtol=0.2, atol=0.3)
    assert state.state["batches"].tolist() == [2]


def test_surrogate_falls_with_every_sweep() -> None:
    rng = np.random.default_rng(0)
    code = rng.standard_normal((50, 5)) * (rng.random((50, 5)) < 0.5)
    x = rng.standard_normal((50, 3))
    a, b = code.T @ code, code.T @ x
    atoms = Dictionary.random(5, 3, rng=rng).atoms
    errors = [np.linalg.norm(x - code @ atoms)]
    for _ in range(5):
        atoms = atom_sweep(atoms, a, b)
        errors.append(np.linalg.norm(x - code @ atoms))
    assert np.all(np.diff(errors) < 0)
    assert (np.linalg.norm(atoms, axis=1) <= 1 + 1e-12).all()


def test_unused_atoms_stay() -> None:
    a = np.diag([1.0, 0.0])
    b = np.array([[0.5, 0.5], [0.0, 0.0]])
    assert atom_sweep(np.eye(2), a, b)[1].tolist() == [0, 1]
