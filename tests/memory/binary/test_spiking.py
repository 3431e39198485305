"""A stored memory as a spiking network: half a cue is completed and held."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.memory import (
    CliqueMemory,
    Volleys,
    Willshaw,
    completed_units,
    memory_network,
)
from tests.memory.binary.draws import drawn

INTERVAL, START = 25.0, 10.0


def volley(memory: Any, cue: Any, volleys: Volleys, number: int) -> Any:
    """Units that fire in volley `number`; the cue's is number 0."""
    with Simulator(memory_network(memory, cue, volleys, start=START), dt=0.1) as simulator:
        simulator.run(START + (number + 0.5) * INTERVAL)
        begun = START + (number - 0.5) * INTERVAL
        return completed_units(
            simulator.spikes("units"), len(cue), start=begun, stop=begun + INTERVAL
        )


def half(pattern: Any) -> Any:
    return pattern & (np.cumsum(pattern) <= pattern.sum() // 2)


def test_half_a_cue_is_completed_and_held() -> None:
    patterns = drawn(60, 200, 10)
    memory, empty = Willshaw(200), Willshaw(200)
    memory.store(patterns)
    volleys = Volleys(assembly=10, cue=5)
    for pattern in patterns[:3]:
        cue = half(pattern)
        assert cue.sum() == 5
        assert (volley(memory, cue, volleys, 0) == cue).all()
        # completed at once, and still there long after the cue has gone
        assert (volley(memory, cue, volleys, 1) == pattern).all()
        assert (volley(memory, cue, volleys, 12) == pattern).all()
    assert (volley(empty, cue, volleys, 0) == cue).all()
    assert not volley(empty, cue, volleys, 1).any()


def test_each_volley_is_the_rule_it_was_laid_out_for() -> None:
    patterns = drawn(900, 200, 8, 3)
    memory = Willshaw(200)
    memory.store(patterns)
    assert memory.density > 0.6
    volleys = Volleys(assembly=8, cue=4)
    state = half(patterns[0])
    law = [state]
    seen = []
    for _ in range(4):
        links = memory.dense.astype(int) @ law[-1]
        active = min(law[-1].sum(), 16)  # there are so many inhibitory cells
        law.append(links > volleys.kappa * active + volleys.theta)
        seen.append(volley(memory, state, volleys, len(law) - 1))
    np.testing.assert_array_equal(seen, law[1:])
    # the memory is too full: units outside the pattern come on, and the law says which
    assert (seen[0] & ~patterns[0]).any()


def test_cliques_are_completed_too() -> None:
    messages = np.random.default_rng(1).integers(0, 20, (40, 8))
    memory = CliqueMemory(160, 8)
    memory.store(messages)
    cue = memory.units_of(np.where(np.arange(8) < 4, messages[:1], -1)).ravel()
    got = volley(memory, cue, Volleys(assembly=8, cue=4), 6)
    assert (got == memory.units_of(messages[:1]).ravel()).all()
    assert cue.sum() == 4


def test_noise_alone_starts_nothing() -> None:
    memory = Willshaw(200)
    memory.store(drawn(60, 200, 10))
    cue = np.zeros(200, np.bool_)
    cue[np.flatnonzero(~memory.dense[0])[0]] = True
    assert not volley(memory, cue, Volleys(assembly=10, cue=5), 1).any()


def test_what_cannot_be_meant_is_refused() -> None:
    memory = Willshaw(9)
    memory.store(np.eye(9)[:1])
    volleys = Volleys(assembly=2, cue=1)
    with pytest.raises(
        ValueError, match=r"Volleys.cue: got 3, wants at most the assembly of 2"
    ):
        Volleys(assembly=2, cue=3)
    with pytest.raises(
        ValueError, match=r"Volleys.interval: got 10.0, wants at least 4 tau_mem"
    ):
        Volleys(assembly=2, cue=1, interval=10.0)
    with pytest.raises(ValueError, match="no active unit in pattern 0"):
        memory_network(memory, np.zeros(9), volleys)
    with pytest.raises(ValueError, match="cue: got rows of 4 cells, wants 9"):
        memory_network(memory, np.ones(4), volleys)
    with pytest.raises(
        ValueError, match="memory: got a memory of pairs, 9 inputs and 8 outputs"
    ):
        memory_network(Willshaw(9, 8), np.ones(9), volleys)
    with pytest.raises(ValueError, match="start: got -1"):
        memory_network(memory, np.ones(9), volleys, start=-1)


@pytest.mark.parametrize("step", [3, 7, 19, 6001, 8_000_003])
def test_a_spike_on_the_border_belongs_to_what_it_begins(step: int) -> None:
    spikes = SimpleNamespace(t=np.array([step * 0.1]), i=np.array([1]))
    border = float(f"{step}e-1")
    assert completed_units(spikes, 3, start=border, stop=border + 1).tolist()[1]
    assert not completed_units(spikes, 3, start=0.0, stop=border).any()
