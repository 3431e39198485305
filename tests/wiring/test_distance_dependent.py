"""Synapses follow the kernel of distance."""

import numpy as np
import pytest

from neurosparse.wiring import (
    AllToAll,
    Disc,
    DistanceDependent,
    Exponential,
    Gaussian,
)
from tests.wiring.drawn import LINE, drawn, has_pair_twice

KERNELS = [
    Gaussian(0.8, 0.1),
    Exponential(0.9, 0.03),
    Disc(0.5, 0.2),
    lambda d: np.exp(-d / 0.1),
]


@pytest.mark.parametrize("box", [None, [1.0, 1.0]])
@pytest.mark.parametrize(
    "kernel", KERNELS, ids=["gaussian", "exponential", "disc", "function"]
)
def test_distance_dependent_follows_the_kernel(kernel, box):
    rng = np.random.default_rng(0)
    start, end = rng.random((600, 2)), rng.random((500, 2))
    c = drawn(DistanceDependent(start, kernel, end, box), 600, 500, 3)
    assert not has_pair_twice(c)
    apart = np.abs(start[:, None] - end)
    apart = apart if box is None else np.minimum(apart, 1 - apart)
    distance = np.sqrt((apart**2).sum(-1))
    wired = c.to_dense() > 0
    for low, high in ((0, 0.05), (0.05, 0.15), (0.15, 0.3), (0.3, 1.5)):
        there = (distance >= low) & (distance < high)
        p = kernel(distance[there])
        assert abs(wired[there].sum() - p.sum()) < 5 * np.sqrt(np.sum(p * (1 - p))) + 0.5


def test_distance_dependent_without_self():
    rule = DistanceDependent(LINE, Disc(1.0, 2.0), allow_self=False)
    assert rule.build(12, 12) == AllToAll(allow_self=False).build(12, 12)
    assert DistanceDependent(np.empty((0, 2)), Disc(1.0, 2.0)).build(0, 0).nnz == 0


@pytest.mark.parametrize("box", [None, [1.0, 1.0]])
def test_pieces_do_not_change_the_draws(box, monkeypatch):
    rng = np.random.default_rng(1)
    crowded = rng.random((300, 2)) ** 3  # most in one corner
    rule = DistanceDependent(crowded, Gaussian(0.9, 0.02), box=box)
    whole = rule.build(300, 300, 5)
    monkeypatch.setattr("neurosparse.wiring.distance_dependent._PAIRS", 40)
    monkeypatch.setattr("neurosparse.wiring.distance_dependent._ROWS", 64)
    assert whole.nnz > 1000
    assert rule.build(300, 300, 5) == whole


def test_a_kernel_must_be_a_function():
    with pytest.raises(ValueError, match="kernel: got 0.5, wants a function"):
        DistanceDependent(np.arange(5.0)[:, None], 0.5)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("offset", [0.0, 8.0])
@pytest.mark.parametrize("box", [None, [16.0]])
def test_what_lies_on_the_border_counts_in_every_precision(kind, offset, box):
    step = 0.25 if kind is np.float16 else 0.1
    line = (offset + np.arange(10)[:, None] * step).astype(kind)
    rule = DistanceDependent(line, Disc(1.0, step), box=box, allow_self=False)
    assert rule.build(10, 10).out_degree.tolist() == [1, *[2] * 8, 1]
    grid = np.stack(np.meshgrid(line[:5, 0], line[:5, 0]), -1).reshape(-1, 2)
    rule = DistanceDependent(grid, Disc(1.0, step), allow_self=False)
    assert rule.build(25, 25).nnz == 4 * 4 * 5
