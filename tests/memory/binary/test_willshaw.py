"""Willshaw's memory: its matrix, its recall, its files."""

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse.memory import (
    Willshaw,
    Winners,
    willshaw_density,
    willshaw_false_ones,
    willshaw_independent_false_ones,
    willshaw_pair_density,
    willshaw_pair_false_ones,
)
from neurosparse.sdr import SDR
from tests.memory.binary.draws import drawn, part_of
from tests.strategies import SEEDS


@given(seed=SEEDS, n=st.integers(1, 140), n_post=st.integers(1, 70), m=st.integers(1, 6))
def test_the_matrix_is_the_or_of_outer_products(
    seed: int, n: int, n_post: int, m: int
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((m, n)) < 0.3
    y = rng.random((m, n_post)) < 0.3
    x[:, 0] = y[:, -1] = True
    memory = Willshaw(n, n_post)
    memory.store(x, y)
    outer = (y[:, :, None] & x[:, None, :]).any(axis=0)
    assert (memory.dense == outer).all()
    assert (memory.connectivity.to_dense() == outer.T).all()
    assert (memory.sums(x) == x.astype(int) @ outer.T).all()
    assert memory.density == outer.mean()


@given(seed=SEEDS, m=st.integers(1, 12), cut=st.integers(1, 11))
def test_order_and_repetition_do_not_matter_and_stored_patterns_stay(
    seed: int, m: int, cut: int
) -> None:
    x = drawn(m, 60, 5, seed)
    once, pieces = Willshaw(60), Willshaw(60)
    once.store(x)
    pieces.store(x[: min(cut, m)][::-1])
    pieces.store(x, backend="naive")
    assert (once.bits == pieces.bits).all()
    assert (once.dense == once.dense.T).all()
    # a full cue brings back at least the pattern, at every load
    assert (once.retrieve(x).patterns >= x).all()


def test_every_form_of_pattern_gives_the_same_memory() -> None:
    from scipy.sparse import csr_array

    x = drawn(4, 90, 6)
    memories = [Willshaw(90) for _ in range(3)]
    for memory, form in zip(
        memories, (x, csr_array(x), [SDR(np.flatnonzero(r), 90) for r in x]), strict=True
    ):
        memory.store(form)
    assert all((memory.bits == memories[0].bits).all() for memory in memories)
    assert memories[0].bits.any()


# M, density, exact recall of a full cue, false ones at a cue of 5 of 10; N = 1000, k = 10
SIMULATED = [
    (2000, 0.1651, 1.0, 0.196),
    (4000, 0.3030, 0.986, 2.90),
    (6931, 0.4638, 0.522, 22.2),
]


@pytest.mark.parametrize(("m", "p", "exact", "false"), SIMULATED)
def test_recall_of_a_loaded_memory(m: int, p: float, exact: float, false: float) -> None:
    x = drawn(m, 1000, 10, 1)
    memory = Willshaw(1000)
    memory.store(x)
    assert memory.density == pytest.approx(willshaw_density(1000, 10, m), abs=0.002)
    assert memory.density == pytest.approx(p, abs=0.004)
    full = memory.retrieve(x[:1000]).patterns
    assert (full == x[:1000]).all(axis=1).mean() == pytest.approx(exact, abs=0.08)
    wrong = memory.retrieve(part_of(x[:1500], 5)).patterns & ~x[:1500]
    assert wrong.sum(axis=1).mean() == pytest.approx(false, rel=0.1, abs=0.06)
    # ours is the expectation itself; the independent formula is too low
    spread = 5 * wrong.sum(axis=1).std() / np.sqrt(1500)
    assert wrong.sum(axis=1).mean() == pytest.approx(
        willshaw_false_ones(1000, 10, m, 5), abs=spread
    )
    assert willshaw_independent_false_ones(1000, 10, m, 5) < willshaw_false_ones(
        1000, 10, m, 5
    )


def test_iterating_repairs_what_one_update_leaves() -> None:
    x = drawn(2500, 1000, 10, 2)
    memory = Willshaw(1000)
    memory.store(x)
    cue = part_of(x[:400], 5)
    once = (memory.retrieve(cue).patterns == x[:400]).all(axis=1).mean()
    often = memory.retrieve(cue, then=Winners(10), steps=10)
    assert 0.4 < once < 0.8
    assert (often.patterns == x[:400]).all(axis=1).mean() > once + 0.15
    assert often.settled.mean() > 0.9
    assert often.steps.max() > 2


def test_pairs_follow_their_expectation() -> None:
    n_pre = 400
    k_pre = 8
    n_post = 300
    k_post = 6
    m = 1500
    c = 6
    x = drawn(m, n_pre, k_pre, 5)
    y = drawn(m, n_post, k_post, 6)
    memory = Willshaw(n_pre, n_post)
    memory.store(x, y)
    assert memory.density == pytest.approx(
        willshaw_pair_density(n_pre, k_pre, n_post, k_post, m), abs=0.003
    )
    wrong = (memory.retrieve(part_of(x, c)).patterns & ~y).sum(axis=1)
    assert wrong.mean() > 0.1
    expected = willshaw_pair_false_ones(n_pre, k_pre, n_post, k_post, m, c)
    assert wrong.mean() == pytest.approx(expected, abs=5 * wrong.std() / np.sqrt(m))


def test_what_cannot_be_meant_is_refused() -> None:
    one = np.eye(9, dtype=bool)[:1]
    with pytest.raises(ValueError, match="n_pre: got 0, wants a whole number"):
        Willshaw(0)
    memory = Willshaw(9)
    with pytest.raises(ValueError, match="an empty memory.*call store"):
        memory.retrieve(one)
    with pytest.raises(ValueError, match="x: got rows of 8 cells, wants 9; give SDRs"):
        memory.store(one[:, :8])
    with pytest.raises(ValueError, match="x: got no patterns"):
        memory.store(np.zeros((0, 9)))
    with pytest.raises(ValueError, match="no active unit in pattern 1.*leave empty"):
        memory.store(np.array([one[0], ~one[0] & False]))
    with pytest.raises(ValueError, match="y: got an array"):
        memory.store(one, one)
    with pytest.raises(ValueError, match="y: got None"):
        Willshaw(9, 9).store(one)
    with pytest.raises(ValueError, match="y: got 2 patterns, wants as many as x has: 1"):
        Willshaw(9, 9).store(one, np.eye(9)[:2])
    pairs = Willshaw(9, 9)
    pairs.store(one, one)
    with pytest.raises(ValueError, match="steps: got 2"):
        pairs.retrieve(one, steps=2)


@settings(max_examples=10)
@given(seed=SEEDS)
def test_saving_keeps_every_bit(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("memory") / "a.zarr"
    for memory in (Willshaw(70), Willshaw(70, 30)):
        rng = np.random.default_rng(seed)
        x = rng.random((3, 70)) < 0.5
        y = rng.random((3, 30)) < 0.5
        x[:, 0] = y[:, 0] = True
        memory.store(x, None if memory.auto else y)
        memory.save(path)
        back = Willshaw.load(path)
        assert (back.bits == memory.bits).all()
        assert (back.stored, back.auto, back.n_post) == (3, memory.auto, memory.n_post)


def test_bits_beyond_the_last_unit_are_refused(tmp_path: Path) -> None:
    memory = Willshaw(9)
    memory.store(np.eye(9)[:1])
    memory.bits[0, 0] |= np.uint64(1 << 20)
    memory.save(tmp_path / "a.zarr")
    with pytest.raises(ValueError, match="a bit beyond cell 8"):
        Willshaw.load(tmp_path / "a.zarr")
