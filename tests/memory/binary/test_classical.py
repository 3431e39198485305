"""Hopfield's network: descent, sweeps, the transition."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import HopfieldNetwork, hopfield_network_one_step_error
from tests.memory.binary.draws import signs
from tests.strategies import SEEDS


@given(seed=SEEDS, n=st.integers(2, 40), m=st.integers(1, 12))
def test_hopfield_goes_downhill_to_a_fixed_point(seed: int, n: int, m: int) -> None:
    memory = HopfieldNetwork(n)
    memory.store(signs(m, n, seed))
    cue = signs(3, n, seed + 1)
    done = memory.retrieve(cue, rng=seed)
    assert done.settled.all()
    assert (memory.energy(done.states) <= memory.energy(cue) + 1e-5).all()
    h = done.states @ memory.weights
    assert (h * done.states >= -1e-5).all()
    one = memory.retrieve(cue, sweeps=1, rng=seed)
    assert (memory.energy(one.states) <= memory.energy(cue) + 1e-5).all()


def test_a_sweep_is_one_unit_after_the_other() -> None:
    n = 30
    memory = HopfieldNetwork(n)
    memory.store(signs(12, n, 1))
    state = signs(1, n, 2)[0]
    order = np.random.default_rng(3).permutation(n)
    law = state.copy()
    for i in order:
        h = memory.weights[i] @ law
        law[i] = law[i] if h == 0 else np.sign(h)
    got = memory.retrieve(state[None], sweeps=1, rng=3).states[0]
    np.testing.assert_array_equal(got, law)
    assert (law != state).any()


@pytest.mark.parametrize(
    ("load", "expected", "within"),
    [(0.05, 1.0, 0.001), (0.12, 0.9926, 0.006), (0.20, 0.32, 0.12)],
)
def test_hopfield_recall_across_the_transition(
    load: float, expected: float, within: float
) -> None:
    n = 2000
    x = signs(round(load * n), n, 5)
    memory = HopfieldNetwork(n)
    memory.store(x)
    done = memory.retrieve(x[:3], rng=6)
    overlap = (done.states * x[:3]).mean(axis=1)
    assert np.median(overlap) == pytest.approx(expected, abs=within)


@pytest.mark.parametrize("load", [0.138, 0.185, 0.37])
def test_flips_in_one_update(load: float) -> None:
    n = 2000
    x = signs(round(load * n), n, 7)
    memory = HopfieldNetwork(n)
    memory.store(x)
    flips = ((x @ memory.weights) * x < 0).mean()
    assert flips == pytest.approx(hopfield_network_one_step_error(load), rel=0.12)
