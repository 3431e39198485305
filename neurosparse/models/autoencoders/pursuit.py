"""Matching pursuit as an encoder: each latent is chosen for what those before it left over."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from neurosparse.checks import not_negative, whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.base.autograd import once
from neurosparse.kernels.coding.decode_rows.autograd import dots, sum_columns, sum_rows
from neurosparse.kernels.coding.encode_topk.cpu import samples_a_block, spans
from neurosparse.models.autoencoders.code import Scores, whole
from neurosparse.models.autoencoders.net import Net
from neurosparse.models.autoencoders.selection import Selected, Selection

# up to here products are kept up to date by rows of the Gram matrix, at most 256 MB
LARGEST_GRAM = 8192


def _pursue(
    residual: Tensor, rows: Tensor, k: int, least: float, gram: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Choose k latents one after the other: indices int32 and coefficients `[batch, k]`."""
    batch = len(residual)
    indices = torch.zeros((batch, k), dtype=torch.int32, device=residual.device)
    values = residual.new_zeros(batch, k)
    products = residual @ rows.T
    for step in range(k):
        # the last of equals, as everywhere
        best = len(rows) - 1 - products.flip(1).argmax(1)
        size = products.gather(1, best[:, None])[:, 0].clamp(min=0.0)
        if least > 0:
            size = size * (torch.linalg.vector_norm(residual, dim=1) > least)
        indices[:, step] = best.to(torch.int32)
        values[:, step] = size
        if not bool((size > 0).any()):
            break
        residual = residual - size[:, None] * rows[best]
        if gram is None:
            products = residual @ rows.T
        else:
            products.addcmul_(gram[best], size[:, None], value=-1.0)
    return indices, values


class _Pursuit(torch.autograd.Function):
    """c_t = <r_t, w_t>, r_{t+1} = r_t − c_t w_t, with slopes through all steps."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, rows: Tensor, indices: Tensor, values: Tensor
    ) -> Tensor:
        ctx.save_for_backward(x, rows, indices, values)
        return values

    @staticmethod
    @once("matching_pursuit")
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, rows, indices, values = ctx.saved_tensors
        batch, k = indices.shape
        starts = torch.arange(batch + 1, device=x.device)
        pairs = starts * k
        left = x - sum_rows(pairs, indices.flatten(), values.flatten(), rows)
        drows = torch.zeros_like(rows)
        slope = torch.zeros_like(x)
        for step in range(k - 1, -1, -1):
            latents = indices[:, step].contiguous()
            size = values[:, step].contiguous()
            # a step that was cut has no slope
            dsize = (grad[:, step] - dots(starts, latents, rows, slope)) * (size > 0)
            before = left + sum_rows(starts, latents, size, rows)
            sum_columns(starts, latents, -size, slope, drows)
            sum_columns(starts, latents, dsize, before, drows)
            slope = slope + sum_rows(starts, latents, dsize, rows)
            left = before
        return slope, drows, None, None


@dataclass(frozen=True)
class Pursuit(Selection):
    """Matching pursuit on the decoder: k times the latent nearest to what is left, never negative.

    The encoder is the decoder, its rows of length 1; slopes run through all steps. A latent may be
    chosen again. With another k, a net goes on working.

    Args:
        k: steps.
        least: length of what is left at which a sample stops.

    Source: Costa et al. 2025, "From flat to hierarchical: extracting sparse representations with
    matching pursuit", arXiv:2506.03093; Mallat & Zhang 1993.
    """

    k: int = 32
    least: float = 0.0

    tied = True
    bias_learns = False

    def __post_init__(self) -> None:
        whole_number("k", self.k, 1)
        not_negative("least", self.least)

    def check(self, d: int, n: int) -> None:
        """Refuse a net without latents."""
        if n < 1:
            raise bad_argument("n", n, "one latent or more")

    def select(self, scores: Scores, net: Net) -> Selected:
        """Pursue each sample."""
        rows = scores.rows.detach()
        gram = rows @ rows.T if len(rows) <= LARGEST_GRAM else None
        parts = [
            _pursue(scores.centred[lo:hi], rows, self.k, self.least, gram)
            for lo, hi in spans(0, len(scores.x), samples_a_block(len(rows)))
        ]
        if not parts:
            return Selected(scores.largest_rows(0))
        indices = torch.cat([part[0] for part in parts])
        values = torch.cat([part[1] for part in parts])
        pursue: Any = _Pursuit.apply
        values = pursue(scores.x - scores.center, scores.rows, indices, values)
        return Selected(whole(len(scores.x), self.k, indices, values, len(rows)))
