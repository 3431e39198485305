"""The clique network: its links, and the numbers of its phase transition."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import (
    CliqueMemory,
    Elimination,
    GlobalWinners,
    Iterated,
    clique_density,
    clique_false_acceptance,
    clique_one_step_error,
)
from tests.memory.binary.messages import drawn, erased, filled
from tests.strategies import SEEDS


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
    assert (memory.dense == law).all()
    assert (memory.connectivity.to_dense() == law).all()
    assert memory.accepts(messages).all()
    between = clusters * (clusters - 1) * l * l
    assert memory.density == pytest.approx(law.sum() / between if between else 0)


# M, density, error after one SoS+WTA update with 4 of 8 erased, after four, sum-of-max; c = 8, l =
# 256
TRANSITION = [
    (5000, 0.07350, 0.034, 0.0, 0.0),
    (15000, 0.2045, 0.847, 0.026, 0.0225),
    (25000, 0.3170, 1.0, 0.696, 0.4745),
]


@pytest.mark.parametrize(("m", "d", "once", "four", "som"), TRANSITION)
def test_the_phase_transition(
    m: int, d: float, once: float, four: float, som: float
) -> None:
    memory, messages = filled(m, 8, 256, 7)
    assert memory.density == pytest.approx(clique_density(8, 256, m), abs=5e-4)
    assert memory.density == pytest.approx(d, abs=1e-3)
    asked = messages[:500]
    cue = erased(asked, 4)

    def error(decoder: Any) -> float:
        return float((memory.retrieve(cue, decoder).messages != asked).any(axis=1).mean())

    assert error(Iterated(steps=1)) == pytest.approx(once, abs=0.06)
    assert error(Iterated(steps=1)) == pytest.approx(
        clique_one_step_error(8, 256, memory.density, 4), abs=0.05
    )
    assert error(Iterated(steps=4)) == pytest.approx(four, abs=0.07)
    assert error(Elimination(8)) == pytest.approx(som, abs=0.08)
    if once > 0.5:
        assert (
            error(Elimination())
            < error(Iterated(steps=4)) + 0.02
            < error(Iterated(steps=1))
        )


def sparse_messages(m: int, clusters: int, l: int, used: int, rng: Any) -> Any:
    generator = np.random.default_rng(rng)
    messages = generator.integers(0, l, (m, clusters)).astype(np.int32)
    idle = np.argpartition(generator.random((m, clusters), np.float32), used, axis=1)[
        :, used:
    ]
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
        assert memory.density == pytest.approx(
            clique_density(100, 64, m, used=12), abs=1e-3
        )
        assert memory.density == pytest.approx(d, abs=2e-3)
        got = memory.retrieve(erased(asked, 3), decoder).messages
        assert (got != asked).any(axis=1).mean() == pytest.approx(expected, abs=0.08)


def test_chance_cliques_come_as_predicted() -> None:
    memory, _ = filled(60, 4, 10, 2)
    every = np.indices((10,) * 4).reshape(4, -1).T.astype(np.int32)
    accepted = memory.accepts(every)
    chance = clique_false_acceptance(4, memory.density)
    assert accepted.sum() > 100
    assert accepted.mean() == pytest.approx(chance + 60 / 10_000, rel=0.5)


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
    with pytest.raises(
        ValueError, match=r"decoder: got messages on 2 of 4 clusters.*use Iterated"
    ):
        sparse.retrieve([[0, -1, -1, -1]])


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
