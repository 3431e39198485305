"""What theory says of Willshaw's memory, against counting."""

from fractions import Fraction
from itertools import combinations, product
from math import comb

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import (
    clique_density,
    clique_most_messages,
    willshaw_dendritic_sums,
    willshaw_density,
    willshaw_false_ones,
    willshaw_high_fidelity_patterns,
    willshaw_patterns_at_density,
)


def exact_by_inclusion(n: int, k: int, m: int, c: int) -> Fraction:
    """The alternating sum of Buckingham and Willshaw in exact fractions."""
    out = Fraction(0)
    for s in range(c + 1):
        misses = Fraction(comb(n - 1 - s, k - 1), comb(n - 1, k - 1))
        out += (-1) ** s * comb(c, s) * (1 - Fraction(k, n) * (1 - misses)) ** (m - 1)
    return out


@given(n=st.integers(6, 40), k=st.integers(2, 6), m=st.integers(1, 30), c=st.integers(1, 6))
def test_the_chain_is_the_exact_alternating_sum(n: int, k: int, m: int, c: int) -> None:
    c = min(c, k, n - 1)  # a unit outside the pattern is asked about
    sums = willshaw_dendritic_sums(n, k, m, c)
    assert sums.sum() == pytest.approx(1, abs=1e-12)
    assert sums[c] == pytest.approx(
        float(exact_by_inclusion(n, k, m, c)), rel=1e-9, abs=1e-14
    )


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
        total += sum(
            all((i, j) in linked for i in cue) for j in range(n) if j not in chosen[0]
        )
        count += 1
    assert willshaw_false_ones(n, k, m, c) == pytest.approx(total / count, rel=1e-12)


def test_capacity_formulas() -> None:
    assert willshaw_density(
        1000, 10, round(willshaw_patterns_at_density(1000, 10, 0.3))
    ) == pytest.approx(0.3, abs=1e-4)
    assert willshaw_patterns_at_density(10_000, 100) == pytest.approx(
        np.log(2) * 100**2, rel=0.02
    )
    m = willshaw_high_fidelity_patterns(1000, 10, 0.01)
    assert 990 * (1 - (1 - 1e-4) ** m) ** 10 == pytest.approx(0.1, rel=1e-6)


def test_theory_refuses_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="k: got 11, wants at most n = 10"):
        willshaw_density(10, 11, 3)
    with pytest.raises(ValueError, match="c: got 4, wants a cue of at most 3"):
        willshaw_false_ones(10, 3, 5, 4)
    with pytest.raises(ValueError, match="c: got 5, wants a cue of at most 4"):
        willshaw_dendritic_sums(5, 5, 9, 5)
    assert willshaw_false_ones(5, 5, 9, 5) == 0


def test_numbers_of_an_array_do_not_overflow() -> None:
    small = np.array([100_000, 50, 1000, 60_000], np.int32)
    assert willshaw_density(small[0], small[1], small[2]) == willshaw_density(
        100_000, 50, 1000
    )
    assert clique_density(small[3], small[3], small[2]) == clique_density(
        60_000, 60_000, 1000
    )
    assert clique_most_messages(8, small[3]) == clique_most_messages(8, 60_000)
