"""Codes of a batch in torch: which latents are on, with values that have gradients."""

from typing import Any, NamedTuple, Self

import torch
from torch import Tensor

from neurosparse.kernels.coding.decode_rows.autograd import decode_rows
from neurosparse.kernels.coding.decode_rows.autograd import sum_rows as sum_rows
from neurosparse.kernels.coding.encode_topk.autograd import (
    Rank,
    best_rows,
    score_blocks,
    scores_at,
)


class Code(NamedTuple):
    """Pairs of a sample and a latent, CSR by sample, latents ascending in each.

    Attributes:
        indptr: where each sample begins, int64 `[batch + 1]`.
        indices: latents, int32 `[nnz]`.
        values: activations, `[nnz]`; may be 0 where a chosen latent was cut.
        n: latents in all.
    """

    indptr: Tensor
    indices: Tensor
    values: Tensor
    n: int

    @property
    def samples(self) -> Tensor:
        """The sample of each pair, int64 `[nnz]`."""
        numbers = torch.arange(len(self.indptr) - 1, device=self.indptr.device)
        counts = self.indptr.diff()
        return torch.repeat_interleave(numbers, counts, output_size=len(self.indices))

    def with_values(self, values: Tensor) -> Self:
        """The same pairs with other activations."""
        return self._replace(values=values)

    def pairs(self, kept: Tensor) -> Self:
        """Only pairs marked in `kept`, boolean `[nnz]`."""
        counts = torch.zeros(len(kept) + 1, dtype=torch.int64, device=kept.device)
        torch.cumsum(kept, 0, out=counts[1:])
        return self._replace(
            indptr=counts[self.indptr], indices=self.indices[kept], values=self.values[kept]
        )

    def decode(self, rows: Tensor) -> Tensor:
        """Sum the rows that are on: `[batch, d]`, with gradients to values and rows."""
        return decode_rows(self.indptr, self.indices, self.values, rows)

    def rank(self) -> Tensor:
        """Place of each pair among those of its sample by falling value, 0 the largest, `[nnz]`."""
        order = torch.argsort(self.values.detach(), descending=True, stable=True)
        order = order[torch.argsort(self.samples[order], stable=True)]
        places = torch.arange(len(order), device=order.device)
        ranks = torch.empty_like(places)
        ranks[order] = places - self.indptr[self.samples]
        return ranks


def whole(batch: int, k: int, indices: Tensor, values: Tensor, n: int) -> Code:
    """Make a code of k pairs a sample, `[batch, k]` each."""
    indptr = torch.arange(batch + 1, device=indices.device) * k
    return Code(indptr, indices.flatten(), values.flatten(), n)


