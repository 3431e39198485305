"""Spatial pooler: fast against naive, laws of learning, save and continue."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosparse.htm import (
    Boosting,
    GlobalInhibition,
    LocalInhibition,
    PoolPermanence,
    PotentialPool,
    SegmentThresholds,
    SpatialPooler,
    TemporalMemory,
)
from neurosparse.kernels.memory.spatial_pooler import backend_module
from neurosparse.sdr import SDR
from neurosparse.store.one_file import load_file, save_file


@pytest.mark.parametrize(("strength", "expected"), [(2.0, [0, 6, 15]), (0.0, [0, 3, 5])])
def test_boosted_overlaps(strength: float, expected: list[int]) -> None:
    pooler = SpatialPooler(
        3,
        3,
        pool=PotentialPool(3, 1.0),
        inhibition=GlobalInhibition(0.4),
        boosting=Boosting(strength),
        seed=0,
    )
    pooler.state = pooler.state._replace(boost=np.array([1.0, 2.0, 3.0]))
    assert pooler.boosted(np.array([0, 3, 5], np.int32)).tolist() == expected


CASES = [
    {"inhibition": GlobalInhibition(0.1, 2), "boosting": Boosting(2.0, 20, 0.2, 5)},
    {
        "inhibition": LocalInhibition(0.2, 1),
        "boosting": Boosting(3.0, 20, 0.2, 5),
        "pool": PotentialPool(2, 0.8),
    },
    {"inhibition": GlobalInhibition(0.1), "pool": PotentialPool(3, 0.7, wrap=False)},
]


def inputs(n: int, seed: int = 0) -> list[SDR]:
    rng = np.random.default_rng(seed)
    return [SDR.random((6, 7), 0.2, rng) for _ in range(n)]


@pytest.mark.parametrize("case", CASES)
def test_fast_equals_naive_through_learning(case: dict) -> None:  # type: ignore[type-arg]
    fast, slow = (
        SpatialPooler((6, 7), (8, 9), seed=3, backend=b, **case) for b in ("cpu", "naive")
    )
    before = fast.state.permanence.copy()
    for sdr in inputs(30):
        assert fast.step(sdr) == slow.step(sdr)
    for a, b in zip(fast.state, slow.state, strict=True):
        assert np.array_equal(a, b)
    assert not np.array_equal(before, fast.state.permanence)


@pytest.mark.parametrize("case", CASES)
def test_save_load_continue_equals_continue(case: dict, tmp_path: Path) -> None:  # type: ignore[type-arg]
    pooler = SpatialPooler((6, 7), (8, 9), seed=3, **case).partial_fit(inputs(13))
    pooler.save(tmp_path / "pooler.npz")
    loaded = SpatialPooler.load(tmp_path / "pooler.npz")
    for sdr in inputs(25, seed=1):
        assert loaded.step(sdr) == pooler.step(sdr)
    for a, b in zip(loaded.state, pooler.state, strict=True):
        assert np.array_equal(a, b)
    assert [f.name for f in tmp_path.iterdir()] == ["pooler.npz"]


def test_batch_form_equals_steps() -> None:
    stepped, batched = (SpatialPooler((6, 7), (9, 8), seed=1) for _ in range(2))
    for sdr in inputs(10):
        stepped.step(sdr)
    dense = np.stack([s.dense.ravel() for s in inputs(10)])
    batched.partial_fit(dense)
    assert np.array_equal(stepped.state.permanence, batched.state.permanence)
    codes = batched.transform(inputs(5, 9))
    for row, sdr in zip(codes.toarray(), inputs(5, 9), strict=True):
        assert SDR.from_dense(row.reshape(9, 8)) == stepped.step(sdr, learn=False)
    assert batched.state.iteration == 10


def test_learning_makes_codes_stable_and_noise_tolerant() -> None:
    rng = np.random.default_rng(0)
    patterns = [SDR.random(200, 0.1, rng) for _ in range(10)]
    pooler = SpatialPooler(
        200, 400, pool=PotentialPool(200, 0.8), inhibition=GlobalInhibition(0.04), seed=0
    )
    noisy = [p.add_noise(0.4, rng) for p in patterns]

    def kept() -> float:
        codes = [pooler.step(p, learn=False) for p in patterns]
        return float(
            np.mean(
                [
                    c.overlap(pooler.step(q, learn=False))
                    for c, q in zip(codes, noisy, strict=True)
                ]
            )
        )

    before = kept()
    for _ in range(20):
        pooler.partial_fit(patterns)
    assert kept() > before + 3


def test_boosting_spreads_the_work() -> None:
    plain, boosted = (
        SpatialPooler(
            (6, 7),
            (12, 12),
            boosting=Boosting(s, 50),
            inhibition=GlobalInhibition(0.05),
            seed=2,
        )
        for s in (0.0, 10.0)
    )
    for pooler in (plain, boosted):
        pooler.partial_fit(inputs(200))
    assert boosted.state.active_duty.std() < 0.5 * plain.state.active_duty.std()


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="active_share"):
        GlobalInhibition(0)
    with pytest.raises(ValueError, match="increment: got 1.5"):
        PoolPermanence(increment=1.5)
    with pytest.raises(ValueError, match="boosting"):
        Boosting(period=0)
    with pytest.raises(ValueError, match="pool"):
        PotentialPool(fraction=0)
    with pytest.raises(ValueError, match="column_shape"):
        SpatialPooler((4, 4), 9)
    with pytest.raises(ValueError, match="input cells"):
        SpatialPooler(10, 20).step(SDR([0], 11))
    with pytest.raises(ValueError, match="wants 10"):
        SpatialPooler(10, 20).partial_fit(np.ones((2, 9)))
    with pytest.warns(UserWarning, match="stimulus_threshold 6 is above the 5"):
        SpatialPooler(
            10, 10, pool=PotentialPool(2, 1.0), inhibition=GlobalInhibition(0.1, 6)
        )
    (tmp_path / "other.npz").write_bytes(b"not a model")
    with pytest.raises(ValueError, match="path"):
        SpatialPooler.load(tmp_path / "other.npz")
    np.savez(tmp_path / "arrays.npz", a=np.ones(3))
    with pytest.raises(ValueError, match="path"):
        SpatialPooler.load(tmp_path / "arrays.npz")
    with pytest.raises(ValueError, match="backend"):
        backend_module("gpu")


def test_a_pooler_without_winners_is_refused() -> None:
    with pytest.raises(
        ValueError, match="one winner or more of 19 columns; raise active_share"
    ):
        SpatialPooler(10, 19)
    assert len(SpatialPooler(10, 20, seed=0).step(SDR([0], 10))) == 1
    with pytest.raises(TypeError, match="sdr: .* wants an SDR"):
        SpatialPooler(10, 20).step(np.ones(10))  # type: ignore[arg-type]


def test_numbers_of_numpy_are_saved(tmp_path: Path) -> None:
    """They come from tables and sweeps; after a long run it is too late to refuse them."""
    pooler = SpatialPooler(
        np.int64(42),
        np.int64(60),
        pool=PotentialPool(np.int64(9), np.float32(0.7)),  # type: ignore[arg-type]
        permanence=PoolPermanence(np.float32(0.13), np.float32(0.07)),  # type: ignore[arg-type]
        inhibition=GlobalInhibition(np.float32(0.1), np.int64(1)),  # type: ignore[arg-type]
        boosting=Boosting(np.float32(2), np.int64(9)),  # type: ignore[arg-type]
    )
    codes = [x.reshape(42) for x in inputs(9)]
    for x in codes:
        pooler.step(x)
    pooler.save(tmp_path / "new" / "pooler.npz")
    other = SpatialPooler.load(tmp_path / "new" / "pooler.npz")
    assert [pooler.step(x) for x in codes] == [other.step(x) for x in codes]
    assert np.array_equal(pooler.state.permanence, other.state.permanence)
    thresholds = SegmentThresholds(np.int64(2), np.int32(1))  # type: ignore[arg-type]
    memory = TemporalMemory(60, np.int64(2), thresholds=thresholds, seed=np.int64(3))  # type: ignore[arg-type]
    memory.save(tmp_path / "memory.npz")
    assert TemporalMemory.load(tmp_path / "memory.npz").cells_per_column == 2


def test_noise_is_not_taken_for_active_inputs() -> None:
    pooler = SpatialPooler(16, 40, seed=0)
    noise = np.random.default_rng(0).normal(size=(3, 16))
    for ask in (pooler.transform, pooler.predict, pooler.partial_fit):
        with pytest.raises(
            ValueError, match="sdrs: got the value .* write x > threshold first"
        ):
            ask(noise)
    assert pooler.state.iteration == 0
    assert pooler.transform(noise > 0).shape == (3, 40)


@pytest.mark.parametrize(
    ("name", "value"),
    [("permanence", np.nan), ("permanence", 7.0), ("boost", np.nan), ("iteration", "x")],
)
def test_a_file_of_impossible_values_is_refused(
    tmp_path: Path, name: str, value: Any
) -> None:
    path = tmp_path / "p.npz"
    SpatialPooler(16, 60).save(path)
    config, arrays = load_file(path, "SpatialPooler")
    if name == "iteration":
        config[name] = value
    else:
        arrays[name][0] = value
    save_file(path, "SpatialPooler", config, arrays)
    with pytest.raises(ValueError, match="path: got"):
        SpatialPooler.load(path)
