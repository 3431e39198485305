"""What a binary memory takes."""

import numpy as np
import pytest

from neurosparse.memory import CliqueMemory, CovarianceMemory, Willshaw
from neurosparse.memory.binary.patterns import bit_patterns, compressed_rows
from neurosparse.sdr import SDR


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0, 0.5, 2.0])
def test_only_bits_are_stored(wrong: float) -> None:
    from scipy.sparse import csr_array

    row = np.zeros((1, 9))
    row[0, [2, 5]] = 1.0, wrong
    for memory in (Willshaw(9), CovarianceMemory(9, 0.3)):
        for form in (row, row.tolist(), csr_array(row), [row[0]]):
            with pytest.raises(
                ValueError, match=rf"x: got the value {wrong}, wants 0 and 1.*x > 0"
            ):
                memory.store(form)
        with pytest.raises(ValueError, match=r"x: got .*write x\[None\]"):
            memory.store(np.ones(9))
        with pytest.raises(TypeError, match="x: got None"):
            memory.store(None)
        assert memory.stored == 0
        for form in (
            row != 0,
            [[0, 0, 1, 0, 0, 1, 0, 0, 0]],
            csr_array(row != 0),
            (row != 0).astype(np.uint8),
        ):
            memory.store(form)
        assert memory.stored == 4


def test_what_is_no_rule_or_no_batch_is_named() -> None:
    willshaw = Willshaw(12)
    willshaw.store(np.eye(12)[:3])
    cliques = CliqueMemory(12, 3)
    cliques.store([[0, 1, 2]])
    with pytest.raises(TypeError, match="rule: got 3, wants a threshold"):
        willshaw.retrieve(np.eye(12, dtype=bool), 3)
    with pytest.raises(TypeError, match="then: got 3"):
        willshaw.retrieve(np.eye(12, dtype=bool), then=3)
    with pytest.raises(TypeError, match="decoder: got 2, wants a decoder"):
        cliques.retrieve([[0, -1, -1]], 2)
    with pytest.raises(TypeError, match=r"x: .*write \[sdr\] for one pattern"):
        willshaw.store(SDR([1], 12))


def test_rows_are_new() -> None:
    x = np.ones((2, 3), np.bool_)
    rows = bit_patterns("x", x, 3)
    rows[:] = False
    assert x.all()


def test_states_become_compressed_rows() -> None:
    states = np.random.default_rng(0).random((5, 9)) < 0.4
    states[2] = False
    indptr, units = compressed_rows(states)
    for q, state in enumerate(states):
        np.testing.assert_array_equal(
            units[indptr[q] : indptr[q + 1]], np.flatnonzero(state)
        )
