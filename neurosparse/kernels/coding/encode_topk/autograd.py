"""Scores of chosen rows for torch: chosen block by block, with gradients at the chosen alone."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import once
from neurosparse.kernels.coding.decode_rows.autograd import sum_columns, sum_rows
from neurosparse.kernels.coding.encode_topk.cpu import (
    keep_best,
    samples_a_block,
    spans,
)

# of a block of scores and the number of its first sample: what ranks in its place
Rank = Callable[[Tensor, int], Tensor]


def score_blocks(
    x: Tensor, rows: Tensor, bias: Tensor
) -> Iterator[tuple[int, int, Tensor]]:
    """Go through `h = x rowsᵀ + bias` in blocks of samples: (first, last, h `[last - first, n]`).

    A block may be overwritten by the next.

    >>> blocks = score_blocks(torch.ones(2, 3), torch.eye(3), torch.zeros(3))
    >>> [(first, last, h.shape) for first, last, h in blocks]
    [(0, 2, torch.Size([2, 3]))]
    """
    size = samples_a_block(len(rows))
    held = x.new_empty(min(size, len(x)), len(rows))
    columns = rows.detach().T
    offset = bias.detach()
    for first, last in spans(0, len(x), size):
        block = held[: last - first]
        torch.addmm(offset, x.detach()[first:last], columns, out=block)
        yield first, last, block


def _winners(ranked: Tensor, k: int) -> Tensor:
    """The k largest of each row, ascending indices int32, ties to the higher index."""
    if ranked.is_cuda:
        from neurosparse.kernels.layers.k_winners.gpu import winners_of_tensor

        return winners_of_tensor(ranked.float(), k)
    from neurosparse.kernels.base.vector.threads import even, run_shares

    best = np.empty((len(ranked), k), np.int32)
    values = np.empty((len(ranked), k), ranked.numpy().dtype)
    scores = ranked.contiguous().numpy()

    def scan(first: int, last: int) -> None:
        keep_best(scores, k, False, best, values, first, last)

    run_shares(scan, even(len(ranked), torch.get_num_threads()))
    return torch.from_numpy(best)


def best_rows(
    x: Tensor, rows: Tensor, bias: Tensor, k: int, rank: Rank | None = None
) -> tuple[Tensor, Tensor]:
    """Find the k best rows of each sample and their h, `[batch, k]`, by ascending index.

    Ties go to the higher index. No gradients; uses `torch.get_num_threads()`.

    Args:
        x: samples, `[batch, d]`.
        rows: atoms, `[n, d]`.
        bias: `[n]`.
        k: winners of each sample, at most n.
        rank: of (block of h, number of its first sample): what is compared in the place of h.

    >>> x = torch.tensor([[0.6, 0.5, -0.9]])
    >>> best_rows(x, torch.eye(3), torch.zeros(3), 2, lambda h, first: h.abs())[0].tolist()
    [[0, 2]]
    """
    if x.is_cuda and rank is None:
        from neurosparse.kernels.coding.encode_topk import gpu

        return gpu.encode(x.detach(), rows.detach(), bias.detach(), k, False)
    best = torch.empty((len(x), k), dtype=torch.int32, device=x.device)
    values = x.new_empty(len(x), k)
    for first, last, h in score_blocks(x, rows, bias):
        ranked = h if rank is None else rank(h, first)
        kept = _winners(ranked, k)
        best[first:last] = kept
        values[first:last] = h.gather(1, kept.long())
    return best, values


class _ScoresAt(torch.autograd.Function):
    """h of chosen pairs, as it was computed when they were chosen."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        center: Tensor,
        rows: Tensor,
        bias: Tensor,
        indptr: Tensor,
        indices: Tensor,
        values: Tensor,
    ) -> Tensor:
        ctx.save_for_backward(x - center, rows, indptr, indices)
        return values

    @staticmethod
    @once("scores_at")
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        centred, rows, indptr, indices = ctx.saved_tensors
        wants = ctx.needs_input_grad
        grad = grad.contiguous()
        dx = drows = dcenter = dbias = None
        if wants[0]:
            dx = sum_rows(indptr, indices, grad, rows)
        if wants[2]:
            drows = torch.zeros_like(rows, memory_format=torch.contiguous_format)
            sum_columns(indptr, indices, grad, centred, drows)
        if wants[1] or wants[3]:
            dbias = grad.new_zeros(len(rows)).index_add_(0, indices, grad)
            # all samples have one centre: n·d in place of nnz·d
            dcenter = -(dbias @ rows)
        return dx, dcenter, drows, dbias, None, None, None


def scores_at(
    x: Tensor,
    center: Tensor,
    rows: Tensor,
    bias: Tensor,
    indptr: Tensor,
    indices: Tensor,
    values: Tensor,
) -> Tensor:
    """Give `values`, the scores `(x[b] − center)·rows[i] + bias[i]` of chosen pairs, with slopes.

    Shapes: x `[batch, d]`, center `[d]`, rows `[n, d]`, bias `[n]`, pairs CSR by sample.

    >>> rows = torch.eye(2, requires_grad=True)
    >>> pair = torch.tensor([0, 1]), torch.tensor([1], dtype=torch.int32), torch.ones(1)
    >>> x, zero = torch.ones(1, 2), torch.zeros(2)
    >>> scores_at(x, zero, rows, zero, *pair).sum().backward(); rows.grad.tolist()
    [[0.0, 0.0], [1.0, 1.0]]
    """
    at: Any = _ScoresAt.apply
    return cast(Tensor, at(x, center, rows, bias, indptr, indices, values))
