"""The autograd faces of entmax and normmax."""

import math
from typing import Any

import torch
from torch import Tensor

from neurosparse.kernels.memory.entmax.autograd_slopes import (
    as_rows,
    entmax_slopes,
    normmax_slopes,
)


class _Entmax(torch.autograd.Function):
    @staticmethod
    def forward(z: Tensor, alpha: Tensor) -> Tensor:
        if z.is_cuda:
            from neurosparse.kernels.memory.entmax import gpu

            return gpu.weigh_tensor(z, *gpu.shapes_of(alpha))
        from neurosparse.kernels.memory.entmax import cpu

        shapes = cpu.shapes_of(alpha.numpy())
        return torch.from_numpy(
            cpu.weigh_rows(z.numpy(), shapes, 1.0, torch.get_num_threads())
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor], output: Tensor) -> None:
        ctx.save_for_backward(output, inputs[1])

    @staticmethod
    def backward(ctx: Any, dp: Tensor) -> tuple[Tensor, Tensor | None]:
        p, alpha = ctx.saved_tensors
        if torch.is_grad_enabled():
            return entmax_slopes(p, dp, alpha, ctx.needs_input_grad[1])
        if p.is_cuda:
            from neurosparse.kernels.memory.entmax import gpu

            return gpu.backward_tensor(p, dp.contiguous(), alpha)
        from neurosparse.kernels.memory.entmax import cpu

        threads = torch.get_num_threads()
        dz, da = cpu.entmax_backward(
            p.numpy(), dp.contiguous().numpy(), alpha.numpy(), threads
        )
        return torch.from_numpy(dz), torch.from_numpy(da)

    @staticmethod
    def vmap(info: Any, in_dims: Any, z: Tensor, alpha: Tensor) -> tuple[Tensor, int]:
        """Take one more axis as more rows."""
        apply: Any = _Entmax.apply
        return apply(*as_rows(info, in_dims, z, alpha)).unflatten(
            0, (info.batch_size, -1)
        ), 0


class _Normmax(torch.autograd.Function):
    @staticmethod
    def forward(z: Tensor, gamma: float) -> Tensor:
        from neurosparse.kernels.memory.entmax.rules import Normmax

        if z.is_cuda:
            from neurosparse.kernels.memory.entmax import gpu

            return gpu.weigh_rule(z, Normmax(gamma))
        from neurosparse.kernels.memory.entmax import cpu

        return torch.from_numpy(
            cpu.weigh(z.numpy(), Normmax(gamma), torch.get_num_threads())
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, float], output: Tensor) -> None:
        ctx.gamma = inputs[1]
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx: Any, dp: Tensor) -> tuple[Tensor, None]:
        (p,) = ctx.saved_tensors
        return normmax_slopes(p, dp, ctx.gamma), None

    @staticmethod
    def vmap(info: Any, in_dims: Any, z: Tensor, gamma: float) -> tuple[Tensor, int]:
        """Take one more axis as more rows."""
        apply: Any = _Normmax.apply
        rows = as_rows(info, in_dims[:1], z)
        return apply(*rows, gamma).unflatten(0, (info.batch_size, -1)), 0


def full(x: Tensor) -> Tensor:
    """Return float16 and bfloat16, in which no kernel computes, as float32; anything else as it is.

    >>> full(torch.ones(1, dtype=torch.bfloat16)).dtype
    torch.float32
    """
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def _rows(z: Tensor, dim: int) -> Tensor:
    if not z.is_floating_point():
        raise TypeError(
            f"z: got scores of {z.dtype}, wants floating point numbers; write z.float()"
        )
    moved = full(z).movedim(dim, -1)
    return moved.reshape(math.prod(moved.shape[:-1]), moved.shape[-1]).contiguous()


def entmax(z: Tensor, alpha: float | Tensor = 1.5, dim: int = -1) -> Tensor:
    """α-entmax along `dim`, with gradients to z and α.

    A score of -inf is left out; a row of -inf weighs nothing.

    Args:
        z: scores `[...]`; float16 and bfloat16 are weighed in float32.
        alpha: at least 1; a tensor must broadcast against z, with size 1 along `dim`
            (`[heads, 1, 1]` for α per head).
        dim: what sums to 1.

    Raises:
        ValueError: α below 1 or not finite.
        TypeError: scores that are whole numbers.

    >>> entmax(torch.tensor([1.0, 0.5, 0.2, -0.3]), 2.0)
    tensor([0.7500, 0.2500, 0.0000, 0.0000])
    """
    rows = _rows(z, dim)
    shape = z.movedim(dim, -1).shape
    a = torch.as_tensor(alpha, dtype=torch.float64, device=z.device)
    if not bool((torch.isfinite(a) & (a >= 1)).all()):
        raise ValueError(
            f"alpha: got {alpha}, wants finite numbers of at least 1 (1 softmax, 2 sparsemax)"
        )
    if a.ndim:
        a = _spread(a, z, dim).movedim(dim, -1)
    alphas = a.expand(*shape[:-1], 1).reshape(-1).contiguous()
    p: Tensor = _Entmax.apply(rows, alphas)  # type: ignore[no-untyped-call]
    return p.to(z.dtype).reshape(shape).movedim(-1, dim)


def _spread(a: Tensor, z: Tensor, dim: int) -> Tensor:
    """Broadcast α against z with size 1 along `dim`."""
    shape = list(z.shape)
    shape[dim] = 1
    return a.expand(shape)


def normmax(z: Tensor, gamma: float = 2.0, dim: int = -1) -> Tensor:
    """γ-normmax along `dim`, with gradients to z.

    Raises:
        ValueError: γ not above 1.

    >>> normmax(torch.tensor([1.0, 0.8]), 2.0)
    tensor([0.5714, 0.4286])
    """
    rows = _rows(z, dim)
    shape = z.movedim(dim, -1).shape
    p: Tensor = _Normmax.apply(rows, gamma)  # type: ignore[no-untyped-call]
    return p.to(z.dtype).reshape(shape).movedim(-1, dim)
