"""The recurrent scan against its law, against autograd on a dense network, and against itself in
pieces.
"""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

from neurosparse.kernels.layers.recurrent_scan import (
    cpu,
    naive,
    recurrent_scan,
    recurrent_scan_backward,
)
from neurosparse.kernels.layers.recurrent_scan.autograd import recurrent_scan as torch_scan
from neurosparse.kernels.layers.recurrent_scan.parts import (
    GATE,
    NONE,
    SUBTRACT,
    ZERO,
    Neurons,
    Reset,
    State,
    by_delay,
    rest,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import (
    ATan,
    Box,
    FastSigmoid,
    LogisticSigmoid,
    Triangle,
)

RESETS = {"subtract": SUBTRACT, "zero": ZERO, "gate": GATE, "none": NONE}
SURROGATES = [FastSigmoid(3.0), ATan(2.0), Triangle(0.7), LogisticSigmoid(4.0), Box(0.5)]


def case(
    n: int,
    edges: int,
    latest: int,
    batch: int,
    steps: int,
    seed: int = 0,
    dtype: Any = np.float64,
) -> Any:
    """Synapses, weights, neurons, input and a state in which spikes are under way."""
    rng = np.random.default_rng(seed)
    place = (
        np.sort(rng.choice(n * n, min(edges, n * n), replace=False))
        if n
        else np.empty(0, np.int64)
    )
    indptr = np.searchsorted(place // max(n, 1), np.arange(n + 1)).astype(np.int64)
    delay = rng.integers(0, latest + 1, len(place)) if latest else 0
    synapses = by_delay(indptr, (place % max(n, 1)).astype(np.int32), delay)
    values = rng.normal(0, 0.6, len(place)).astype(dtype)
    ranges = ((0, 0.8), (0.5, 0.95), (0.5, 1.2))
    neurons = Neurons(*(rng.uniform(*r, n).astype(dtype) for r in ranges))
    x = rng.normal(0.3, 0.5, (steps, batch, n)).astype(dtype)
    past = rng.random((synapses.memory, batch, n)) < 0.3
    state = State(
        *(rng.normal(0, 0.3, (batch, n)).astype(dtype) for _ in range(2)),
        past.astype(dtype),
    )
    return synapses, values, neurons, x, state


def slopes(x: Any, seed: int = 1) -> Any:
    """Gradients of the spikes and of the last v and i."""
    rng = np.random.default_rng(seed)
    v, i = (rng.normal(size=x.shape[1:]).astype(x.dtype) for _ in range(2))
    return rng.normal(size=x.shape).astype(x.dtype), State(v, i, None)


def same(one: Any, other: Any, **tolerance: Any) -> None:
    """Compare nested tuples of arrays."""
    if isinstance(one, tuple):
        for a, b in zip(one, other, strict=True):
            same(a, b, **tolerance)
    else:
        np.testing.assert_allclose(one, other, **tolerance)


SIZES = [
    (7, 20, 0, 3, 9),
    (17, 60, 3, 19, 12),
    (5, 0, 0, 2, 4),
    (1, 1, 2, 1, 6),
    (33, 200, 0, 16, 5),
    (16, 90, 9, 4, 3),
]


@pytest.mark.parametrize("reset", RESETS.values(), ids=RESETS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_forward_and_backward_follow_the_law(size: Any, reset: Reset) -> None:
    synapses, values, neurons, x, state = case(*size)
    spikes, _, last = naive.forward(synapses, values, neurons, reset, x, state)
    assert spikes.any() or x.shape[2] == 1
    grad = slopes(x)
    for surrogate in SURROGATES:
        law = naive.backward(synapses, values, neurons, reset, surrogate, x, state, grad)
        assert np.abs(law.x).sum() > 0
        for keep in ("all", "marks"):
            fast, tape, end = cpu.forward(
                synapses, values, neurons, reset, x, state, keep=keep
            )
            np.testing.assert_array_equal(fast, spikes)
            same(end, last, atol=1e-12)
            found = cpu.backward(
                synapses, values, neurons, reset, surrogate, x, tape, grad, threads=2
            )
            same(found[:4], law[:4], rtol=1e-9, atol=1e-9)


@settings(max_examples=25)
@given(
    st.integers(1, 20),
    st.integers(0, 60),
    st.integers(0, 4),
    st.integers(1, 5),
    st.integers(1, 8),
    st.integers(0, 9),
)
def test_any_size_in_single_precision(
    n: int, edges: int, latest: int, batch: int, steps: int, seed: int
) -> None:
    synapses, values, neurons, x, state = case(
        n, edges, latest, batch, steps, seed, np.float32
    )
    one, other = (
        recurrent_scan(synapses, values, neurons, x, state, backend=b)
        for b in ("naive", "cpu")
    )
    # a membrane within rounding of its threshold may fall to either side; then all that follows
    # differs
    if (one.spikes == other.spikes).all():
        same(one.state, other.state, rtol=1e-4, atol=1e-4)
    else:
        assert n * batch * steps > 1


def dense_twin(
    synapses: Any,
    values: Any,
    neurons: Any,
    reset: Reset,
    x: Any,
    state: Any,
    surrogate: Any,
) -> Any:
    """The scan as plain torch operations on dense matrices, one step after the other."""

    class Spike(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, u: torch.Tensor) -> torch.Tensor:
            ctx.save_for_backward(u)
            return (u > 0).to(u)

        @staticmethod
        def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:
            (u,) = ctx.saved_tensors
            return grad * torch.as_tensor(surrogate(u.numpy()))

    n = synapses.n
    pre = np.concatenate(
        [np.repeat(np.arange(n), np.diff(rows)) for rows in synapses.indptr]
    )
    group = np.repeat(
        np.arange(len(synapses.delays)), [rows[-1] - rows[0] for rows in synapses.indptr]
    )
    v = state.v
    i = state.i
    past = list(state.z)
    spikes = []
    for drive in x:
        i = neurons.alpha * i + drive
        for g, delay in enumerate(synapses.delays):
            e = np.flatnonzero(group == g)
            weights = torch.zeros(n, n, dtype=x.dtype).index_put(
                (torch.as_tensor(pre[e]), torch.as_tensor(synapses.indices[e]).long()),
                values[synapses.order[e]],
            )
            i = i + past[-1 - delay] @ weights
        z = past[-1].detach()
        held = (
            neurons.beta * v * (1 - reset.membrane * z)
            + i
            - reset.level * neurons.threshold * z
        )
        v = held * (1 - reset.gate * z)
        past.append(Spike.apply(v - neurons.threshold))
        spikes.append(past[-1])
    return torch.stack(spikes), State(v, i, torch.stack(past[-len(state.z) :]))


@pytest.mark.parametrize("checkpoint", [False, True])
@pytest.mark.parametrize("reset", RESETS.values(), ids=RESETS)
def test_gradients_equal_those_of_autograd_on_a_dense_network(
    reset: Reset, checkpoint: bool
) -> None:
    synapses, values, neurons, x, state = case(9, 30, 2, 3, 11)
    results = []
    for scan in ("ours", "dense"):
        leaves = [
            torch.tensor(a, requires_grad=True) for a in (x, values, *neurons, *state)
        ]
        cells = Neurons(*leaves[2:5])
        begin = State(*leaves[5:8])
        if scan == "ours":
            rules = {"reset": reset, "surrogate": ATan(2.0), "checkpoint": checkpoint}
            out, last = torch_scan(leaves[0], leaves[1], cells, synapses, begin, **rules)
        else:
            out, last = dense_twin(
                synapses, leaves[1], cells, reset, leaves[0], begin, ATan(2.0)
            )
        weigh = torch.arange(out.numel(), dtype=out.dtype).reshape(out.shape).cos()
        (
            (out * weigh).sum()
            + (last.v * 0.3).sum()
            + last.i.square().sum()
            + (last.z * 0.7).sum()
        ).backward()
        results.append([out.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves)])
    assert 0 < results[0][0].mean() < 1
    for ours, dense in zip(*results, strict=True):
        np.testing.assert_allclose(ours, dense, rtol=1e-9, atol=1e-10)
        assert np.abs(dense).sum() > 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pieces_give_the_bits_of_the_whole(dtype: Any) -> None:
    synapses, values, neurons, x, state = case(40, 300, 3, 33, 17, dtype=dtype)
    whole = recurrent_scan(synapses, values, neurons, x, state)
    for cut in (1, 2, 9):
        parts = []
        now = state
        for start in range(0, len(x), cut):
            scan = recurrent_scan(
                synapses, values, neurons, x[start : start + cut], now, threads=2
            )
            parts.append(scan.spikes)
            now = scan.state
        np.testing.assert_array_equal(np.concatenate(parts), whole.spikes)
        for a, b in zip(now, whole.state, strict=True):
            np.testing.assert_array_equal(a, b)


def test_threads_do_not_change_the_bits() -> None:
    synapses, values, neurons, x, state = case(30, 200, 1, 100, 6, dtype=np.float32)
    spikes, tape, _ = cpu.forward(synapses, values, neurons, SUBTRACT, x, state)
    runs = [
        cpu.backward(
            synapses, values, neurons, SUBTRACT, ATan(), x, tape, slopes(x), threads=threads
        )
        for threads in (1, 3)
    ]
    assert spikes.any()
    for one, other in zip(runs[0][:2], runs[1][:2], strict=True):
        np.testing.assert_array_equal(one, other)


def test_checkpoints_give_the_bits_of_the_whole_tape() -> None:
    synapses, values, neurons, x, state = case(20, 100, 2, 5, 23, dtype=np.float32)
    runs = []
    for keep in ("all", "marks"):
        _, tape, _ = cpu.forward(synapses, values, neurons, SUBTRACT, x, state, keep=keep)
        runs.append(
            cpu.backward(synapses, values, neurons, SUBTRACT, ATan(), x, tape, slopes(x))
        )
        assert len(tape.kept[0]) == (23 if keep == "all" else 0)
    np.testing.assert_array_equal(runs[0].x, runs[1].x)
    np.testing.assert_array_equal(runs[0].values, runs[1].values)


def test_empty_things() -> None:
    for n, batch, steps in ((0, 2, 3), (3, 0, 4), (3, 2, 0)):
        synapses, values, neurons, x, state = case(n, 4 if n else 0, 0, batch, steps)
        assert recurrent_scan(synapses, values, neurons, x, state).spikes.shape == (
            steps,
            batch,
            n,
        )
        grads = recurrent_scan_backward(
            synapses, values, neurons, x, np.zeros_like(x), state
        )
        assert grads.x.shape == x.shape
        assert not grads.values.any()


def test_silence_stays_silent_and_gives_no_gradient_to_recurrent_weights() -> None:
    synapses, values, neurons, x, _ = case(12, 50, 1, 4, 10)
    scan = recurrent_scan(synapses, values, neurons, x * 0)
    grads = recurrent_scan_backward(
        synapses, values, neurons, x * 0, np.ones_like(x), surrogate=ATan(1.0)
    )
    assert not scan.spikes.any()
    assert not grads.values.any()
    assert grads.x.any()


def test_a_delay_is_counted_in_steps() -> None:
    indptr = np.array([0, 1, 2, 3, 3])
    indices = np.array([1, 2, 3], np.int32)
    synapses = by_delay(indptr, indices, np.array([0, 2, 5]))
    x = np.zeros((14, 1, 4))
    x[0, 0, 0] = 2.0
    neurons = Neurons(np.zeros(4), np.zeros(4), np.ones(4))
    spikes = recurrent_scan(synapses, np.full(3, 1.5), neurons, x, reset=ZERO).spikes
    assert [np.flatnonzero(spikes[:, 0, j]).tolist() for j in range(4)] == [
        [0],
        [1],
        [4],
        [10],
    ]


BAD: Any = {
    "x": lambda s, w, p, x, z: (s, w, p, x[:, :, :-1], z),
    "values": lambda s, w, p, x, z: (s, w[:-1], p, x, z),
    "beta": lambda s, w, p, x, z: (s, w, p._replace(beta=p.beta[:-1]), x, z),
    "state.z": lambda s, w, p, x, z: (s, w, p, x, z._replace(z=z.z[:-1])),
    "alpha": lambda s, w, p, x, z: (
        s,
        w,
        p._replace(alpha=p.alpha.astype(np.float32)),
        x,
        z,
    ),
    "synapses": lambda s, w, p, x, z: (s._replace(indices=s.indices + 9), w, p, x, z),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: got"):
        recurrent_scan(*BAD[name](*case(5, 12, 2, 2, 3)))


def test_bad_delays_and_slopes_are_refused() -> None:
    rows = np.array([0, 1, 1]), np.array([1], np.int32)
    with pytest.raises(ValueError, match=r"delay: got -1 steps, wants 0 or more"):
        by_delay(*rows, -1)
    with pytest.raises(ValueError, match=r"delay: got shape \(2,\)"):
        by_delay(*rows, np.array([1, 2]))
    with pytest.raises(ValueError, match="slope: got 0"):
        FastSigmoid(0)
    groups = by_delay(*rows, 2)
    cells = Neurons(*(torch.ones(2),) * 3)
    short = State(*map(torch.tensor, rest(by_delay(*rows), 1)))
    with pytest.raises(
        ValueError, match=r"state: got spikes of shape \[1, 1, 2\], wants \[3, 1, 2\]"
    ):
        torch_scan(torch.zeros(4, 1, 2), torch.ones(1), cells, groups, short)


@pytest.mark.parametrize("surrogate", SURROGATES, ids=lambda s: type(s).__name__)
def test_surrogates_are_even_and_largest_at_the_threshold(surrogate: Any) -> None:
    u = np.linspace(-3, 3, 601)
    d = surrogate(u)
    np.testing.assert_allclose(d, d[::-1], atol=1e-12)
    assert d.argmax() == 300 or d[300] == d.max()
    assert (d >= 0).all()


@pytest.mark.parametrize("checkpoint", [False, True])
@pytest.mark.parametrize("n_out", [1, 3, 20])
def test_a_readout_equals_a_matrix_on_the_spikes(n_out: int, checkpoint: bool) -> None:
    synapses, values, neurons, x, state = case(21, 90, 2, 19, 9)
    results = []
    for fused in (True, False):
        parts = [
            torch.tensor(a, requires_grad=True) for a in (x, values, *neurons, *state[:2])
        ]
        matrix = torch.tensor(
            np.random.default_rng(5).normal(size=(21, n_out)), requires_grad=True
        )
        rules = {"surrogate": ATan(2.0), "checkpoint": checkpoint}
        begin = State(*parts[5:], torch.tensor(state.z))
        out, last = torch_scan(
            parts[0],
            parts[1],
            Neurons(*parts[2:5]),
            synapses,
            begin,
            **rules,
            readout=matrix if fused else None,
        )
        said = out if fused else out @ matrix
        weigh = torch.arange(said.numel(), dtype=said.dtype).reshape(said.shape).cos()
        ((said * weigh).sum() + last.v.sum()).backward()
        results.append(
            [
                said.detach(),
                *(part.grad for part in parts),
                matrix.grad,
                last.z.detach(),
                last.i.detach(),
            ]
        )
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-9)
    assert bool(results[0][-3].any())
