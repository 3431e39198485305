"""The Triton path of the recurrent scan against the law, on a GPU or in Triton's interpreter."""

import os
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("triton")
if not torch.cuda.is_available() and os.environ.get("TRITON_INTERPRET") != "1":
    pytest.skip("no GPU here and TRITON_INTERPRET=1 is not set", allow_module_level=True)

from neurosparse.kernels.layers.recurrent_scan import (
    gpu,
    naive,
    recurrent_scan,
    recurrent_scan_backward,
)
from neurosparse.kernels.layers.recurrent_scan.autograd import device_scan
from neurosparse.kernels.layers.recurrent_scan.autograd import recurrent_scan as torch_scan
from neurosparse.kernels.layers.recurrent_scan.parts import (
    GATE,
    NONE,
    SUBTRACT,
    ZERO,
    Neurons,
    State,
    by_delay,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import (
    ATan,
    Box,
    FastSigmoid,
    LogisticSigmoid,
    Triangle,
)

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
RESETS = {"subtract": SUBTRACT, "zero": ZERO, "gate": GATE, "none": NONE}
SURROGATES = [FastSigmoid(3.0), ATan(2.0), Triangle(0.7), LogisticSigmoid(4.0), Box(0.5)]


def case(
    n: int, edges: int, latest: int, batch: int, steps: int, drive: float = 0.3
) -> Any:
    """Synapses, weights, neurons, input and a state in which spikes are under way."""
    rng = np.random.default_rng(0)
    place = (
        np.sort(rng.choice(n * n, min(edges, n * n), replace=False))
        if n
        else np.empty(0, np.int64)
    )
    indptr = np.searchsorted(place // max(n, 1), np.arange(n + 1)).astype(np.int64)
    delay = rng.integers(0, latest + 1, len(place)) if latest else 0
    synapses = by_delay(indptr, (place % max(n, 1)).astype(np.int32), delay)
    neurons = Neurons(*(rng.uniform(*r, n) for r in ((0, 0.8), (0.5, 0.95), (0.5, 1.2))))
    x = rng.normal(drive, 0.5, (steps, batch, n))
    past = rng.random((synapses.memory, batch, n)) < (0.3 if drive > 0 else 0.0)
    state = State(*(rng.normal(0, 0.3, (batch, n)) for _ in range(2)), past.astype(float))
    return synapses, rng.normal(0, 0.6, len(place)), neurons, x, state


def there(part: Any) -> Any:
    """Arrays as tensors on the device, tuples likewise."""
    if isinstance(part, tuple):
        return type(part)(*map(there, part))
    return torch.from_numpy(np.ascontiguousarray(part)).to(DEVICE)


def same(mine: Any, law: Any) -> None:
    for one, other in zip(mine, law, strict=True):
        if isinstance(one, tuple):
            same(one, other)
        elif one is not None:
            np.testing.assert_allclose(one.cpu().numpy(), other, rtol=1e-9, atol=1e-9)


def compare(size: Any, reset: Any, surrogate: Any, drive: float = 0.3) -> Any:
    """Hold values, last state and gradients of one case against the law; returns the law's
    spikes.
    """
    synapses, values, neurons, x, state = case(*size, drive)
    rng = np.random.default_rng(1)
    grad = (
        rng.normal(size=x.shape),
        State(*(rng.normal(size=x.shape[1:]) for _ in range(2)), np.zeros(0)),
    )
    spikes, _, last = naive.forward(synapses, values, neurons, reset, x, state)
    law = naive.backward(synapses, values, neurons, reset, surrogate, x, state, grad)
    found, tape, end = gpu.forward(
        synapses, there(values), there(neurons), reset, there(x), there(state)
    )
    same((found, end), (spikes, last))
    given = (
        there(values),
        there(neurons),
        reset,
        surrogate,
        tape,
        there(state.i),
        (there(grad[0]), there(grad[1])),
    )
    same(gpu.backward(*given)[:4], law[:4])
    return spikes


@pytest.mark.parametrize("k", range(5), ids=[type(s).__name__ for s in SURROGATES])
def test_it_follows_the_law(k: int) -> None:
    size = [
        (3, 6, 0, 3, 3),
        (2, 4, 2, 2, 4),
        (3, 0, 0, 2, 3),
        (2, 4, 1, 35, 2),
        (1, 1, 1, 1, 3),
    ][k]
    assert compare(size, [*RESETS.values(), SUBTRACT][k], SURROGATES[k]).any() or k == 4


@pytest.mark.parametrize("reset", RESETS.values(), ids=RESETS)
def test_every_reset_follows_the_law(reset: Any) -> None:
    assert compare((2, 4, 1, 2, 3), reset, FastSigmoid(2.0)).any()


def test_silence_follows_the_law() -> None:
    assert not compare((3, 6, 1, 2, 2), SUBTRACT, ATan(2.0), drive=-9.0).any()


@pytest.mark.parametrize(
    "size",
    [(4, 6, 2, 2, 0), (3, 4, 0, 0, 3), (0, 0, 0, 2, 3)],
    ids=["steps", "samples", "n"],
)
def test_nothing_to_do(size: Any) -> None:
    compare(size, SUBTRACT, ATan(2.0))


def test_the_numpy_face_runs_it() -> None:
    synapses, values, neurons, x, state = case(3, 6, 1, 2, 3)
    mine, law = (
        recurrent_scan(synapses, values, neurons, x, state, backend=b)
        for b in ("gpu", "naive")
    )
    np.testing.assert_array_equal(mine.spikes, law.spikes)
    np.testing.assert_allclose(mine.state.v, law.state.v, atol=1e-12)
    backs = [
        recurrent_scan_backward(
            synapses, values, neurons, x, np.ones_like(x), state, backend=b
        )
        for b in ("gpu", "naive")
    ]
    np.testing.assert_allclose(backs[0].values, backs[1].values, atol=1e-12)
    assert np.abs(backs[1].values).sum() > 0


def test_autograd_gives_the_gradients_of_the_cpu() -> None:
    parts = case(3, 6, 1, 2, 3)
    found = []
    readout = np.random.default_rng(2).normal(size=(3, 2))
    for scan, device in ((device_scan, DEVICE), (torch_scan, "cpu")):
        arrays = (parts[1], *parts[2], parts[3], *parts[4][:2], readout)
        leaves = [torch.tensor(a, device=device, requires_grad=True) for a in arrays]
        state = State(*leaves[5:7], torch.tensor(parts[4].z, device=device))
        out, last = scan(
            leaves[4], leaves[0], Neurons(*leaves[1:4]), parts[0], state, readout=leaves[7]
        )
        (out.square().sum() + last.v.sum() + 2 * last.i.sum()).backward()
        found.append(
            [
                out.detach().cpu(),
                last.z.detach().cpu(),
                *(leaf.grad.cpu() for leaf in leaves),
            ]
        )
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)
    assert all(part.abs().sum() > 0 for part in found[0][2:])
