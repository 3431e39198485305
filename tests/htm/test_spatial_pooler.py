"""Spatial pooler: every published case, fast against naive, laws of learning, save and continue."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.htm import (
    Boosting,
    GlobalInhibition,
    Hood,
    LocalInhibition,
    PoolPermanence,
    PotentialPool,
    SegmentThresholds,
    SpatialPooler,
    TemporalMemory,
)
from neurosparse.htm.pooler_parts import draw_pools, duty, inhibition_radius
from neurosparse.htm.topology import (
    centres,
    columns_per_input,
    connected_span,
    neighbourhood,
    neighbourhoods,
)
from neurosparse.kernels.layers.k_winners import k_winners
from neurosparse.kernels.memory.spatial_pooler import Learning, backend_module, make_pools
from neurosparse.sdr import SDR

LIST = np.array([1, 2, 7, 0, 3, 4, 16, 1, 1.5, 1.7])
DUTY = np.array([0.1, 0.3, 0.02, 0.04, 0.7, 0.12])


@pytest.mark.parametrize(
    ("overlaps", "density", "winners"),
    [([1, 2, 1, 4, 8, 3, 12, 5, 4, 1], 0.3, [4, 6, 7]), (range(1, 11), 0.5, [5, 6, 7, 8, 9])],
)
def test_global_inhibition(
    overlaps: list[int], density: float, winners: list[int], backend: str
) -> None:
    assert GlobalInhibition(density)(np.array(overlaps, float), None, backend).tolist() == winners


@pytest.mark.parametrize(
    ("wrap", "radius", "density", "overlaps", "winners"),
    [
        (False, 2, 0.5, LIST, [1, 2, 5, 6, 9]),
        (False, 3, 0.5, LIST, [1, 2, 4, 5, 6, 9]),
        (False, 3, 0.25, np.ones(10), [0, 2, 4, 6]),
        (True, 2, 0.5, LIST, [1, 2, 5, 6, 8, 9]),
        (True, 3, 0.5, LIST, [1, 2, 4, 5, 6, 9]),
        (True, 3, 0.25, np.ones(10), [0, 1, 4, 5]),
    ],
)
def test_local_inhibition(
    wrap: bool, radius: int, density: float, overlaps: np.ndarray, winners: list[int], backend: str
) -> None:
    hood = Hood(*neighbourhoods((10,), radius, wrap))
    assert LocalInhibition(density, 1)(overlaps, hood, backend).tolist() == winners


def boosts(inhibition: GlobalInhibition | LocalInhibition) -> np.ndarray:
    hood = Hood(*neighbourhoods((6,), 10, wrap=False))
    return np.exp((inhibition.target(DUTY, hood) - DUTY) * 10)


def test_boost_factors() -> None:
    local = [3.10599, 0.42035, 6.91251, 5.65949, 0.00769898, 2.54297]
    everywhere = [54.598148, 7.38906, 121.51038, 99.4843, 0.135335, 44.70118]
    assert boosts(LocalInhibition(0.5)) == pytest.approx(local, rel=1e-4)
    assert boosts(GlobalInhibition(0.5)) == pytest.approx(everywhere, rel=1e-5)


@pytest.mark.parametrize(("wrap", "last"), [(False, 0.02), (True, 0.14)])
def test_least_duty_of_neighbours(wrap: bool, last: float) -> None:
    duties = np.array([0.7, 0.1, 0.5, 0.01, 0.78, 0.55, 0.1, 0.001])
    hood = Hood(*neighbourhoods((8,), 1, wrap))
    least = 0.2 * LocalInhibition(0.5).peak(duties, hood)
    assert least == pytest.approx([0.14, 0.14, 0.1, 0.156, 0.156, 0.156, 0.11, last])


@pytest.mark.parametrize(
    ("share", "duties", "least"),
    [(0.01, [0.06, 1, 3, 6, 0.5], 0.06), (0.015, [0.86, 2.4, 0.03, 1.6, 1.5], 0.036)],
)
def test_least_duty_of_all(share: float, duties: list[float], least: float) -> None:
    assert share * GlobalInhibition(0.5).peak(np.array(duties), None) == pytest.approx(
        np.full(5, least)
    )


def test_duty_average() -> None:
    assert duty(np.array([1, 0.8, 0.6, 0.4, 0.2]), np.zeros(5), 2) == pytest.approx(
        [0.5, 0.4, 0.3, 0.2, 0.1]
    )


@pytest.mark.parametrize(
    ("inputs", "columns", "expected"),
    [
        ((12,), (4,), {0: 1, 1: 4, 2: 7, 3: 10}),
        ((36, 12), (12, 4), {0: 13, 4: 49, 5: 52, 7: 58, 47: 418}),
        ((3, 5), (4, 4), {0: 0, 3: 4, 15: 14}),
    ],
)
def test_centres(
    inputs: tuple[int, ...], columns: tuple[int, ...], expected: dict[int, int]
) -> None:
    found = centres(inputs, columns)
    assert {c: int(found[c]) for c in expected} == expected


@pytest.mark.parametrize(
    ("column", "wrap", "cells"),
    [
        (0, False, [0, 1, 2, 3]),
        (2, False, [5, 6, 7, 8, 9]),
        (0, True, [0, 1, 2, 3, 11]),
        (3, True, [0, 8, 9, 10, 11]),
    ],
)
def test_potential_pool(column: int, wrap: bool, cells: list[int]) -> None:
    rng = np.random.default_rng(0)
    pools = draw_pools((12,), (4,), PotentialPool(2, 1.0, wrap), rng)
    assert pools.indices[pools.indptr[column] : pools.indptr[column + 1]].tolist() == cells
    half = draw_pools((12,), (4,), PotentialPool(2, 0.5, wrap), rng)
    some = half.indices[half.indptr[column] : half.indptr[column + 1]]
    assert set(some) <= set(cells)
    assert some.size == (len(cells) + 1) // 2


def test_radius_of_inhibition() -> None:
    assert inhibition_radius(3, columns_per_input((3,), (12,))) == 6
    assert inhibition_radius(2, columns_per_input((5,), (12,))) == 2
    assert inhibition_radius(0.5, columns_per_input((5,), (6,))) == 1
    assert columns_per_input((7, 5, 1, 3), (2, 2, 2, 2)) == pytest.approx(
        (2 / 7 + 2 / 5 + 2 + 2 / 3) / 4
    )


@pytest.mark.parametrize(
    ("bits", "span"),
    [
        ("01010101", 7),
        ("00010001", 5),
        ("00000010", 1),
        ("00100010", 5),
        ("00000000", 0),
        ("01100000", 2),
        ("00111000", 3),
        ("00101000", 3),
        ("11111111", 8),
    ],
)
def test_span(bits: str, span: int) -> None:
    cells = np.flatnonzero(np.array(list(bits)) == "1").astype(np.int32)
    assert connected_span(cells, (8,)) == span


def pools_of(rows: list[list[int]], n_inputs: int):  # type: ignore[no-untyped-def]
    indptr = np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64)
    return make_pools(indptr, np.concatenate([np.array(r, np.int32) for r in rows]), n_inputs)


def test_adapt_one_row(backend: str) -> None:
    pools = pools_of([[0, 1, 2, 3]], 4)
    p = np.array([0.2, 0.12, 0.09, 0.06], np.float32)
    rule = Learning(0.1, 0.1, 0.01, 0.01, 0)
    backend_module(backend).adapt(
        np.array([0], np.int32), np.array([0, 3], np.int32), pools, p, rule
    )
    assert p == pytest.approx([0.3, 0.11, 0.08, 0.16])


def test_weak_columns_rise(backend: str) -> None:
    pools = pools_of([[0, 1], [0], [1], [0, 1], [1]], 2)
    p = np.zeros(7, np.float32)
    weak = np.flatnonzero(np.array([0, 0.009, 0.1, 0.001, 0.002]) < 0.01)
    backend_module(backend).bump(weak, pools, p, 0.01)
    assert p == pytest.approx([0.01, 0.01, 0.01, 0, 0.01, 0.01, 0.01])


def test_overlap_counts(backend: str) -> None:
    rows = [list(range(10 - n, 10)) for n in (10, 8, 6, 4, 2)]
    pools = pools_of(rows, 10)
    odd = np.arange(1, 10, 2, dtype=np.int32)
    counts = backend_module(backend).overlaps(odd, pools, np.full(30, 0.5, np.float32), 0.5)
    assert counts.tolist() == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ([0, 0.11, 0.095, 0.092, 0.01], [0.01, 0.12, 0.105, 0.102, 0.02]),
        ([0.011] * 5, [0.101] * 5),
        ([0.05, 0.05], [0.1, 0.1]),
    ],
)
def test_columns_stay_reachable(first: list[float], expected: list[float], backend: str) -> None:
    pools = pools_of([list(range(len(first)))], 5)
    p = np.array(first, np.float32)
    rule = Learning(0.1 - 1e-6, 0, 0, 0.01, 3)
    backend_module(backend).adapt(np.array([0], np.int32), np.empty(0, np.int32), pools, p, rule)
    assert p == pytest.approx(expected, abs=1e-6)


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


@given(st.integers(1, 40), st.data())
def test_k_winners_fast_equals_naive(n: int, data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(st.lists(st.integers(0, 5), min_size=n, max_size=n), min_size=1, max_size=4)
    )
    k = data.draw(st.integers(0, n))
    values = np.array(rows, np.float64)
    assert np.array_equal(k_winners(values, k), k_winners(values, k, backend="naive"))


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
                [c.overlap(pooler.step(q, learn=False)) for c, q in zip(codes, noisy, strict=True)]
            )
        )

    before = kept()
    for _ in range(20):
        pooler.partial_fit(patterns)
    assert kept() > before + 3


def test_boosting_spreads_the_work() -> None:
    plain, boosted = (
        SpatialPooler(
            (6, 7), (12, 12), boosting=Boosting(s, 50), inhibition=GlobalInhibition(0.05), seed=2
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
        SpatialPooler(10, 10, pool=PotentialPool(2, 1.0), inhibition=GlobalInhibition(0.1, 6))
    (tmp_path / "other.npz").write_bytes(b"not a model")
    with pytest.raises(ValueError, match="path"):
        SpatialPooler.load(tmp_path / "other.npz")
    np.savez(tmp_path / "arrays.npz", a=np.ones(3))
    with pytest.raises(ValueError, match="path"):
        SpatialPooler.load(tmp_path / "arrays.npz")
    with pytest.raises(ValueError, match="backend"):
        backend_module("gpu")
    with pytest.raises(ValueError, match="k: got 4"):
        k_winners(np.ones((1, 3)), 4)
    with pytest.raises(ValueError, match="NaN"):
        k_winners(np.full((1, 3), np.nan), 1)


def test_neighbourhood_counts_each_cell_once() -> None:
    assert neighbourhood(0, 5, (6,), wrap=True).tolist() == list(range(6))
    hood = Hood(*neighbourhoods((6,), 5, wrap=True))
    assert hood.mean(DUTY) == pytest.approx(np.full(6, 1.28 / 6))


def test_a_pooler_without_winners_is_refused() -> None:
    with pytest.raises(ValueError, match="one winner or more of 19 columns; raise active_share"):
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
