"""`Hopfield`: multi-head attention whose weights are exactly sparse."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neurosparse.checks import finite, truth, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.memory.association import Associate, Association, joined_mask

DEFAULT = Association()


class Hopfield(nn.Module):
    """Multi-head sparse association, a drop-in for `nn.MultiheadAttention`.

    With α = 1, β = 1/√(head width) and one step it *is* multi-head attention, and loads its state
    dict (`strict=False`: α and β are new). No layer norm, no scaling but β.

    Args:
        embed_dim: width of queries and outputs.
        num_heads: heads; each has its own α.
        association: α, β, steps, and which are learned.
        dropout: share of weights set to 0 in training.
        bias: whether the projections have offsets.
        kdim: width of keys, `embed_dim` when None.
        vdim: width of values, `embed_dim` when None.
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
        embed_dim = whole_number("embed_dim", embed_dim, 1)
        num_heads = whole_number("num_heads", num_heads)
        if num_heads < 1 or embed_dim % num_heads:
            raise bad_argument(
                "num_heads", num_heads, f"a divisor of embed_dim {embed_dim}"
            )
        truth("bias", bias)
        truth("batch_first", batch_first)
        if not 0 <= finite("dropout", dropout) < 1:
            raise bad_argument("dropout", dropout, "a share from 0 to below 1")
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        # without it nn.TransformerEncoderLayer would, in evaluation, run its own softmax instead
        self._qkv_same_embed_dim = False
        self.in_proj_weight: nn.Parameter | None = None
        widths = {"q": embed_dim, "k": kdim or embed_dim, "v": vdim or embed_dim}
        if set(widths.values()) == {embed_dim}:
            self.in_proj_weight = nn.Parameter(_xavier(3 * embed_dim, embed_dim))
        else:
            for name, width in widths.items():
                weight = nn.Parameter(_xavier(embed_dim, width))
                self.register_parameter(f"{name}_proj_weight", weight)
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
                expected = "[length, width], or all three with batches"
                raise bad_argument(name, x, expected)
        if not batched and key_padding_mask is not None:
            key_padding_mask = key_padding_mask[None]
        sets = [self._batch(x) for x in (query, key, value)]
        _check_sets(*sets)
        q, k, v = (self._heads(x) for x in self._project(*sets))
        if is_causal and attn_mask is None:
            every = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool, device=q.device)
            attn_mask = every.triu(1)
        mask = joined_mask(attn_mask, key_padding_mask, (*q.shape[:3], k.shape[2]), q.dtype)
        mixed, weights = self.associate(
            q, k, v, mask, self.dropout if self.training else 0.0
        )
        out = self.out_proj(mixed.transpose(1, 2).flatten(2))
        if average_attn_weights:
            weights = weights.mean(1)
        if not batched:
            return out.squeeze(0), weights.squeeze(0) if need_weights else None
        if not self.batch_first:
            out = out.transpose(0, 1)
        return out, weights if need_weights else None

    def _batch(self, x: Tensor) -> Tensor:
        """Bring one set `[length, width]`, or a batch of them, into `[batch, length, width]`."""
        if x.ndim == 2:
            return x[None]
        return x if self.batch_first else x.transpose(0, 1)

    def _project(self, query: Tensor, key: Tensor, value: Tensor) -> list[Tensor]:
        sets = {"query": query, "key": key, "value": value}
        biases = [None] * 3 if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        projected = []
        for (name, x), weight, bias in zip(
            sets.items(), self._weights(), biases, strict=True
        ):
            if x.shape[-1] != weight.shape[1]:
                raise bad_argument(
                    name, Said(f"width {x.shape[-1]}"), f"width {weight.shape[1]}"
                )
            projected.append(F.linear(x, weight, bias))
        return projected

    def _weights(self) -> tuple[Tensor, ...]:
        if self.in_proj_weight is not None:
            return self.in_proj_weight.chunk(3)
        return tuple(self.get_parameter(f"{name}_proj_weight") for name in "qkv")

    def _heads(self, x: Tensor) -> Tensor:
        """[batch, length, embed_dim] -> [batch, heads, length, width]."""
        # all sizes written out: of an empty batch none can be inferred
        width = self.embed_dim // self.num_heads
        return x.reshape(*x.shape[:-1], self.num_heads, width).transpose(1, 2)


def _check_sets(query: Tensor, key: Tensor, value: Tensor) -> None:
    """Refuse keys of another batch than the queries, and values that are not one a key.

    All are `[batch, length, width]`.
    """
    if key.shape[0] != query.shape[0]:
        received = Said(f"a batch of {key.shape[0]}")
        raise bad_argument("key", received, f"a batch of {query.shape[0]}, as query")
    if value.shape[:2] != key.shape[:2]:
        received = Said(f"{value.shape[1]} vectors in a batch of {value.shape[0]}")
        raise bad_argument(
            "value", received, f"{key.shape[1]} in {key.shape[0]}, one for each key"
        )


def _xavier(rows: int, columns: int) -> Tensor:
    return nn.init.xavier_uniform_(torch.empty(rows, columns))
