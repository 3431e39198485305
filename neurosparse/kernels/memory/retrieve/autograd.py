"""The autograd face of `retrieve`: gradients touch the memories in the support and no others."""

import math
from typing import Any

import numpy as np
import torch
from numba import njit
from torch import Tensor

from neurosparse.kernels.memory.entmax.autograd import entmax, full
from neurosparse.kernels.memory.entmax.cpu import alpha_slope, score_slopes
from neurosparse.kernels.memory.entmax.solve import FAST
from neurosparse.typing import Array


@njit(cache=True, nogil=True, fastmath=FAST)
def _dot(a: Array, b: Array) -> float:
    total = a[0] * b[0]
    for j in range(1, len(a)):
        total += a[j] * b[j]
    return float(total)


@njit(cache=True, nogil=True, fastmath=FAST)
def _add(out: Array, w: Any, row: Array) -> None:
    for j in range(len(out)):
        out[j] += w * row[j]


@njit(cache=True, nogil=True)
def _backward(
    support: tuple[Array, Array, Array],
    inputs: tuple[Array, Array, Array],
    dstate: Array,
    beta: float,
    alpha: float,
    slopes: tuple[Array, Array, Array],
) -> tuple[float, float]:
    """Add slopes to queries, keys and values, but for those of size 0.

    Returns:
        Slopes to β and α.
    """
    indptr, indices, weights = support
    queries, keys, values = inputs
    dq, dk, dv = slopes
    dbeta = 0.0
    dalpha = 0.0
    cast = queries.dtype.type
    for n in range(len(queries)):
        lo = indptr[n]
        hi = indptr[n + 1]
        p = weights[lo:hi]
        index = indices[lo:hi]
        dp = np.empty_like(p)
        dz = np.empty_like(p)
        for e in range(len(p)):
            dp[e] = _dot(dstate[n], values[index[e]])
            if len(dv):
                _add(dv[index[e]], p[e], dstate[n])
        score_slopes(p, dp, alpha, dz)
        dalpha += alpha_slope(p, dp, alpha)
        for e in range(len(p)):
            slope = cast(beta * dz[e])
            dbeta += dz[e] * _dot(queries[n], keys[index[e]])
            if len(dq):
                _add(dq[n], slope, keys[index[e]])
            if len(dk):
                _add(dk[index[e]], slope, queries[n])
    return dbeta, dalpha


class _Retrieve(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        queries: Tensor,
        keys: Tensor,
        values: Tensor | None,
        beta: Tensor,
        alpha: Tensor,
    ) -> Tensor:
        from neurosparse.kernels.memory.retrieve import retrieve
        from neurosparse.kernels.memory.retrieve.plan import Plan

        plan = Plan(
            float(beta.detach()), keep_support=True, threads=torch.get_num_threads()
        )
        mixed = keys if values is None else values
        retrieved = retrieve(
            keys.detach().numpy(),
            queries.detach().numpy(),
            float(alpha.detach()),
            plan,
            values=mixed.detach().numpy(),
        )
        assert retrieved.support is not None
        support = [torch.from_numpy(part) for part in retrieved.support]
        ctx.save_for_backward(queries, keys, values, beta, alpha, *support)
        return torch.from_numpy(retrieved.state)

    @staticmethod
    def backward(ctx: Any, dstate: Tensor) -> tuple[Tensor | None, ...]:
        queries, keys, values, beta, alpha, *support = ctx.saved_tensors
        if torch.is_grad_enabled():
            inputs = queries, keys, values, beta, alpha
            return _dense_slopes(inputs, ctx.needs_input_grad, dstate)
        tied = values is None
        values = keys if tied else values
        slopes = [
            torch.zeros_like(a) if needed else a.new_zeros((0, 1))
            for a, needed in zip(
                (queries, keys, values), ctx.needs_input_grad, strict=False
            )
        ]
        if tied:
            slopes[2] = slopes[1]
        dbeta, dalpha = _backward(
            (support[0].numpy(), support[1].numpy(), support[2].numpy()),
            (queries.detach().numpy(), keys.detach().numpy(), values.detach().numpy()),
            dstate.contiguous().numpy(),
            float(beta.detach()),
            float(alpha.detach()),
            (slopes[0].numpy(), slopes[1].numpy(), slopes[2].numpy()),
        )
        handed_back = [
            slope if needed else None
            for slope, needed in zip(slopes, ctx.needs_input_grad, strict=False)
        ]
        return (*handed_back, beta.new_tensor(dbeta), alpha.new_tensor(dalpha))


