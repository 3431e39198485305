"""Trainable Hopfield layers: sparse attention, pooling by learned queries, prototypes, a large
stored memory.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.memory.retrieve.autograd import retrieve
from neurosparse.models.memory.association import Associate, Association, joined_mask

DEFAULT = Association()
SMALL = 0.02  # spread of learned queries, prototypes and patterns at the start


class Hopfield(nn.Module):
    """Multi-head sparse association, a drop-in for `nn.MultiheadAttention`.

    With α = 1, β = 1/√(head width) and one step it *is* multi-head attention, and loads its state
    dict
    (`strict=False`: α and β are new). No layer norm, no scaling but β.

    Args:
        embed_dim: width of queries and outputs.
        num_heads: heads; each has its own α.
        association: α, β, steps, and which are learned.
        dropout: share of weights set to 0 in training.
        bias: whether the projections have offsets.
        kdim, vdim: widths of keys and values, `embed_dim` where None.
        batch_first: batches are `[batch, length, embed_dim]`; the default is that of
            `nn.MultiheadAttention`.

    Raises:
        ValueError: heads that do not divide the width, α, β or steps out of range.

    Sources: Ramsauer et al. (2021), arXiv:2008.02217; Correia, Niculae, Martins (2019),
    arXiv:1909.00015 (α per head).

    >>> layer = Hopfield(8, 2, batch_first=True)
    >>> x = torch.ones(1, 3, 8)
    >>> out, weights = layer(x, x, x)
    >>> out.shape, weights[0, 0]
    (torch.Size([1, 3, 8]), tensor([0.3333, 0.3333, 0.3333], grad_fn=<SelectBackward0>))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int = 1,
        association: Association = DEFAULT,
        *,
        dropout: float = 0.0,
        bias: bool = True,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
    ) -> None:
        super().__init__()
        if embed_dim < 1:
            raise bad_argument("embed_dim", embed_dim, "a width of at least 1")
        if num_heads < 1 or embed_dim % num_heads:
            raise bad_argument("num_heads", num_heads, f"a divisor of embed_dim {embed_dim}")
        if not 0 <= dropout < 1:
            raise bad_argument("dropout", dropout, "a share from 0 to below 1")
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        # read by nn.TransformerEncoderLayer, which in evaluation would else run its own softmax in
        # this layer's place
        self._qkv_same_embed_dim = False
        self.in_proj_weight: nn.Parameter | None = None
        widths = kdim or embed_dim, vdim or embed_dim
        if widths == (embed_dim, embed_dim):
            self.in_proj_weight = nn.Parameter(_xavier(3 * embed_dim, embed_dim))
        else:
            for name, width in zip(("q", "k", "v"), (embed_dim, *widths), strict=True):
                self.register_parameter(
                    f"{name}_proj_weight", nn.Parameter(_xavier(embed_dim, width))
                )
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * embed_dim)) if bias else None
        self.out_proj = nn.Linear(embed_dim, embed_dim, bias)
        if bias:
            nn.init.zeros_(self.out_proj.bias)
        self.associate = Associate(num_heads, embed_dim // num_heads, association)

    @property
    def alpha(self) -> Tensor:
        """α of each head `[num_heads]`."""
        return self.associate.alpha

    @property
    def beta(self) -> Tensor:
        """β of each head `[num_heads]`."""
        return self.associate.beta

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Associate, with the arguments and results of `nn.MultiheadAttention.forward`.

        Masks are True or -inf where a key is not allowed. `is_causal` without `attn_mask` makes the
        causal mask. A query that may see no key gets the offset of the output, where attention
        would give NaN.

        Raises:
            ValueError: widths, lengths, batches or masks that do not fit.
        """
        batched = query.ndim == 3
        for name, x in (("query", query), ("key", key), ("value", value)):
            if x.ndim not in (2, 3) or x.ndim != query.ndim:
                raise bad_argument(
                    name,
                    x,
                    "[length, width], or with batches three dimensions, as query, key and value",
                )
        if not batched:
            query, key, value = (
                x.unsqueeze(0 if self.batch_first else 1) for x in (query, key, value)
            )
            key_padding_mask = None if key_padding_mask is None else key_padding_mask[None]
        if not self.batch_first:
            query, key, value = (x.transpose(0, 1) for x in (query, key, value))
        _check_sets(query, key, value)
        q, k, v = (self._heads(x) for x in self._project(query, key, value))
        if is_causal and attn_mask is None:
            attn_mask = torch.ones(
                q.shape[-2], k.shape[-2], dtype=torch.bool, device=q.device
            ).triu(1)
        mask = joined_mask(attn_mask, key_padding_mask, (*q.shape[:3], k.shape[2]), q.dtype)
        mixed, weights = self.associate(q, k, v, mask, self.dropout if self.training else 0.0)
        out = self.out_proj(mixed.transpose(1, 2).flatten(2))
        if not self.batch_first:
            out = out.transpose(0, 1)
        shown = weights.mean(1) if average_attn_weights else weights
        if not batched:
            out = out.squeeze(0 if self.batch_first else 1)
            shown = shown.squeeze(0)
        return out, shown if need_weights else None

    def _project(self, query: Tensor, key: Tensor, value: Tensor) -> list[Tensor]:
        weights = self._weights()
        biases = [None] * 3 if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        for name, x, w in zip(("query", "key", "value"), (query, key, value), weights, strict=True):
            if x.shape[-1] != w.shape[1]:
                raise bad_argument(name, Said(f"width {x.shape[-1]}"), f"width {w.shape[1]}")
        return [
            F.linear(x, w, b) for x, w, b in zip((query, key, value), weights, biases, strict=True)
        ]

    def _weights(self) -> tuple[Tensor, ...]:
        if self.in_proj_weight is not None:
            return self.in_proj_weight.chunk(3)
        return tuple(self.get_parameter(f"{name}_proj_weight") for name in "qkv")

    def _heads(self, x: Tensor) -> Tensor:
        """[batch, length, embed_dim] -> [batch, heads, length, width]."""
        # all sizes written out: of an empty batch none can be inferred
        return x.reshape(*x.shape[:-1], self.num_heads, self.embed_dim // self.num_heads).transpose(
            1, 2
        )


def _check_sets(query: Tensor, key: Tensor, value: Tensor) -> None:
    """Refuse keys of another batch than the queries, and values that are not one a key; all [batch,
    length, width].
    """
    if key.shape[0] != query.shape[0]:
        raise bad_argument(
            "key", Said(f"a batch of {key.shape[0]}"), f"a batch of {query.shape[0]}, as query"
        )
    if value.shape[:2] != key.shape[:2]:
        found = Said(f"{value.shape[1]} vectors in a batch of {value.shape[0]}")
        raise bad_argument("value", found, f"{key.shape[1]} in {key.shape[0]}, one for each key")


def _check_set(x: Tensor, width: int) -> None:
    if x.ndim != 3 or x.shape[-1] != width:
        raise bad_argument("x", x, f"[batch, length, {width}]")


def _xavier(rows: int, columns: int) -> Tensor:
    return nn.init.xavier_uniform_(torch.empty(rows, columns))


class HopfieldPooling(nn.Module):
    """Reduce a set `[batch, length, embed_dim]` to `quantity` vectors by learned queries; the input
    is the memory.

    Source: Ramsauer et al. (2021), arXiv:2008.02217. Its sister with learned keys is
    `HopfieldPrototypes`.

    >>> HopfieldPooling(8, 2, quantity=3)(torch.ones(5, 7, 8)).shape
    torch.Size([5, 3, 8])
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int = 1,
        association: Association = DEFAULT,
        *,
        quantity: int = 1,
    ) -> None:
        super().__init__()
        if quantity < 1:
            raise bad_argument("quantity", quantity, "at least 1 query")
        self.hopfield = Hopfield(embed_dim, num_heads, association, batch_first=True)
        self.query = nn.Parameter(SMALL * torch.randn(quantity, embed_dim))

    def forward(self, x: Tensor, key_padding_mask: Tensor | None = None) -> Tensor:
        """Pool `x [batch, length, embed_dim]`, leaving out where the mask `[batch, length]` is True."""
        _check_set(x, self.hopfield.embed_dim)
        query = self.query.expand(len(x), -1, -1)
        return self.hopfield(query, x, x, key_padding_mask, need_weights=False)[0]  # type: ignore[no-any-return]


