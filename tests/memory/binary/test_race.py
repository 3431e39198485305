"""The race for the spike."""

import numpy as np
import pytest

from neurosparse.memory import RaceUnit


def test_ranks_that_are_no_slots_are_refused() -> None:
    with pytest.raises(ValueError, match=r"RaceUnit.rank: got an array"):
        RaceUnit(np.array([0.0, 4.0]), n_slots=4, top=3)


def test_the_louder_fires_first_and_silence_never() -> None:
    unit = RaceUnit(np.zeros(3), n_slots=2, top=3)
    p = unit.coefficients(1.0)
    p = p._replace(rank=0.0)
    fired = {}
    for heard in (3.0, 1.0, 0.0):
        state = unit.initial()._replace(heard=heard)
        for step in range(unit.period):
            state, spike = unit.update(state, p, 0)
            if spike:
                fired[heard] = step
    # (top - score) slots of 2 steps; nothing was heard in the last case
    assert fired == {3.0: 0, 1.0: 4}


def test_a_veto_silences() -> None:
    unit = RaceUnit(np.zeros(1), n_slots=2, top=3)
    p = unit.coefficients(1.0)._replace(rank=0.0)
    state, _ = unit.update(unit.initial()._replace(heard=1.0), p, 0)
    spikes = []
    for _ in range(unit.period - 1):
        state, spike = unit.update(state._replace(veto=1.0), p, 0)
        spikes.append(spike)
    assert not any(spikes)
