"""Product-key memory: n² value slots found by two searches among n half-keys each.

Sources: Lample et al. 2019, arXiv:1907.05242; Berges et al. 2024 (memory layers at scale),
arXiv:2412.09764.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.memory.slot_usage import SlotUsage


class Found(NamedTuple):
    """The best slots of a search: scores [..., k], descending, and slot numbers int64 [..., k]."""

    scores: Tensor
    slots: Tensor


def product_topk(first: Tensor, second: Tensor, k: int) -> Found:
    """Find the k largest of all sums first[i] + second[j], slot i·n₂ + j, without forming them all.

    No slot outside the k best of `first` times the k best of `second` can be needed: it has at
    least k others that score as much, and rounding keeps the order of sums, so that the scores are
    exactly those of the full search. Of slots that score alike, any may be given. Cost O(n + k²) a
    query in the place of n². `first` is [..., n₁],
    `second` [..., n₂]. Raises ValueError when k is larger than the smaller of both.

    >>> found = product_topk(torch.tensor([0.0, 3.0]), torch.tensor([0.0, 1.0]), 2)
    >>> found.scores.tolist(), found.slots.tolist()
    ([4.0, 3.0], [3, 2])
    """
    n = second.shape[-1]
    if not 1 <= k <= min(first.shape[-1], n):
        raise bad_argument(
            "k",
            k,
            f"1 to {min(first.shape[-1], n)}, the number of half-keys",
            "n² slots need k <= n",
        )
    if first.shape[:-1] != second.shape[:-1]:
        raise bad_argument(
            "second", second, f"scores of the {list(first.shape[:-1])} queries of first"
        )
    (a, i), (b, j) = first.topk(k, dim=-1), second.topk(k, dim=-1)
    sums = (a[..., :, None] + b[..., None, :]).flatten(-2)
    scores, at = sums.topk(k, dim=-1)
    slots = i.gather(-1, at // k) * n + j.gather(-1, at % k)
    return Found(scores, slots)


@dataclass(frozen=True)
class ProductKeys:
    """Sizes of a product-key memory: `n_keys` half-keys of each half, so n_keys² slots, for each of `heads`.

    A query of `key_dim` numbers is halved; the best `k` slots of each head are read. Raises
    ValueError for sizes below 1, an odd `key_dim` and k > n_keys.

    >>> ProductKeys(n_keys=128).slots
    16384
    """

    n_keys: int
    heads: int = 4
    k: int = 32
    key_dim: int = 128

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("n_keys", "heads", "k", "key_dim"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise bad_argument(f"ProductKeys.{name}", value, "a whole number, 1 or more")
        if self.key_dim % 2:
            raise bad_argument(
                "ProductKeys.key_dim", self.key_dim, "an even number: a key has two halves"
            )
        if self.k > self.n_keys:
            raise bad_argument("ProductKeys.k", self.k, f"at most n_keys = {self.n_keys}")

    @property
    def slots(self) -> int:
        """Number of values."""
        return self.n_keys**2


class ProductKeyMemory(nn.Module):
    """Read the values whose keys fit best: y = sum over heads and best k slots of softmax(score) value.

    q = W x in `heads` parts of two halves (q₁, q₂); score(i, j) = q₁·K₁ᵢ + q₂·K₂ⱼ without scaling;
    softmax over the k scores of a head. Values [n_keys², width] are shared by all heads and have
    sparse gradients: only rows that were read are touched, so give `value_parameters()` to
    `torch.optim.SparseAdam` and `key_parameters()` to any other.
    While training, `usage` counts what is read; `revive` gives dead slots another life. `norm=True`
    normalises queries over the batch, which spreads them over the keys. Input [..., dim], output
    [..., width].

    Raises ValueError for sizes that cannot be meant and inputs of another width.

    >>> memory = ProductKeyMemory(8, ProductKeys(n_keys=4, heads=2, k=2, key_dim=6), rng=0)
    >>> memory(torch.ones(5, 8)).shape, int(memory.usage.reads.sum())
    (torch.Size([5, 8]), 20)
    """

    def __init__(
        self,
        dim: int,
        keys: ProductKeys,
        *,
        width: int | None = None,
        norm: bool = False,
        rng: int | None = None,
    ) -> None:
        super().__init__()
        self.dim = dim
        self.width = dim if width is None else width
        self.sizes = keys
        for name, value in (("dim", dim), ("width", self.width)):
            if not isinstance(value, int) or value < 1:
                raise bad_argument(name, value, "a whole number, 1 or more")
        generator = torch.Generator()
        generator.seed() if rng is None else generator.manual_seed(rng)
        self.query = nn.Linear(dim, keys.heads * keys.key_dim)
        self.norm = nn.BatchNorm1d(keys.heads * keys.key_dim) if norm else None
        self.keys = nn.Parameter(torch.empty(keys.heads, 2, keys.n_keys, keys.key_dim // 2))
        self.values = nn.EmbeddingBag(keys.slots, self.width, mode="sum", sparse=True)
        self.usage = SlotUsage(keys.slots)
        with torch.no_grad():
            for tensor, bound in ((self.query.weight, dim**-0.5), (self.query.bias, dim**-0.5)):
                tensor.uniform_(-bound, bound, generator=generator)
            self.keys.uniform_(-(keys.key_dim**-0.5), keys.key_dim**-0.5, generator=generator)
            self.values.weight.normal_(0, self.width**-0.5, generator=generator)

    def value_parameters(self) -> list[nn.Parameter]:
        """The values, whose gradients are sparse."""
        return [p for p in self.parameters() if p is self.values.weight]

    def key_parameters(self) -> list[nn.Parameter]:
        """Everything else."""
        return [p for p in self.parameters() if p is not self.values.weight]

    def queries(self, x: Tensor) -> Tensor:
        """Query halves [batch, heads, 2, key_dim / 2] of inputs [batch, dim]."""
        if x.ndim != 2 or x.shape[1] != self.dim:
            raise bad_argument("x", x, f"inputs [..., {self.dim}]")
        q: Tensor = self.query(x)
        q = q if self.norm is None else self.norm(q)
        return q.view(len(x), self.sizes.heads, 2, self.sizes.key_dim // 2)

    def search(self, x: Tensor) -> Found:
        """The best k slots of each head, scores and slots [batch, heads, k], of inputs [batch, dim]."""
        scores = torch.einsum("bhsd,hsnd->bhsn", self.queries(x), self.keys)
        return product_topk(scores[:, :, 0], scores[:, :, 1], self.sizes.k)

    def forward(self, x: Tensor) -> Tensor:
        """Read the memory at inputs [..., dim]."""
        flat = x.reshape(-1, x.shape[-1])
        found = self.search(flat)
        share = found.scores.softmax(dim=-1)
        if self.training:
            self.usage.count(found.slots, share.detach())
        # under autocast the shares have fewer digits than the values
        weights = share.flatten(1).to(self.values.weight.dtype)
        out: Tensor = self.values(found.slots.flatten(1), per_sample_weights=weights)
        return out.view(*x.shape[:-1], self.width)

    @torch.no_grad()
    def revive(self, x: Tensor, *, least: int = 1, rng: int | None = None) -> int:
        """Move half-keys that no read used to queries that do come, and empty their slots; returns how many moved.

        A slot cannot be moved by itself, its key being made of two halves that others share. So: a
        half-key of a head all of whose reads since the last `usage.reset()` are fewer than `least`
        becomes the query half of a random row of x [batch, dim], scaled to the mean length of the
        half-keys, and values that nothing read start again from
        0. Counting starts again too. Counts are those of all heads together. Raises ValueError when
           nothing was read.
        """
        if not int(self.usage.reads.sum()):
            raise bad_argument("usage", Said("no reads"), "a memory that was read while training")
        generator = torch.Generator()
        generator.seed() if rng is None else generator.manual_seed(rng)
        was = self.training
        self.eval()
        halves = self.queries(x)
        self.train(was)
        grid = self.usage.reads.view(self.sizes.n_keys, self.sizes.n_keys)
        moved = 0
        for side in range(2):
            dead = torch.nonzero(grid.sum(1 - side) < least).flatten()
            for head in range(self.sizes.heads if len(dead) else 0):
                rows = torch.randint(len(x), (len(dead),), generator=generator)
                fresh = halves[rows, head, side]
                length = self.keys[head, side].norm(dim=-1).mean()
                self.keys[head, side, dead] = fresh * (
                    length / fresh.norm(dim=-1, keepdim=True).clamp_min(1e-12)
                )
            moved += len(dead)
        if moved:
            self.values.weight[self.usage.dead()] = 0
        self.usage.reset()
        return moved

    def extra_repr(self) -> str:
        """Numbers shown by print."""
        s = self.sizes
        return f"{self.dim} -> {self.width}, {s.slots} slots, heads={s.heads}, k={s.k}"

    def multiplications(self) -> int:
        """Multiplications of one input: query, scores, and the values read."""
        s = self.sizes
        return s.heads * (s.key_dim * self.dim + s.n_keys * s.key_dim + s.k * self.width)


def full_search(first: Tensor, second: Tensor, k: int) -> Found:
    """Find the k largest sums among all n₁·n₂ of them: the law that `product_topk` equals.

    >>> full_search(torch.tensor([0.0, 3.0]), torch.tensor([0.0, 1.0]), 2).slots.tolist()
    [3, 2]
    """
    sums = (first[..., :, None] + second[..., None, :]).flatten(-2)
    if not 1 <= k <= math.prod((first.shape[-1], second.shape[-1])):
        raise bad_argument("k", k, f"1 to {sums.shape[-1]} slots")
    return Found(*sums.topk(k, dim=-1))
