"""What autograd functions share: an error at a second derivative, and a loop for `vmap`."""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


class _Refuse(torch.autograd.Function):
    """Hand a gradient on, and raise if it is differentiated."""

    @staticmethod
    def forward(ctx: Any, slope: Tensor, name: str) -> Tensor:
        ctx.name = name
        return slope.view_as(slope)

    @staticmethod
    def backward(ctx: Any, *_: Any) -> Any:
        raise RuntimeError(
            f"{ctx.name} is differentiable once: it has no gradients of gradients "
            "(a gradient penalty, a Hessian)"
        )


def once(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a backward that is no tensor arithmetic: gradients of its gradients are an error.

    PyTorch's `once_differentiable` raises only where the incoming gradient needs a gradient itself,
    and else leaves out the second derivative without a word.
    """

    def decorate(backward: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(backward)
        def backward_once(ctx: Any, *grads: Any) -> Any:
            with torch.no_grad():
                slopes = backward(ctx, *grads)
            # with create_graph=True alone
            if not torch.is_grad_enabled():
                return slopes
            refuse: Any = _Refuse.apply
            return tuple(
                refuse(slope.detach().requires_grad_(), name)
                if isinstance(slope, Tensor)
                else slope
                for slope in slopes
            )

        return backward_once

    return decorate


def one_by_one(apply: Any, info: Any, in_dims: Any, arguments: Any) -> Any:
    """Rule of `torch.func.vmap` for a function that takes no more axes: a loop.

    Returns:
        What `apply` gives for each, stacked, and where the stacked axes are.
    """
    results = []
    for number in range(info.batch_size):
        parts = [
            part if dim is None else part.select(dim, number).contiguous()
            for part, dim in zip(arguments, in_dims, strict=True)
        ]
        results.append(apply(*parts))
    if isinstance(results[0], Tensor):
        return torch.stack(results), 0
    return tuple(map(torch.stack, zip(*results, strict=True))), (0,) * len(results[0])


def total(*terms: Tensor | None) -> Tensor | None:
    """Sum what is not None; None where nothing is left.

    >>> total(None, torch.ones(1), torch.ones(1))
    tensor([2.])
    """
    present = [term for term in terms if term is not None]
    return functools.reduce(torch.add, present) if present else None