class Scores:
    """Scores `h = (x − center) rowsᵀ + bias` of all latents, chosen from without forming them all.

    What is chosen has gradients at the chosen pairs alone. Shapes: x `[batch, d]`, center `[d]`,
    rows `[n, d]`, bias `[n]`.

    >>> scores = Scores(torch.tensor([[2.0, 1.0]]), torch.zeros(2), torch.eye(2), torch.zeros(2))
    >>> scores.largest_rows(1).indices.tolist()
    [0]
    """

    def __init__(self, x: Tensor, center: Tensor, rows: Tensor, bias: Tensor) -> None:
        self.x = x
        self.center = center
        self.rows = rows
        self.bias = bias
        self.centred = (x - center).detach()

    @property
    def n(self) -> int:
        """Latents."""
        return len(self.rows)

    def attached(self, code: Code) -> Code:
        """Give scores of chosen pairs their gradients."""
        pairs = code.indptr, code.indices, code.values
        values = scores_at(self.x, self.center, self.rows, self.bias, *pairs)
        return code.with_values(values)

    def largest_rows(
        self, k: int, rank: Rank | None = None, among: Tensor | None = None
    ) -> Code:
        """The k best latents of each sample.

        Args:
            k: winners a sample.
            rank: what is compared in the place of h.
            among: numbers of the latents that take part, int64, ascending; all by default.
        """
        rows = self.rows.detach()
        bias = self.bias.detach()
        if among is not None:
            rows = rows[among]
            bias = bias[among]
        best, values = best_rows(self.centred, rows, bias, k, rank)
        if among is not None:
            best = among.to(torch.int32)[best.long()]
        return self.attached(whole(len(self.x), k, best, values, self.n))

    def above(self, threshold: Tensor | float) -> Code:
        """All pairs whose score is above a threshold, one number or `[n]`."""
        blocks = [
            self._above(h, h > threshold)
            for _, _, h in score_blocks(self.centred, self.rows, self.bias)
        ]
        return self.attached(self._joined(blocks))

    def largest_pairs(self, count: int, rank: Rank | None = None) -> Code:
        """The `count` best pairs of the whole batch whose score is above 0.

        Of equal scores those of later samples and higher latents win.
        """
        held: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        least = 0.0
        pending = 0
        for first, _, h in score_blocks(self.centred, self.rows, self.bias):
            ranked = h if rank is None else rank(h, first)
            counts, indices, values = self._above(h, (ranked >= least) & (h > 0))
            keys = values if rank is None else ranked[(ranked >= least) & (h > 0)]
            held.append((counts, indices, values, keys))
            pending += len(values)
            # what cannot win any more is let go when it is half of what is held
            if pending > 2 * count and count > 0:
                least, held = self._trimmed(held, count)
                pending = sum(len(part[1]) for part in held)
        _, held = self._trimmed(held, count)
        return self.attached(self._joined([part[:3] for part in held]))

    def largest_samples(self, counts: Tensor) -> Code:
        """For each latent its `counts[i]` best samples whose score is above 0."""
        most = min(int(counts.max()), len(self.x))
        zero = self.centred.new_zeros(len(self.x))
        best, values = best_rows(self.rows.detach(), self.centred, zero, most)
        values = values + self.bias.detach()[:, None]
        order = torch.argsort(values, dim=1, descending=True, stable=True)
        place = torch.empty_like(order)
        place.scatter_(1, order, torch.arange(most).expand_as(order).contiguous())
        kept = (place < counts[:, None]) & (values > 0)
        latents, columns = kept.nonzero(as_tuple=True)
        samples = best[latents, columns].long()
        order = torch.argsort(samples * self.n + latents)
        indptr = _starts(torch.bincount(samples, minlength=len(self.x)))
        indices = latents[order].to(torch.int32)
        code = Code(indptr, indices, values[latents, columns][order], self.n)
        return self.attached(code)

    def _above(self, h: Tensor, on: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Counts a sample, latents and scores of the pairs that are on."""
        return on.sum(1), on.nonzero()[:, 1].to(torch.int32), h[on]

    def _joined(self, blocks: Any) -> Code:
        empty = self.centred.new_empty(0)
        counts = [part[0] for part in blocks] or [empty.long()]
        indices = [part[1] for part in blocks] or [empty.int()]
        values = [part[2] for part in blocks] or [empty]
        starts = _starts(torch.cat(counts))
        return Code(starts, torch.cat(indices), torch.cat(values), self.n)

    def _trimmed(self, held: Any, count: int) -> tuple[float, Any]:
        """The `count` best of what is held, and the least of them."""
        if not held:
            return 0.0, held
        keys = torch.cat([part[3] for part in held])
        if len(keys) <= count:
            return 0.0, held
        order = torch.argsort(keys, descending=False, stable=True)
        winners = order[len(keys) - count :]
        on = torch.zeros(len(keys), dtype=torch.bool, device=keys.device)
        on[winners] = True
        kept = []
        for part, mine in zip(
            held, torch.split(on, [len(part[1]) for part in held]), strict=True
        ):
            owners = torch.repeat_interleave(torch.arange(len(part[0])), part[0])
            counts = torch.bincount(owners[mine], minlength=len(part[0]))
            kept.append((counts, part[1][mine], part[2][mine], part[3][mine]))
        return float(keys[winners[0]]) if count else 0.0, kept


def _starts(counts: Tensor) -> Tensor:
    """Where each sample begins, from how many pairs each has."""
    starts = torch.zeros(len(counts) + 1, dtype=torch.int64, device=counts.device)
    torch.cumsum(counts, 0, out=starts[1:])
    return starts
