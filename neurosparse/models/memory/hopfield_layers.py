"""Hopfield layers with what they learn: queries that pool, prototypes, a large memory."""

import torch
from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.memory.retrieve.autograd import retrieve
from neurosparse.models.memory.association import Associate, Association
from neurosparse.models.memory.hopfield import DEFAULT, Hopfield

SMALL = 0.02  # spread of learned queries, prototypes and patterns at the start


def _check_set(x: Tensor, width: int) -> None:
    if x.ndim != 3 or x.shape[-1] != width:
        raise bad_argument("x", x, f"[batch, length, {width}]")


class HopfieldPooling(nn.Module):
    """Reduce a set to `quantity` vectors by learned queries; the input is the memory.

    Source: Ramsauer et al. (2021), arXiv:2008.02217. Its sister with learned keys is
    `HopfieldPrototypes`.

    Args:
        embed_dim: width of the input and of the vectors.
        num_heads: heads; each has its own α.
        association: α, β, steps, and which are learned.
        quantity: number of queries.

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
        whole_number("quantity", quantity, 1)
        self.hopfield = Hopfield(embed_dim, num_heads, association, batch_first=True)
        self.query = nn.Parameter(SMALL * torch.randn(quantity, embed_dim))

    def forward(self, x: Tensor, key_padding_mask: Tensor | None = None) -> Tensor:
        """Pool sets.

        Args:
            x: `[batch, length, embed_dim]`.
            key_padding_mask: True where x is left out, `[batch, length]`.

        Returns:
            `[batch, quantity, embed_dim]`.
        """
        _check_set(x, self.hopfield.embed_dim)
        query = self.query.expand(len(x), -1, -1)
        pooled: Tensor = self.hopfield(query, x, x, key_padding_mask, need_weights=False)[0]
        return pooled


class HopfieldPrototypes(nn.Module):
    """Replace each input vector by a mix of learned prototypes.

    STanHop's code calls this "HopfieldPooling" (Wu et al. 2024, arXiv:2312.17346); it pools
    nothing.

    Args:
        embed_dim: width of the input and of the prototypes.
        num_heads: heads; each has its own α.
        association: α, β, steps, and which are learned.
        quantity: number of prototypes.

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
        whole_number("quantity", quantity, 1)
        self.hopfield = Hopfield(embed_dim, num_heads, association, batch_first=True)
        self.prototypes = nn.Parameter(SMALL * torch.randn(quantity, embed_dim))

    def forward(self, x: Tensor) -> Tensor:
        """Associate `x [batch, length, embed_dim]` with the prototypes."""
        _check_set(x, self.hopfield.embed_dim)
        keys = self.prototypes.expand(len(x), -1, -1)
        mixed: Tensor = self.hopfield(x, keys, keys, need_weights=False)[0]
        return mixed


class HopfieldLayer(nn.Module):
    """A memory of learned patterns with learned targets: y = entmax(β x Kᵀ) V.

    Weights `[..., quantity]` are never written out and gradients touch the support alone, so
    100,000 patterns are fine. No projections: what is stored is what is compared.

    Args:
        in_features: width of queries and patterns.
        quantity: number of patterns.
        out_features: width of targets; the same as `in_features` where None.
        association: α, β (1/√in_features where None) and steps; one head.

    >>> targets = torch.tensor([[1.0], [2.0], [3.0]])
    >>> layer = HopfieldLayer.from_data(torch.eye(3), targets, Association(2.0, beta=4.0))
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
        whole_number("in_features", in_features, 1)
        whole_number("quantity", quantity, 1)
        self.associate = Associate(1, in_features, association)
        self.patterns = nn.Parameter(SMALL * torch.randn(quantity, in_features))
        self.targets = nn.Parameter(
            SMALL * torch.randn(quantity, out_features or in_features)
        )

    @classmethod
    def from_data(
        cls,
        patterns: Tensor,
        targets: Tensor,
        association: Association = DEFAULT,
        *,
        trainable: bool = True,
    ) -> "HopfieldLayer":
        """Start from patterns and their targets.

        Args:
            patterns: `[n, in_features]`.
            targets: labels or values, `[n, out_features]`.
            association: α, β and steps.
            trainable: whether patterns and targets are trained on.

        Raises:
            ValueError: not one target for each pattern.
        """
        if patterns.ndim != 2 or targets.ndim != 2 or len(patterns) != len(targets):
            raise bad_argument(
                "targets", targets, f"[{len(patterns)}, v], one row a pattern"
            )
        layer = cls(patterns.shape[1], len(patterns), targets.shape[1], association)
        layer.patterns = nn.Parameter(patterns.detach().clone(), trainable)
        layer.targets = nn.Parameter(targets.detach().clone(), trainable)
        return layer

    def forward(self, x: Tensor) -> Tensor:
        """Map `x [..., in_features]` to `[..., out_features]`."""
        if x.shape[-1] != self.patterns.shape[1]:
            raise bad_argument(
                "x", Said(f"width {x.shape[-1]}"), f"width {self.patterns.shape[1]}"
            )
        alpha = self.associate.alpha[0]
        beta = self.associate.beta[0]
        q = x.reshape(-1, x.shape[-1])
        for _ in range(self.associate.association.steps - 1):
            q = retrieve(q, self.patterns, self.patterns, beta, alpha)
        y = retrieve(q, self.patterns, self.targets, beta, alpha)
        return y.reshape(*x.shape[:-1], self.targets.shape[1])
