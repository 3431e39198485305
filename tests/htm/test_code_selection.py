"""Code-selection memory: exact recall, similar codes for similar inputs, limits, sequences."""

from itertools import pairwise

import numpy as np
import pytest

from neurosparse.models.code_selection import (
    CodeHierarchy,
    CodeSelectionMemory,
    LinearExpansivity,
    PowerExpansivity,
    stored_inputs,
)
from neurosparse.sdr import SDR

N = 512


def inputs(n: int, seed: int = 0) -> list[SDR]:
    rng = np.random.default_rng(seed)
    return [SDR.random(N, 30 / N, rng) for _ in range(n)]


def test_single_trial_storage() -> None:
    memory = CodeSelectionMemory(N, rng=1)
    codes = [memory.step(x).code for x in inputs(20)]
    for x, code in zip(inputs(20), codes, strict=True):
        found = memory.step(x, learn=False)
        assert found.familiarity == pytest.approx(1, abs=0.01)
        assert found.code.overlap(code) > 0.8 * memory.modules
        assert stored_inputs(memory, code)[x.indices].all()


def test_first_input_is_unknown_and_a_repeat_is_reactivated() -> None:
    memory = CodeSelectionMemory(N, rng=2)
    first = memory.step(inputs(1)[0])
    again = memory.step(inputs(1)[0])
    assert first.familiarity == 0
    assert again.familiarity == 1
    assert again.code.overlap(first.code) >= 32


def test_similar_inputs_share_winners() -> None:
    x = inputs(1)[0]
    shared = []
    for noise in (0.0, 0.2, 0.4, 0.6, 1.0):
        overlaps = []
        for seed in range(12):
            memory = CodeSelectionMemory(N, rng=seed)
            code = memory.step(x).code
            overlaps.append(memory.step(x.add_noise(noise, rng=seed)).code.overlap(code))
        shared.append(float(np.mean(overlaps)))
    assert all(a >= b - 0.5 for a, b in pairwise(shared))
    assert shared[0] > 32
    assert shared[2] > shared[4] + 3
    assert shared[4] < 3


def test_unrelated_codes_overlap_by_chance() -> None:
    codes = [CodeSelectionMemory(N, 40, 10, rng=s).step(inputs(1)[0]).code for s in range(40)]
    pairs = [a.overlap(b) for i, a in enumerate(codes) for b in codes[:i]]
    assert np.mean(pairs) == pytest.approx(40 / 10, abs=0.3)


@pytest.mark.parametrize("expansivity", [PowerExpansivity(), LinearExpansivity()])
def test_limits_of_the_expansivity(expansivity: PowerExpansivity | LinearExpansivity) -> None:
    v = np.array([[1.0, 0.0, 0.3, 0.0]])
    flat = expansivity(v, 0.0)
    assert np.allclose(flat, flat[0, 0])
    peaked = expansivity(v, 1.0)
    assert peaked.argmax() == 0
    assert (np.diff(expansivity(np.array([[0.0, 0.2, 0.5, 0.9]]), 0.9)) > 0).all()


def test_full_units_freeze() -> None:
    memory = CodeSelectionMemory(64, 1, 1, saturation=0.5, rng=0)
    for start in range(0, 64, 8):
        memory.step(SDR(range(start, start + 8), 64))
    assert memory.fill == 40 / 64


def test_context_tells_sequences_apart() -> None:
    a, b, c = inputs(3)
    memory = CodeSelectionMemory(N, temporal=True, rng=0)
    codes = []
    for first in (a, b):
        memory.reset()
        memory.step(first)
        codes.append(memory.step(c).code)
    assert codes[0].overlap(codes[1]) < 10
    for first, code in zip((a, b), codes, strict=True):
        memory.reset()
        memory.step(first, learn=False)
        assert memory.step(c, learn=False).code.overlap(code) > 25


def test_hierarchy_skips_silent_fields() -> None:
    net = CodeHierarchy((8, 8), field=4, stride=4, modules=5, units=6, least=2, rng=0)
    corner = np.zeros((8, 8), bool)
    corner[:3, :3] = True
    code = net.step(SDR.from_dense(corner))
    assert len(code) == 5
    assert code.indices.max() < 30
    assert net.step(SDR.from_dense(corner), learn=False) == code


def test_refusals() -> None:
    for call, words in [
        (lambda: CodeSelectionMemory(0), "n_inputs"),
        (lambda: CodeSelectionMemory(4, saturation=0), "saturation"),
        (lambda: CodeSelectionMemory(4).step(SDR([0], 5)), "4 input cells"),
        (lambda: CodeHierarchy((4, 4), field=5, stride=1), "field"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
