"""The scan with its input layer inside gives what layer and scan give one after the other."""

from typing import Any

import numpy as np
import pytest
import torch

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.layers.recurrent_scan.autograd import recurrent_scan
from neurosparse.kernels.layers.recurrent_scan.autograd_streamed import (
    InputLayer,
    streamed_scan,
)
from neurosparse.kernels.layers.recurrent_scan.parts import (
    GATE,
    SUBTRACT,
    ZERO,
    Neurons,
    State,
    by_delay,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import ATan
from neurosparse.models import RecurrentLIF


def leaf(*shape: int, rng: Any, low: float = -1.0, high: float = 1.0) -> torch.Tensor:
    return torch.from_numpy(rng.uniform(low, high, shape)).requires_grad_()


@pytest.mark.parametrize("spoken", [True, False], ids=["readout", "spikes"])
@pytest.mark.parametrize("reset", [SUBTRACT, ZERO, GATE], ids=["subtract", "zero", "gate"])
@pytest.mark.parametrize(
    ("n", "latest", "batch", "steps", "threads"),
    [
        (7, 0, 3, 9, 1),
        (19, 3, 35, 14, 2),
        (1, 0, 1, 1, 1),
        (5, 2, 2, 0, 1),
        (4, 1, 0, 3, 1),
        (33, 5, 17, 3, 2),
    ],
)
def test_it_is_the_layer_and_then_the_scan(
    n: int, latest: int, batch: int, steps: int, threads: int, reset: Any, spoken: bool
) -> None:
    rng = np.random.default_rng(0)
    pre, post = np.nonzero(rng.random((n, n)) < 0.4)
    indptr = np.searchsorted(pre, np.arange(n + 1)).astype(np.int64)
    pairs = by_delay(indptr, post.astype(np.int32), rng.integers(0, latest + 1, len(pre)))
    u = leaf(steps, batch, 4, rng=rng)
    weight = leaf(n, 4, rng=rng)
    offset = leaf(n, rng=rng)
    values = leaf(len(pre), rng=rng)
    read = leaf(n, 2, rng=rng)
    cells = Neurons(*(leaf(n, rng=rng, low=0.2, high=0.9) for _ in range(3)))
    past = torch.from_numpy(
        (rng.random((pairs.memory, batch, n)) < 0.3).astype(float)
    ).requires_grad_()
    begin = State(leaf(batch, n, rng=rng), leaf(batch, n, rng=rng), past)
    leaves = (u, weight, offset, values, *cells, *begin, *([read] if spoken else []))
    found = []
    old = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        for way in ("apart", "streamed"):
            matrix = read if spoken else None
            if way == "apart":
                x = torch.nn.functional.linear(u, weight, offset)
                rules: Any = {"reset": reset, "surrogate": ATan(2.0)}
                out, last = recurrent_scan(
                    x, values, cells, pairs, begin, readout=matrix, **rules
                )
            else:
                layer = InputLayer(weight, offset)
                given = u, layer, values, cells, pairs, begin
                out, last = streamed_scan(*given, readout=matrix, rules=(reset, ATan(2.0)))
            grads = torch.autograd.grad(
                out.square().sum() + last.v.sum() + last.i.square().sum(), leaves
            )
            found.append((out, last.v, last.i, last.z, *grads))
    finally:
        torch.set_num_threads(old)
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-9)
    if steps * batch * n > 50:
        assert all(part.abs().sum() > 0 for part in found[0])


def test_wrong_shapes_are_named() -> None:
    pairs = by_delay(np.array([0, 0]), np.empty(0, np.int32))
    cells = Neurons(*torch.full((3, 1), 0.5))
    with pytest.raises(ValueError, match="u, layer.weight"):
        streamed_scan(
            torch.zeros(2, 1, 3),
            InputLayer(torch.zeros(1, 2)),
            torch.zeros(0),
            cells,
            pairs,
        )
    wrong = State(*torch.zeros(2, 9, 1), torch.zeros(1, 9, 1))
    with pytest.raises(ValueError, match="state"):
        streamed_scan(
            torch.zeros(2, 1, 3),
            InputLayer(torch.zeros(1, 3)),
            torch.zeros(0),
            cells,
            pairs,
            wrong,
        )


@pytest.mark.parametrize("offset", [True, False])
def test_offsets_of_layer_and_population_add_up(offset: bool) -> None:
    cell = RecurrentLIF(
        Connectivity.from_edges([0, 1], [1, 2], n_pre=3, n_post=3, weight=0.7)
    ).double()
    torch.manual_seed(0)
    cell.bias = torch.nn.Parameter(torch.tensor([0.3, 0.1, 0.4], dtype=torch.float64))
    layer = torch.nn.Linear(2, 3, bias=offset).double()
    u = torch.rand(8, 2, 2, dtype=torch.float64) * 2
    apart = cell(layer(u))[0]
    streamed = cell.run_streamed(u, layer)[0]
    torch.testing.assert_close(apart, streamed)
    (grad,) = torch.autograd.grad(streamed.sum(), cell.bias)
    assert apart.any()
    assert grad.all()


def test_neither_scan_is_exported_and_both_say_so():
    from torch._subclasses import FakeTensorMode

    pair = by_delay(np.array([0, 1, 1]), np.array([1], np.int32))
    cells = Neurons(torch.zeros(2), torch.full((2,), 0.5), torch.ones(2))
    with FakeTensorMode(allow_non_fake_inputs=True) as fake:
        u = fake.from_tensor(torch.ones(3, 1, 2))
        layer = InputLayer(torch.eye(2))
        with pytest.raises(RuntimeError, match="recurrent_scan cannot be exported"):
            recurrent_scan(u, torch.ones(1), cells, pair)
        with pytest.raises(RuntimeError, match="streamed_scan cannot be exported"):
            streamed_scan(u, layer, torch.ones(1), cells, pair)
