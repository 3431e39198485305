"""Atoms and supports against those that are known."""

import numpy as np
import pytest

from neurosparse.analysis import match_atoms, match_supports, welch_bound
from neurosparse.sparse_coding import Dictionary, SparseCodes


def test_the_worked_example_both_ways():
    match = match_atoms(np.eye(2), [[0.8, 0.6], [0.6, 0.8], [1.0, 0.05]])
    assert match.recall == pytest.approx(0.89937617)
    assert match.precision == pytest.approx(0.86625080)
    assert match.mcc == pytest.approx(0.89937617)
    assert match.partner.tolist() == [2, 1]


def test_an_opposite_counts_only_without_signs():
    learned = Dictionary([[-1.0, 0.0], [0.0, 1.0]])
    assert match_atoms(np.eye(2), learned).mcc == 1.0
    assert match_atoms(np.eye(2), learned, signed=True).mcc == 0.0


def test_too_few_learned_atoms_leave_some_without_a_partner():
    match = match_atoms(np.eye(3), np.eye(3)[:1])
    assert match.partner.tolist() == [0, -1, -1]
    assert match.mcc == pytest.approx(1 / 3)
    true = SparseCodes.from_dense([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    codes = SparseCodes.from_dense([[1.0], [1.0]])
    support = match_supports(true, codes, match)
    assert support == (1 / 3, 0.5, 0.0)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="learned"):
        match_atoms(np.eye(2), np.eye(3))
    with pytest.raises(ValueError, match="true: got atoms of length 0"):
        match_atoms(np.zeros((2, 2)), np.eye(2))
    codes = SparseCodes.from_dense(np.eye(2))
    with pytest.raises(ValueError, match="codes"):
        match_supports(codes, codes[:1], match_atoms(np.eye(2), np.eye(2)))
    assert welch_bound(4, 4) == 0.0
