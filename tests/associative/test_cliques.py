"""The clique network: its links, all its decoding rules, the numbers of its phase transition."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import (
    CliqueMemory,
    ClusterKWinners,
    ConcurrentWinners,
    Elimination,
    GlobalKBest,
    GlobalLosersOut,
    GlobalWinner,
    GlobalWinners,
    Iterated,
    KickOut,
    LosersOut,
    NormalisedSum,
    OneGlobalWinner,
    SumOfMax,
    SumOfSum,
    WinnersTakeAll,
    WinnerTakesAll,
)
from neurosparse.memory.binary.clique_theory import (
    clique_density,
    clique_one_step_error,
    efficiency,
    false_acceptance,
    information,
    least_distance,
    messages_at_density,
    most_messages,
)
from tests.strategies import SEEDS


def drawn(m: int, clusters: int, l: int, rng: Any = 0) -> Any:
    return np.random.default_rng(rng).integers(0, l, (m, clusters), np.int32)


def erased(messages: Any, e: int, rng: Any = 1) -> Any:
    """Messages with e of their symbols unknown, at random places."""
    order = np.random.default_rng(rng).random(messages.shape)
    order[messages < 0] = np.inf
    return np.where(np.argsort(np.argsort(order, axis=1), axis=1) < e, -1, messages)


def filled(m: int, clusters: int, l: int, rng: Any = 0) -> tuple[CliqueMemory, Any]:
    memory = CliqueMemory(clusters * l, clusters)
    messages = drawn(m, clusters, l, rng)
    memory.store(messages)
    return memory, messages


@given(seed=SEEDS, clusters=st.integers(1, 5), l=st.integers(1, 70), m=st.integers(1, 8))
def test_the_links_are_the_cliques_of_the_messages(
    seed: int, clusters: int, l: int, m: int
) -> None:
    memory, messages = filled(m, clusters, l, seed)
    law = np.zeros((clusters * l, clusters * l), np.bool_)
    for message in messages:
        units = np.arange(clusters) * l + message
        law[np.ix_(units, units)] = True
    for a in range(clusters):
        law[a * l : (a + 1) * l, a * l : (a + 1) * l] = False
    assert (memory.dense() == law).all()
    assert (memory.connectivity().to_dense() == law).all()
    assert memory.accepts(messages).all()
    between = clusters * (clusters - 1) * l * l
    assert memory.density() == pytest.approx(law.sum() / between if between else 0)


EVERY_RULE = [
    Elimination(),
    *(
        Iterated(p, s)
        for p in (SumOfSum(), NormalisedSum(), SumOfMax())
        for s in (WinnerTakesAll(), GlobalWinners(6))
    ),
    Iterated(selection=ClusterKWinners(1)),
    Iterated(selection=WinnersTakeAll(1)),
    Iterated(selection=GlobalWinner()),
    Iterated(SumOfMax(), GlobalKBest(1)),
    Iterated(selection=ConcurrentWinners(1, size=6)),
    KickOut(),
    KickOut(GlobalLosersOut(2), SumOfMax()),
    KickOut(LosersOut(), first=GlobalWinners(6)),
]


@pytest.mark.parametrize("decoder", EVERY_RULE, ids=repr)
def test_every_rule_completes_at_low_load(decoder: Any) -> None:
    memory, messages = filled(200, 6, 40, 3)
    cue = erased(messages, 2)
    assert (memory.retrieve(messages, decoder).messages == messages).all()
    got = memory.retrieve(cue, decoder)
    assert (got.messages == messages).all(axis=1).mean() > 0.9
    assert not (cue == messages).all(axis=1).any()
    assert got.steps.max() <= 20


def test_one_global_winner_is_one_unit_of_the_message() -> None:
    memory, messages = filled(50, 6, 40)
    active = memory.retrieve(messages, Iterated(selection=OneGlobalWinner(), steps=1)).active
    assert (active.sum(axis=(1, 2)) == 1).all()
    assert (active <= memory.units_of(messages)).all()


# M, density, error after one SoS+WTA update with 4 of 8 erased, after four, sum-of-max; c = 8, l =
# 256
TRANSITION = [
    (5000, 0.07350, 0.034, 0.0, 0.0),
    (15000, 0.2045, 0.847, 0.026, 0.0225),
    (25000, 0.3170, 1.0, 0.696, 0.4745),
]


@pytest.mark.parametrize(("m", "d", "once", "four", "som"), TRANSITION)
def test_the_phase_transition(m: int, d: float, once: float, four: float, som: float) -> None:
    memory, messages = filled(m, 8, 256, 7)
    assert memory.density() == pytest.approx(clique_density(8, 256, m), abs=5e-4)
    assert memory.density() == pytest.approx(d, abs=1e-3)
    asked = messages[:500]
    cue = erased(asked, 4)

    def error(decoder: Any) -> float:
        return float((memory.retrieve(cue, decoder).messages != asked).any(axis=1).mean())

    assert error(Iterated(steps=1)) == pytest.approx(once, abs=0.06)
    assert error(Iterated(steps=1)) == pytest.approx(
        clique_one_step_error(8, 256, memory.density(), 4), abs=0.05
    )
    assert error(Iterated(steps=4)) == pytest.approx(four, abs=0.07)
    assert error(Elimination(8)) == pytest.approx(som, abs=0.08)
    if once > 0.5:
        assert error(Elimination()) < error(Iterated(steps=4)) + 0.02 < error(Iterated(steps=1))


def test_sum_of_max_never_drops_a_right_symbol_and_sum_of_sum_does() -> None:
    memory, messages = filled(25_000, 8, 256, 7)
    asked = messages[:200]
    cue = erased(asked, 4)
    units = memory.units_of(asked)
    assert (memory.retrieve(cue).active >= units).all()
    assert not (memory.retrieve(cue, Iterated(steps=4)).active >= units).all()


def sparse_messages(m: int, clusters: int, l: int, used: int, rng: Any) -> Any:
    generator = np.random.default_rng(rng)
    messages = generator.integers(0, l, (m, clusters)).astype(np.int32)
    idle = np.argpartition(generator.random((m, clusters), np.float32), used, axis=1)[:, used:]
    np.put_along_axis(messages, idle, -1, axis=1)
    return messages


# M, density, error; chi = 100 clusters of 64, 12 used, 3 erased
SPARSE = [(50_000, 0.1502, 0.0), (100_000, 0.2778, 0.027), (200_000, 0.4785, 0.99)]


def test_sparse_messages_have_their_own_transition() -> None:
    memory = CliqueMemory(6400, 100, used=12)
    rng = np.random.default_rng(4)
    asked = sparse_messages(60, 100, 64, 12, rng)
    memory.store(asked)
    decoder = Iterated(selection=GlobalWinners(12), steps=4)
    for m, d, expected in SPARSE:
        memory.store(sparse_messages(m - memory.stored, 100, 64, 12, rng))
        assert memory.density() == pytest.approx(clique_density(100, 64, m, used=12), abs=1e-3)
        assert memory.density() == pytest.approx(d, abs=2e-3)
        got = memory.retrieve(erased(asked, 3), decoder).messages
        assert (got != asked).any(axis=1).mean() == pytest.approx(expected, abs=0.08)


def test_chance_cliques_come_as_predicted() -> None:
    memory, _ = filled(60, 4, 10, 2)
    every = np.indices((10,) * 4).reshape(4, -1).T.astype(np.int32)
    accepted = memory.accepts(every)
    chance = false_acceptance(4, memory.density())
    assert accepted.sum() > 100
    assert accepted.mean() == pytest.approx(chance + 60 / 10_000, rel=0.5)


def test_closed_forms() -> None:
    assert most_messages(8, 256) == pytest.approx(7 * 256**2 / 16)
    assert efficiency(8, 256, round(most_messages(8, 256))) == pytest.approx(1, rel=1e-3)
    assert information(100, 64, used=12) == pytest.approx(72 + np.log2(1050421051106700), rel=1e-9)
    assert least_distance(12) == 22
    assert messages_at_density(
        100, 64, clique_density(100, 64, 1234, used=12), used=12
    ) == pytest.approx(1234)
    assert clique_one_step_error(8, 256, clique_density(8, 256, 10_000), 4) == pytest.approx(
        0.336, abs=1e-3
    )
    assert clique_one_step_error(100, 64, 0.2778, 3, used=12) == pytest.approx(0.056, abs=2e-3)
    assert clique_one_step_error(8, 256, 0.0, 4) == 0
    assert clique_one_step_error(8, 256, 1.0, 4) == 1


@given(seed=SEEDS, clusters=st.integers(1, 3), l=st.integers(1, 5), k=st.integers(1, 6))
def test_selections_against_plain_definitions(seed: int, clusters: int, l: int, k: int) -> None:
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


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(
        ValueError, match="clusters: got 9, wants at most one a unit, and there are 8 units"
    ):
        CliqueMemory(8, 9)
    with pytest.raises(
        ValueError, match="units: got 10, wants a multiple of clusters = 4; write units=8"
    ):
        CliqueMemory(10, 4)
    with pytest.raises(ValueError, match="used: got 5"):
        CliqueMemory(8, 4, used=5)
    memory = CliqueMemory(8, 4)
    with pytest.raises(ValueError, match="an empty memory"):
        memory.retrieve([[0, 0, 0, -1]])
    with pytest.raises(
        ValueError, match="symbol 2 in cluster 3 of message 1, wants symbols from 0 to 1"
    ):
        memory.store([[0, 0, 0, 0], [0, 0, 0, 2]])
    with pytest.raises(ValueError, match="message 0 with 3 symbols, wants 4"):
        memory.store([[0, 0, 0, -1]])
    with pytest.raises(ValueError, match=r"messages: got shape \[0, 4\]"):
        memory.store(np.zeros((0, 4), int))
    with pytest.raises(ValueError, match="messages: got an array of float64"):
        memory.store(np.zeros((1, 4)))
    assert not memory.links.any()
    memory.store([[0, 1, 0, 1]])
    with pytest.raises(ValueError, match="no symbol in cue 0"):
        memory.retrieve([[-1, -1, -1, -1]])
    sparse = CliqueMemory(8, 4, used=2)
    sparse.store([[0, 1, -1, -1]])
    with pytest.raises(ValueError, match=r"decoder: got messages on 2 of 4 clusters.*use Iterated"):
        sparse.retrieve([[0, -1, -1, -1]])
    with pytest.raises(ValueError, match="gamma: got -1"):
        SumOfSum(-1)
    with pytest.raises(ValueError, match="erased: got 8"):
        clique_one_step_error(8, 4, 0.1, 8)
    with pytest.raises(ValueError, match="d: got 2"):
        false_acceptance(3, 2)
    with pytest.raises(ValueError, match="l: got 1, wants two symbols or more"):
        messages_at_density(2, 1, 0.5)


def test_a_store_that_is_interrupted_leaves_the_last_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory, _ = filled(20, 4, 30, 1)
    before = memory.links.copy()
    calls = []
    store = CliqueMemory._store

    def cut(self: CliqueMemory, *rest: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        store(self, *rest)

    monkeypatch.setattr(CliqueMemory, "_store", cut)
    more = drawn(9000, 4, 30, 2)
    with pytest.raises(KeyboardInterrupt):
        memory.store(more)
    np.testing.assert_array_equal(memory.links, before)
    assert memory.stored == 20
    monkeypatch.undo()
    memory.store(more)
    assert memory.accepts(more).all()
    assert memory.stored == 9020
