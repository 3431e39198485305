"""Squared errors of growing prefixes of a code, in one walk, forward and back.

With levels l = 1..L of pairs and `x̂_l` the sum of all pairs up to level l, the error is
`Σ_l weight_l mean ‖x − x̂_l‖²`. Walking the levels backward keeps one residual and one sum of them,
`[batch, d]` each, however many levels there are.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import once
from neurosparse.kernels.coding.decode_rows.autograd import dots, sum_columns, sum_rows
from neurosparse.models.autoencoders.code import Code


def _parts(code: Code, level: Tensor, count: int) -> list[tuple[Code, Tensor]]:
    """The pairs of each level, and where they stand."""
    parts = []
    for number in range(count):
        on = level == number
        parts.append((code.pairs(on), on.nonzero()[:, 0]))
    return parts


class _NestedErrors(torch.autograd.Function):
    """Mean squared errors of all levels, `[L]`."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        values: Tensor,
        rows: Tensor,
        center: Tensor,
        code: Code,
        level: Tensor,
        count: int,
    ) -> Tensor:
        ctx.save_for_backward(x, values, rows, center, code.indptr, code.indices, level)
        ctx.count = count
        ctx.n = code.n
        left = x - center
        errors = []
        for part, _ in _parts(code.with_values(values), level, count):
            left = left - sum_rows(part.indptr, part.indices, part.values, rows)
            errors.append(left.square().sum() / max(len(x), 1))
        return torch.stack(errors)

    @staticmethod
    @once("nested_errors")
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, values, rows, center, indptr, indices, level = ctx.saved_tensors
        parts = _parts(Code(indptr, indices, values, ctx.n), level, ctx.count)
        left = x - center - sum_rows(indptr, indices, values, rows)
        slope = torch.zeros_like(left)
        dvalues = torch.zeros_like(values)
        drows = torch.zeros_like(rows, memory_format=torch.contiguous_format)
        for number in range(ctx.count - 1, -1, -1):
            part, places = parts[number]
            # of all levels from this one on
            slope.add_(left, alpha=-2 * float(grad[number]) / max(len(x), 1))
            dvalues[places] = dots(part.indptr, part.indices, rows, slope)
            sum_columns(part.indptr, part.indices, part.values, slope, drows)
            left += sum_rows(part.indptr, part.indices, part.values, rows)
        dx = -slope if ctx.needs_input_grad[0] else None
        return dx, dvalues, drows, slope.sum(0), None, None, None


def nested_errors(
    x: Tensor, code: Code, rows: Tensor, center: Tensor, level: Tensor, count: int
) -> Tensor:
    """Compute the mean squared error of each prefix of a code, `[count]`, with gradients.

    Args:
        x: samples, `[batch, d]`.
        code: of them.
        rows: atoms, `[n, d]`.
        center: `[d]`.
        level: of each pair, int64 `[nnz]`; a pair of level l is in every prefix from l on, one of
            level `count` or above in none.
        count: prefixes.

    >>> code = Code(torch.tensor([0, 2]), torch.tensor([0, 1]).int(), torch.tensor([2.0, 1.0]), 2)
    >>> x, rows, zero = torch.tensor([[2.5, 1.2]]), torch.eye(2), torch.zeros(2)
    >>> nested_errors(x, code, rows, zero, torch.tensor([0, 1]), 2)
    tensor([1.6900, 0.2900])
    """
    inside = level < count
    if not bool(inside.all()):
        code = code.pairs(inside)
        level = level[inside]
    errors: Any = _NestedErrors.apply
    result: Tensor = errors(x, code.values, rows, center, code, level, count)
    return result


def levels_of(places: Tensor, ends: Sequence[int]) -> Tensor:
    """Number of the first end that lies beyond each place.

    >>> levels_of(torch.tensor([0, 1, 2, 9]), [1, 3]).tolist()
    [0, 1, 1, 2]
    """
    bounds = torch.tensor(list(ends), device=places.device)
    return torch.searchsorted(bounds, places.contiguous(), right=True)
