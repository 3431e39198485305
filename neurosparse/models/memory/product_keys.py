"""Product-key memory: n² value slots found by two searches among n half-keys each.

Sources: Lample et al. 2019, arXiv:1907.05242; Berges et al. 2024 (memory layers at scale),
arXiv:2412.09764.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.memory.slot_usage import SlotUsage
from neurosparse.typing import Seed


class FoundSlots(NamedTuple):
    """The best slots of a search.

    Attributes:
        scores: `[..., k]`, descending.
        slots: their numbers, int64 `[..., k]`.
    """

    scores: Tensor
    slots: Tensor


def product_topk(first: Tensor, second: Tensor, k: int) -> FoundSlots:
    """Find the k largest of all sums first[i] + second[j], slot i·n₂ + j, without forming them all.

    No slot outside the k best of `first` times the k best of `second` can be needed: it has at
    least k others that score as much, and rounding keeps the order of sums, so that the scores are
    exactly those of the full search. Of slots that score alike, any may be given. Cost O(n + k²) a
    query in the place of n².

    Args:
        first: `[..., n₁]`.
        second: `[..., n₂]`.
        k: at most the smaller of n₁ and n₂.

    Raises:
        ValueError: a larger k, or scores of different queries.

    >>> found = product_topk(torch.tensor([0.0, 3.0]), torch.tensor([0.0, 1.0]), 2)
    >>> found.scores.tolist(), found.slots.tolist()
    ([4.0, 3.0], [3, 2])
    """
    n = second.shape[-1]
    most = min(first.shape[-1], n)
    if not 1 <= k <= most:
        expected = f"1 to {most}, the number of half-keys"
        raise bad_argument("k", k, expected, "n² slots need k <= n")
    if first.shape[:-1] != second.shape[:-1]:
        expected = f"scores of the {list(first.shape[:-1])} queries of first"
        raise bad_argument("second", second, expected)
    a, i = first.topk(k, dim=-1)
    b, j = second.topk(k, dim=-1)
    sums = (a[..., :, None] + b[..., None, :]).flatten(-2)
    scores, place = sums.topk(k, dim=-1)
    slots = i.gather(-1, place // k) * n + j.gather(-1, place % k)
    return FoundSlots(scores, slots)


@dataclass(frozen=True)
class ProductKeys:
    """Sizes of a product-key memory.

    Args:
        n_keys: half-keys of each half and head, so there are n_keys² slots.
        heads: queries that are made of an input.
        k: slots that a head reads.
        key_dim: numbers of a query, which is halved.

    Raises:
        ValueError: sizes below 1, an odd `key_dim`, or k > n_keys.

    >>> ProductKeys(n_keys=128).slots
    16384
    """

    n_keys: int
    heads: int = 4
    k: int = 32
    key_dim: int = 128

    def __post_init__(self) -> None:
        for name in ("n_keys", "heads", "k", "key_dim"):
            whole_number(f"ProductKeys.{name}", getattr(self, name), 1)
        if self.key_dim % 2:
            expected = "an even number: a key has two halves"
            raise bad_argument("ProductKeys.key_dim", self.key_dim, expected)
        if self.k > self.n_keys:
            raise bad_argument("ProductKeys.k", self.k, f"at most n_keys = {self.n_keys}")

    @property
    def slots(self) -> int:
        """Number of values."""
        return self.n_keys**2


class ProductKeyMemory(nn.Module):
    """Read the values whose keys fit best: y = Σ over heads and their best k slots, p · value.

    q = W x in `heads` parts of two halves (q₁, q₂); score(i, j) = q₁·K₁ᵢ + q₂·K₂ⱼ without scaling;
    p is the softmax over the k scores of a head. Values `[n_keys², out_features]` are shared by all
    heads and have sparse gradients: only rows that were read are touched, so give
    `value_parameters()` to `torch.optim.SparseAdam` and `key_parameters()` to any other. While
    training, `usage` counts what is read; `revive` gives dead slots another life.

    Args:
        in_features: width of the input.
        keys: sizes of the memory.
        out_features: width of the values; `in_features` when None.
        norm: normalise queries over the batch, which spreads them over the keys.
        rng: draws the first weights (SPEC 7); an int seeds torch's generator as it is.

    Raises:
        ValueError: sizes below 1.

    >>> memory = ProductKeyMemory(8, ProductKeys(n_keys=4, heads=2, k=2, key_dim=6), rng=0)
    >>> memory(torch.ones(5, 8)).shape, int(memory.usage.reads.sum())
    (torch.Size([5, 8]), 20)
    """

    def __init__(
        self,
        in_features: int,
        keys: ProductKeys,
        *,
        out_features: int | None = None,
        norm: bool = False,
        rng: Seed = None,
    ) -> None:
        super().__init__()
        if not isinstance(keys, ProductKeys):
            raise bad_type("keys", keys, "ProductKeys(...)")
        out_features = in_features if out_features is None else out_features
        self.in_features = whole_number("in_features", in_features, 1)
        self.out_features = whole_number("out_features", out_features, 1)
        self.sizes = keys
        size = f"values of {keys.slots:,} slots and {self.out_features:,} features"
        refuse_beyond_memory("keys", 4.0 * keys.slots * (self.out_features + 4), size)
        generator = _torch_generator(rng)
        self.query = nn.Linear(in_features, keys.heads * keys.key_dim)
        self.norm = nn.BatchNorm1d(keys.heads * keys.key_dim) if norm else None
        self.keys = nn.Parameter(torch.empty(keys.heads, 2, keys.n_keys, keys.key_dim // 2))
        self.values = nn.EmbeddingBag(keys.slots, out_features, mode="sum", sparse=True)
        self.usage = SlotUsage(keys.slots)
        with torch.no_grad():
            bound = in_features**-0.5
            self.query.weight.uniform_(-bound, bound, generator=generator)
            self.query.bias.uniform_(-bound, bound, generator=generator)
            self.keys.uniform_(
                -(keys.key_dim**-0.5), keys.key_dim**-0.5, generator=generator
            )
            self.values.weight.normal_(0, out_features**-0.5, generator=generator)

    def value_parameters(self) -> list[nn.Parameter]:
        """The values, whose gradients are sparse."""
        return [p for p in self.parameters() if p is self.values.weight]

    def key_parameters(self) -> list[nn.Parameter]:
        """Everything else."""
        return [p for p in self.parameters() if p is not self.values.weight]

    def queries(self, x: Tensor) -> Tensor:
        """Query halves `[batch, heads, 2, key_dim / 2]` of inputs `[batch, in_features]`."""
        if x.ndim != 2 or x.shape[1] != self.in_features:
            raise bad_argument("x", x, f"inputs [..., {self.in_features}]")
        q: Tensor = self.query(x)
        q = q if self.norm is None else self.norm(q)
        return q.view(len(x), self.sizes.heads, 2, self.sizes.key_dim // 2)

    def search(self, x: Tensor) -> FoundSlots:
        """Find the best k slots of each head, `[batch, heads, k]`, for `[batch, in_features]`."""
        scores = torch.einsum("bhsd,hsnd->bhsn", self.queries(x), self.keys)
        return product_topk(scores[:, :, 0], scores[:, :, 1], self.sizes.k)

    def forward(self, x: Tensor) -> Tensor:
        """Read the memory: `[..., in_features]` -> `[..., out_features]`."""
        flat = x.reshape(-1, x.shape[-1])
        best = self.search(flat)
        share = best.scores.softmax(dim=-1)
        if self.training:
            self.usage.count(best.slots, share.detach())
        # under autocast the shares have fewer digits than the values
        weights = share.flatten(1).to(self.values.weight.dtype)
        out: Tensor = self.values(best.slots.flatten(1), per_sample_weights=weights)
        return out.view(*x.shape[:-1], self.out_features)

    @torch.no_grad()
    def revive(self, x: Tensor, *, least: int = 1, rng: Seed = None) -> int:
        """Move half-keys that no read used to queries that do come, and empty their slots.

        A slot cannot be moved by itself, its key being made of two halves that others share. So: a
        half-key all of whose reads since the last `usage.reset()`, of all heads together, are fewer
        than `least` becomes the query half of a random row of x, scaled to the mean length of the
        half-keys, and values that nothing read start again from 0. Counting starts again too.

        Args:
            x: inputs that do come, `[batch, in_features]`.
            least: reads below which a half-key moves.
            rng: draws the rows (SPEC 7).

        Returns:
            How many half-keys moved.

        Raises:
            ValueError: nothing was read.
        """
        if not int(self.usage.reads.sum()):
            raise bad_argument(
                "usage", Said("no reads"), "a memory that was read while training"
            )
        generator = _torch_generator(rng)
        training = self.training
        self.eval()
        halves = self.queries(x)
        self.train(training)
        grid = self.usage.reads.view(self.sizes.n_keys, self.sizes.n_keys)
        moved = 0
        for side in range(2):
            dead = torch.nonzero(grid.sum(1 - side) < least).flatten()
            for head in range(self.sizes.heads if len(dead) else 0):
                rows = torch.randint(len(x), (len(dead),), generator=generator)
                queries = halves[rows, head, side]
                length = self.keys[head, side].norm(dim=-1).mean()
                scale = length / queries.norm(dim=-1, keepdim=True).clamp_min(1e-12)
                self.keys[head, side, dead] = queries * scale
            moved += len(dead)
        if moved:
            self.values.weight[self.usage.dead()] = 0
        self.usage.reset()
        return moved

    def extra_repr(self) -> str:
        """Numbers shown by print."""
        s = self.sizes
        widths = f"{self.in_features} -> {self.out_features}"
        return f"{widths}, {s.slots} slots, heads={s.heads}, k={s.k}"

    def multiplications(self) -> int:
        """Multiplications of one input: query, scores, and the values read."""
        s = self.sizes
        per_head = (
            s.key_dim * self.in_features + s.n_keys * s.key_dim + s.k * self.out_features
        )
        return s.heads * per_head


def full_search(first: Tensor, second: Tensor, k: int) -> FoundSlots:
    """Find the k largest sums among all n₁·n₂ of them: the law that `product_topk` equals.

    >>> full_search(torch.tensor([0.0, 3.0]), torch.tensor([0.0, 1.0]), 2).slots.tolist()
    [3, 2]
    """
    sums = (first[..., :, None] + second[..., None, :]).flatten(-2)
    if not 1 <= k <= math.prod((first.shape[-1], second.shape[-1])):
        raise bad_argument("k", k, f"1 to {sums.shape[-1]} slots")
    return FoundSlots(*sums.topk(k, dim=-1))


def _torch_generator(rng: Seed) -> torch.Generator:
    """A generator of torch: an int is its seed, of anything else one is drawn (SPEC 7)."""
    if not isinstance(rng, int | np.integer):
        rng = int(np.random.default_rng(rng).integers(2**63))
    return torch.Generator().manual_seed(int(rng))
