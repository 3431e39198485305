"""Which units stay on, against plain definitions."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from neurosparse.memory import (
    ClusterKWinners,
    GlobalKBest,
    GlobalLosersOut,
    GlobalWinner,
    GlobalWinners,
    Iterated,
    LosersOut,
    OneGlobalWinner,
    WinnersTakeAll,
    WinnerTakesAll,
)
from tests.memory.binary.messages import filled
from tests.strategies import SEEDS


def test_one_global_winner_is_one_unit_of_the_message() -> None:
    memory, messages = filled(50, 6, 40)
    active = memory.retrieve(
        messages, Iterated(selection=OneGlobalWinner(), steps=1)
    ).active
    assert (active.sum(axis=(1, 2)) == 1).all()
    assert (active <= memory.units_of(messages)).all()


@given(seed=SEEDS, clusters=st.integers(1, 3), l=st.integers(1, 5), k=st.integers(1, 6))
def test_selections_against_plain_definitions(
    seed: int, clusters: int, l: int, k: int
) -> None:
    scores = np.random.default_rng(seed).integers(0, 4, (3, clusters, l)).astype(np.float32)
    rules = (
        WinnerTakesAll(),
        WinnersTakeAll(k),
        ClusterKWinners(k),
        GlobalWinner(),
        GlobalWinners(k),
        GlobalKBest(k),
    )
    for q, score in enumerate(scores):
        got = [rule(scores)[q] for rule in rules]
        flat = sorted(score.ravel(), reverse=True)
        for a in range(clusters):
            row = sorted(score[a], reverse=True)
            for j in range(l):
                s = score[a, j]
                assert got[0][a, j] == (s > 0 and s == row[0])
                assert got[1][a, j] == (s > 0 and s >= row[min(k, l) - 1])
                assert got[3][a, j] == (s > 0 and s == flat[0])
                assert got[4][a, j] == (s > 0 and s >= flat[min(k, len(flat)) - 1])
                assert got[5][a, j] == (s > 0 and s in sorted(set(flat), reverse=True)[:k])
            assert got[2][a].sum() == min(k, (score[a] > 0).sum())
            assert (got[2][a] <= got[1][a]).all()
        for rule in (LosersOut(k), GlobalLosersOut(k)):
            kept = rule(scores)[q]
            assert (kept <= (score > 0)).all()
            assert kept.any() == (score > 0).any()
