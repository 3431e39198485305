"""What functions and operators of torch share: errors, rules for `vmap`, what is traced, FLOPs."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils.flop_counter import flop_registry, register_flop_formula


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


def more_samples(apply: Any, info: Any, in_dims: Any, arguments: Any) -> tuple[Tensor, int]:
    """Rule of `torch.func.vmap` for a product `[batch, n_post]` of `x [batch, n_pre]` and a matrix.

    Where x alone has one more axis, it is more samples of the same matrix.

    Returns:
        What `apply` gives for each, stacked, and where the stacked axis is.
    """
    x, *rest = arguments
    if any(dim is not None for dim in in_dims[1:]):
        stacked: tuple[Tensor, int] = one_by_one(apply, info, in_dims, arguments)
        return stacked
    samples = x.movedim(in_dims[0], 0)
    y = apply(samples.flatten(0, 1).contiguous(), *rest)
    return y.reshape(*samples.shape[:2], y.shape[1]), 0


def register_vmap(operator: Any, rule: Callable[..., Any]) -> None:
    """Give an operator its rule of `torch.func.vmap`: `one_by_one`, or `more_samples`."""

    def take(info: Any, in_dims: Any, *arguments: Any) -> Any:
        return rule(operator, info, in_dims, arguments)

    operator.register_vmap(take)


def reshaped(y: Tensor, shape: Sequence[int]) -> Tensor:
    """Give a result that nobody else has another shape, not as a view of itself.

    What acts in place on a view (`nn.ReLU(inplace=True)`) drops the hooks of the tensor.

    >>> reshaped(torch.ones(2, 3), (1, 2, 3))._is_view()
    False
    """
    if y.shape == torch.Size(shape):
        return y
    return torch.ops.aten._unsafe_view(y, list(shape))  # type: ignore[no-any-return]


def is_traced(x: Tensor) -> bool:
    """Whether somebody watches what is done to tensors, or they hold no numbers.

    >>> is_traced(torch.ones(1))
    False
    """
    watched = torch.compiler.is_compiling() or torch._C._len_torch_dispatch_stack() > 0
    return watched or type(x) not in (Tensor, nn.Parameter)


def refuse_fake(name: str, x: Tensor) -> None:
    """Refuse tensors without numbers (`torch.export`) in what is no operator of torch.

    Raises:
        RuntimeError: x is one.
    """
    if isinstance(x, FakeTensor):
        raise RuntimeError(
            f"{name} cannot be exported or traced: it is one compiled function over all steps; "
            "export what comes before and behind it"
        )


def count_flops(name: str, formula: Callable[..., int]) -> None:
    """Tell `torch.utils.flop_counter` what an operator of ours costs, by the shapes it is given."""
    operator = getattr(torch.ops.neurosparse, name)
    if operator not in flop_registry:
        register_flop_formula(operator)(formula)


def total(*terms: Tensor | None) -> Tensor | None:
    """Sum what is not None; None where nothing is left.

    >>> total(None, torch.ones(1), torch.ones(1))
    tensor([2.])
    """
    present = [term for term in terms if term is not None]
    return functools.reduce(torch.add, present) if present else None