def _dense_slopes(
    inputs: tuple[Any, ...], needed: tuple[bool, ...], dstate: Tensor
) -> tuple[Tensor | None, ...]:
    """Slopes that have slopes: those of tensor arithmetic, with all weights `[n, N]`."""
    # tensors of their own, or the slope to one would go through all that the others came from
    parts: list[Any] = [None if part is None else part.view_as(part) for part in inputs]
    queries, keys, values, b, a = parts
    weights = entmax(b.to(queries.dtype) * queries @ keys.T, a)
    state = weights @ (keys if values is None else values)
    differentiated = [part for part, need in zip(parts, needed, strict=True) if need]
    slopes = iter(torch.autograd.grad(state, differentiated, dstate, create_graph=True))
    return tuple(next(slopes) if need else None for need in needed)


def retrieve(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    beta: float | Tensor = 1.0,
    alpha: float | Tensor = 2.0,
) -> Tensor:
    """entmax(β Q Kᵀ) V by scan and gather, with gradients to all five.

    On the CPU the weights are never written out as `[n, N]`; float16 and bfloat16 are computed in
    float32. At α = 1 everything weighs and nothing is saved: PyTorch's attention does that case.

    Args:
        queries: Q, `[n, d]`.
        keys: K, `[N, d]`.
        values: V, `[N, v]`.
        beta: inverse temperature, above 0.
        alpha: of the entmax, at least 1.

    Returns:
        `[n, v]`.

    Raises:
        ValueError: arrays that do not fit each other, queries that are not finite, β not above 0, α
            below 1.

    >>> x = torch.eye(3, dtype=torch.float64, requires_grad=True)
    >>> y = retrieve(torch.tensor([[0.6, 0.5, 0.1]], dtype=torch.float64), x, x, beta=4.0)
    >>> y[0, 0].backward(); x.grad[2]
    tensor([0., 0., 0.], dtype=torch.float64)
    """
    b = torch.as_tensor(beta, dtype=torch.float64)
    a = torch.as_tensor(alpha, dtype=torch.float64)
    if not (math.isfinite(float(b.detach())) and float(b.detach()) > 0):
        raise ValueError(f"beta: got {float(b.detach())}, wants a finite number above 0")
    if queries.is_cuda:
        return _on_gpu(queries, keys, values, b, a)
    # memories that are their own values get one gradient, not two to be added
    other_values = None if values is keys else full(values)
    state = _on_cpu(full(queries), full(keys), other_values, b, a)
    return state.to(queries.dtype) if queries.dtype == keys.dtype else state


def _attention(queries: Tensor, keys: Tensor, values: Tensor, beta: Tensor) -> Tensor:
    scaled = (queries * beta.to(queries.dtype)).unsqueeze(0)
    mixed = torch.nn.functional.scaled_dot_product_attention(
        scaled, keys.unsqueeze(0), values.unsqueeze(0), scale=1.0
    )
    return mixed.squeeze(0)


def _on_gpu(queries: Tensor, keys: Tensor, values: Tensor, b: Tensor, a: Tensor) -> Tensor:
    if float(a.detach()) == 1 and not a.requires_grad:
        return _attention(queries, keys, values, b)
    return entmax(b.to(queries.dtype) * queries @ keys.T, a) @ values


def _on_cpu(
    queries: Tensor, keys: Tensor, values: Tensor | None, b: Tensor, a: Tensor
) -> Tensor:
    if float(a.detach()) == 1 and not a.requires_grad:
        if not bool(torch.isfinite(queries).all()):
            raise ValueError("queries: hold NaN or infinities, wants finite numbers")
        return _attention(queries, keys, keys if values is None else values, b)
    if values is not None:
        values = values.contiguous()
    differentiable: Any = _Retrieve.apply
    state: Tensor = differentiable(queries, keys.contiguous(), values, b, a)
    return state
