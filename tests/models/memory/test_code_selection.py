"""Code-selection memory: exact recall, similar codes for similar inputs, limits, sequences."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from neurosparse.models import (
    PUBLISHED_EXPANSIVITY,
    SHARP_EXPANSIVITY,
    CodeSelectionMemory,
    Fading,
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
    codes = [
        CodeSelectionMemory(N, 40, 10, rng=s).step(inputs(1)[0]).code for s in range(40)
    ]
    pairs = [a.overlap(b) for i, a in enumerate(codes) for b in codes[:i]]
    assert np.mean(pairs) == pytest.approx(40 / 10, abs=0.3)


@pytest.mark.parametrize("expansivity", [PowerExpansivity(), LinearExpansivity()])
def test_limits_of_the_expansivity(
    expansivity: PowerExpansivity | LinearExpansivity,
) -> None:
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


def test_a_sharp_expansivity_keeps_a_crowded_memory_deterministic() -> None:
    """Images overlap by half: the published sigmoid takes all their units for alike, the sharp one
    only its own.
    """
    rng = np.random.default_rng(0)
    common = SDR.random(200, 0.2, rng)
    images = [common.add_noise(0.5, rng) for _ in range(40)]
    same = {}
    for rule in (PUBLISHED_EXPANSIVITY, SHARP_EXPANSIVITY):
        memory = CodeSelectionMemory(200, 20, 60, expansivity=rule, rng=1)
        codes = [memory.step(image).code for image in images]
        same[rule] = np.mean(
            [
                memory.step(x, learn=False).code.overlap(c)
                for x, c in zip(images, codes, strict=True)
            ]
        )
    assert same[SHARP_EXPANSIVITY] > 18 > 15 > same[PUBLISHED_EXPANSIVITY]


@pytest.mark.parametrize("fading", [None, Fading(span=8, curve=2.0)])
def test_save_load_continue_equals_continue(tmp_path, fading: Fading | None) -> None:  # type: ignore[no-untyped-def]
    memory = CodeSelectionMemory(
        N, 9, 12, temporal=True, expansivity=SHARP_EXPANSIVITY, fading=fading, rng=3
    )
    for x in inputs(12):
        memory.step(x)
    memory.save(tmp_path / "memory.npz")
    loaded = CodeSelectionMemory.load(tmp_path / "memory.npz")
    for x in inputs(12, seed=1):
        ours, theirs = memory.step(x), loaded.step(x)
        assert (ours.code, ours.familiarity) == (theirs.code, theirs.familiarity)
    assert (memory.below.words == loaded.below.words).all()
    assert (memory.beside.words == loaded.beside.words).all()
    assert loaded.beside.words.any()
    (tmp_path / "other.npz").write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="a file that CodeSelectionMemory.save wrote"):
        CodeSelectionMemory.load(tmp_path / "other.npz")


def test_fading_forgets_what_is_not_used_again() -> None:
    kept, lost, *others = inputs(12, seed=3)
    memory = CodeSelectionMemory(N, 20, 60, fading=Fading(span=10, curve=1.0), rng=0)
    first = memory.step(kept).code
    memory.step(lost)
    at_once = memory.step(lost, learn=False).familiarity
    for other in others:
        memory.step(other)
        memory.step(kept)
    assert memory.trials == 22
    assert memory.step(kept, learn=False).code.overlap(first) >= 16
    assert memory.step(kept, learn=False).familiarity > 0.9
    assert at_once > 0.85
    assert memory.step(lost, learn=False).familiarity < 0.4
    rule = Fading(span=10, curve=1.0)
    assert rule(np.array([0])) == 1
    assert (np.diff(rule(np.arange(11))) < 0).all()
    assert rule(np.array([10, 11])).tolist() == [0, 0]


def test_refusals() -> None:
    for call, words in [
        (lambda: CodeSelectionMemory(0), "in_features"),
        (lambda: CodeSelectionMemory(4, saturation=0), "saturation"),
        (lambda: CodeSelectionMemory(4).step(SDR([0], 5)), "4 input cells"),
        (lambda: Fading(span=0), "span"),
        (lambda: CodeSelectionMemory(4).retrieve(np.full((2, 4), 0.5)), "0.5, wants 0 and"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()


def test_many_rows_are_retrieved_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    images = [SDR.random((12, 12), 0.2, rng) for _ in range(12)]
    memory = CodeSelectionMemory(144, 8, 30, rng=0).partial_fit(images)
    alone = [memory.step(image, learn=False).code.indices for image in images]
    assert (memory.transform(images).indices.reshape(12, 8) == alone).all()


def test_numbers_that_are_not_bits_are_refused():
    memory = CodeSelectionMemory(4, 2, 3, rng=0)
    for ask in (memory.partial_fit, memory.transform):
        with pytest.raises(ValueError, match="got the value 0.5, wants 0 and 1"):
            ask([[0, 0.5, 1, 1]])


@pytest.mark.parametrize(
    "rng",
    [
        np.random.RandomState(3),
        np.random.Generator(np.random.MT19937(3)),
        np.random.Generator(np.random.Philox(3)),
        np.random.Generator(np.random.SFC64(3)),
        np.random.Generator(np.random.PCG64DXSM(3)),
        3,
        None,
    ],
    ids=lambda rng: type(getattr(rng, "bit_generator", rng)).__name__,
)
def test_every_generator_is_saved(tmp_path, rng) -> None:  # type: ignore[no-untyped-def]
    memory = CodeSelectionMemory(N, 9, 12, rng=rng)
    for x in inputs(5):
        memory.step(x)
    memory.save(tmp_path / "memory.npz")
    loaded = CodeSelectionMemory.load(tmp_path / "memory.npz")
    for x in inputs(8, seed=1):
        assert memory.step(x) == loaded.step(x)
    np.testing.assert_array_equal(memory.rng.random(5), loaded.rng.random(5))


def test_a_foreign_generator_or_expansivity_is_refused_before_it_costs_a_memory(
    tmp_path,
) -> None:  # type: ignore[no-untyped-def]
    class Mine(np.random.PCG64):
        pass

    with pytest.raises(ValueError, match="rng: got a bit generator Mine"):
        CodeSelectionMemory(16, 4, 5, rng=np.random.Generator(Mine(0)))

    @dataclass(frozen=True)
    class Flat:
        def __call__(self, v, familiarity):  # type: ignore[no-untyped-def]
            return np.ones_like(v)

    memory = CodeSelectionMemory(16, 4, 5, expansivity=Flat(), rng=0)
    memory.step(SDR([1], 16))
    with pytest.raises(ValueError, match="expansivity: got Flat"):
        memory.save(tmp_path / "memory.npz")


def test_what_is_no_sdr_or_no_count_is_named() -> None:
    memory = CodeSelectionMemory(16, 4, 5, rng=0)
    with pytest.raises(TypeError, match=r"sdr: got .*SDR.from_dense"):
        memory.step(np.ones(16))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="in_features: got 16.0, wants a whole number"):
        CodeSelectionMemory(16.0, 4, 5)  # type: ignore[arg-type]