class HopfieldPrototypes(nn.Module):
    """Replace each input vector by a mix of learned prototypes; the input asks, the keys are learned.

    STanHop's code calls this "HopfieldPooling" (Wu et al. 2024, arXiv:2312.17346); it pools
    nothing.

    >>> HopfieldPrototypes(8, 2, quantity=10)(torch.ones(5, 7, 8)).shape
    torch.Size([5, 7, 8])
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int = 1,
        association: Association = DEFAULT,
        *,
        quantity: int = 10,
    ) -> None:
        super().__init__()
        if quantity < 1:
            raise bad_argument("quantity", quantity, "at least 1 prototype")
        self.hopfield = Hopfield(embed_dim, num_heads, association, batch_first=True)
        self.prototypes = nn.Parameter(SMALL * torch.randn(quantity, embed_dim))

    def forward(self, x: Tensor) -> Tensor:
        """Associate `x [batch, length, embed_dim]` with the prototypes."""
        _check_set(x, self.hopfield.embed_dim)
        keys = self.prototypes.expand(len(x), -1, -1)
        return self.hopfield(x, keys, keys, need_weights=False)[0]  # type: ignore[no-any-return]


class HopfieldLayer(nn.Module):
    """A memory of `quantity` learned patterns with learned targets: `y = entmax(β x Kᵀ) V`, by scan and gather.

    Weights `[..., quantity]` are never written out and gradients touch the support alone, so
    100,000 patterns are fine. No projections: what is stored is what is compared.

    Args:
        in_features: width of queries and patterns.
        quantity: number of patterns.
        out_features: width of targets; the same as `in_features` where None.
        association: α, β (1/√in_features where None) and steps; one head.

    >>> layer = HopfieldLayer.from_data(torch.eye(3), torch.tensor([[1.0], [2.0], [3.0]]), Association(2.0, beta=4.0))
    >>> layer(torch.tensor([0.1, 0.9, 0.0])).detach()
    tensor([2.])
    """

    def __init__(
        self,
        in_features: int,
        quantity: int,
        out_features: int | None = None,
        association: Association = DEFAULT,
    ) -> None:
        super().__init__()
        for name, value in (("in_features", in_features), ("quantity", quantity)):
            if value < 1:
                raise bad_argument(name, value, "at least 1")
        self.associate = Associate(1, in_features, association)
        self.patterns = nn.Parameter(SMALL * torch.randn(quantity, in_features))
        self.targets = nn.Parameter(SMALL * torch.randn(quantity, out_features or in_features))

    @classmethod
    def from_data(
        cls,
        patterns: Tensor,
        targets: Tensor,
        association: Association = DEFAULT,
        *,
        trainable: bool = True,
    ) -> "HopfieldLayer":
        """Start from patterns `[n, d]` and targets `[n, v]` (labels, values), trained on or kept as they are.

        Raises:
            ValueError: not one target for each pattern.
        """
        if patterns.ndim != 2 or targets.ndim != 2 or len(patterns) != len(targets):
            raise bad_argument("targets", targets, f"[{len(patterns)}, v], one row a pattern")
        layer = cls(patterns.shape[1], len(patterns), targets.shape[1], association)
        layer.patterns = nn.Parameter(patterns.detach().clone(), trainable)
        layer.targets = nn.Parameter(targets.detach().clone(), trainable)
        return layer

    def forward(self, x: Tensor) -> Tensor:
        """Map `x [..., in_features]` to `[..., out_features]`."""
        if x.shape[-1] != self.patterns.shape[1]:
            raise bad_argument("x", Said(f"width {x.shape[-1]}"), f"width {self.patterns.shape[1]}")
        alpha = self.associate.alpha[0]
        beta = self.associate.beta[0]
        q = x.reshape(-1, x.shape[-1])
        for _ in range(self.associate.association.steps - 1):
            q = retrieve(q, self.patterns, self.patterns, beta, alpha)
        y = retrieve(q, self.patterns, self.targets, beta, alpha)
        return y.reshape(*x.shape[:-1], self.targets.shape[1])
