"""Willshaw's memory: its matrix, its recall, its numbers."""

from fractions import Fraction
from itertools import combinations, product
from math import comb
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse.memory import (
    AtLeast,
    CovarianceMemory,
    CueSize,
    Willshaw,
    Winners,
    false_ones,
    willshaw_density,
)
from neurosparse.memory.binary import clique_theory
from neurosparse.memory.binary.willshaw_theory import (
    dendritic_sums,
    high_fidelity_patterns,
    independent_false_ones,
    pair_density,
    pair_false_ones,
    patterns_at_density,
)
from neurosparse.sdr import SDR
from tests.strategies import SEEDS


def drawn(m: int, n: int, k: int, rng: Any = 0) -> Any:
    """m random patterns of exactly k of n units, boolean [m, n]."""
    rows = np.zeros((m, n), np.bool_)
    chosen = np.argpartition(np.random.default_rng(rng).random((m, n)), k, axis=1)[:, :k]
    np.put_along_axis(rows, chosen, True, axis=1)
    return rows


def part_of(patterns: Any, c: int) -> Any:
    """Cues of the first c active units of each pattern."""
    return patterns & (np.cumsum(patterns, axis=1) <= c)


@given(seed=SEEDS, n=st.integers(1, 140), n_out=st.integers(1, 70), m=st.integers(1, 6))
def test_the_matrix_is_the_or_of_outer_products(seed: int, n: int, n_out: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((m, n)) < 0.3
    y = rng.random((m, n_out)) < 0.3
    x[:, 0] = y[:, -1] = True
    memory = Willshaw(n, n_out)
    memory.store(x, y)
    outer = (y[:, :, None] & x[:, None, :]).any(axis=0)
    assert (memory.dense() == outer).all()
    assert (memory.connectivity().to_dense() == outer.T).all()
    assert (memory.sums(x) == x.astype(int) @ outer.T).all()
    assert memory.density() == outer.mean()


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
    assert (once.dense() == once.dense().T).all()
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
SIMULATED = [(2000, 0.1651, 1.0, 0.196), (4000, 0.3030, 0.986, 2.90), (6931, 0.4638, 0.522, 22.2)]


@pytest.mark.parametrize(("m", "p", "exact", "false"), SIMULATED)
def test_recall_of_a_loaded_memory(m: int, p: float, exact: float, false: float) -> None:
    x = drawn(m, 1000, 10, 1)
    memory = Willshaw(1000)
    memory.store(x)
    assert memory.density() == pytest.approx(willshaw_density(1000, 10, m), abs=0.002)
    assert memory.density() == pytest.approx(p, abs=0.004)
    full = memory.retrieve(x[:1000]).patterns
    assert (full == x[:1000]).all(axis=1).mean() == pytest.approx(exact, abs=0.08)
    wrong = memory.retrieve(part_of(x[:1500], 5)).patterns & ~x[:1500]
    assert wrong.sum(axis=1).mean() == pytest.approx(false, rel=0.1, abs=0.06)
    # ours is the expectation itself; the independent formula is too low
    spread = 5 * wrong.sum(axis=1).std() / np.sqrt(1500)
    assert wrong.sum(axis=1).mean() == pytest.approx(false_ones(1000, 10, m, 5), abs=spread)
    assert independent_false_ones(1000, 10, m, 5) < false_ones(1000, 10, m, 5)


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


def exact_by_inclusion(n: int, k: int, m: int, c: int) -> Fraction:
    """The alternating sum of Buckingham and Willshaw in exact fractions."""
    out = Fraction(0)
    for s in range(c + 1):
        misses = Fraction(comb(n - 1 - s, k - 1), comb(n - 1, k - 1))
        out += (-1) ** s * comb(c, s) * (1 - Fraction(k, n) * (1 - misses)) ** (m - 1)
    return out


@given(n=st.integers(6, 40), k=st.integers(2, 6), m=st.integers(1, 30), c=st.integers(1, 6))
def test_the_chain_is_the_exact_alternating_sum(n: int, k: int, m: int, c: int) -> None:
    c = min(c, k)
    sums = dendritic_sums(n, k, m, c)
    assert sums.sum() == pytest.approx(1, abs=1e-12)
    assert sums[c] == pytest.approx(float(exact_by_inclusion(n, k, m, c)), rel=1e-9, abs=1e-14)


def test_the_expectation_by_counting_every_memory() -> None:
    n = 5
    k = 2
    m = 3
    c = 2
    every = [frozenset(p) for p in combinations(range(n), k)]
    total = count = 0
    for chosen in product(every, repeat=m):
        linked = {(i, j) for p in chosen for i in p for j in p}
        cue = sorted(chosen[0])[:c]
        total += sum(all((i, j) in linked for i in cue) for j in range(n) if j not in chosen[0])
        count += 1
    assert false_ones(n, k, m, c) == pytest.approx(total / count, rel=1e-12)


def test_pairs_follow_their_expectation() -> None:
    n_in = 400
    k_in = 8
    n_out = 300
    k_out = 6
    m = 1500
    c = 6
    x = drawn(m, n_in, k_in, 5)
    y = drawn(m, n_out, k_out, 6)
    memory = Willshaw(n_in, n_out)
    memory.store(x, y)
    assert memory.density() == pytest.approx(pair_density(n_in, k_in, n_out, k_out, m), abs=0.003)
    wrong = (memory.retrieve(part_of(x, c)).patterns & ~y).sum(axis=1)
    assert wrong.mean() > 0.1
    expected = pair_false_ones(n_in, k_in, n_out, k_out, m, c)
    assert wrong.mean() == pytest.approx(expected, abs=5 * wrong.std() / np.sqrt(m))


def test_capacity_formulas() -> None:
    assert willshaw_density(1000, 10, round(patterns_at_density(1000, 10, 0.3))) == pytest.approx(
        0.3, abs=1e-4
    )
    assert patterns_at_density(10_000, 100) == pytest.approx(np.log(2) * 100**2, rel=0.02)
    m = high_fidelity_patterns(1000, 10, 0.01)
    assert 990 * (1 - (1 - 1e-4) ** m) ** 10 == pytest.approx(0.1, rel=1e-6)


def test_rules_choose_what_they_say() -> None:
    sums = np.array([[4, 3, 3, 1, 0]], np.int32)
    cue = np.array([4], np.int32)
    assert CueSize(1)(sums, cue).astype(int).tolist() == [[1, 1, 1, 0, 0]]
    assert CueSize(9)(sums, cue).astype(int).tolist() == [[1, 1, 1, 1, 0]]
    assert Winners(2)(sums, cue).astype(int).tolist() == [[1, 1, 1, 0, 0]]
    assert Winners(99)(sums, cue).astype(int).tolist() == [[1, 1, 1, 1, 0]]
    assert AtLeast(4)(sums, cue).astype(int).tolist() == [[1, 0, 0, 0, 0]]


def test_what_cannot_be_meant_is_refused() -> None:
    one = np.eye(9, dtype=bool)[:1]
    with pytest.raises(ValueError, match="n_in: got 0, wants a whole number"):
        Willshaw(0)
    memory = Willshaw(9)
    with pytest.raises(ValueError, match="an empty memory.*call store"):
        memory.retrieve(one)
    with pytest.raises(ValueError, match="x: got sdrs: rows have 8 cells, want 9"):
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
    with pytest.raises(ValueError, match=r"Winners.k: got 0"):
        Winners(0)
    with pytest.raises(ValueError, match="k: got 11, wants at most n = 10"):
        willshaw_density(10, 11, 3)
    with pytest.raises(ValueError, match="c: got 4, wants a cue of at most 3"):
        false_ones(10, 3, 5, 4)
    with pytest.raises(ValueError, match="c: got 5, wants a cue of at most 4"):
        dendritic_sums(5, 5, 9, 5)
    assert false_ones(5, 5, 9, 5) == 0


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


@settings(max_examples=10)
@given(seed=SEEDS)
def test_saving_keeps_every_bit(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
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
        assert (back.stored, back.auto, back.n_out) == (3, memory.auto, memory.n_out)


def test_bits_beyond_the_last_unit_are_refused(tmp_path: Path) -> None:
    memory = Willshaw(9)
    memory.store(np.eye(9)[:1])
    memory.bits[0, 0] |= np.uint64(1 << 20)
    memory.save(tmp_path / "a.zarr")
    with pytest.raises(ValueError, match="a bit beyond cell 8 is set"):
        Willshaw.load(tmp_path / "a.zarr")


def test_numbers_of_an_array_do_not_overflow() -> None:
    small = np.array([100_000, 50, 1000, 60_000], np.int32)
    assert willshaw_density(small[0], small[1], small[2]) == willshaw_density(100_000, 50, 1000)
    assert clique_theory.density(small[3], small[3], small[2]) == clique_theory.density(
        60_000, 60_000, 1000
    )
    assert clique_theory.most_messages(8, small[3]) == clique_theory.most_messages(8, 60_000)
