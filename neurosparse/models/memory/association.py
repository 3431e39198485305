"""One association of queries with keys: scores, sparse weights, values; α and β of each head."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from neurosparse.checks import keep_numbers, positive, whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.memory.entmax.autograd import entmax


@dataclass(frozen=True)
class Association:
    """How queries find keys.

    Args:
        alpha: first α of every head, 1 softmax, 2 sparsemax.
        beta: first β of every head; None is 1/√(width of a head), as attention has it.
        steps: updates in all; the last one mixes values, those before it replace the query by a mix
            of keys.
        learn_alpha: whether α is trained; it then stays above 1.
        learn_beta: whether β is trained; it stays above 0.
    """

    alpha: float = 1.5
    beta: float | None = None
    steps: int = 1
    learn_alpha: bool = True
    learn_beta: bool = False

    def __post_init__(self) -> None:
        keep_numbers(self)
        if self.alpha < 1:
            raise bad_argument("alpha", self.alpha, "a finite number of at least 1")
        if self.learn_alpha and self.alpha == 1:
            remedy = "start at 1.01 or more, or fix softmax with learn_alpha=False"
            raise bad_argument(
                "alpha", self.alpha, "a number above 1 where it is learned", remedy
            )
        if self.beta is not None:
            positive("beta", self.beta)
        whole_number("steps", self.steps, 1)


class Associate(nn.Module):
    """Apply an `Association` with `heads` heads of width `width`; holds α and β of each head.

    Learned α is 1 + softplus(`raw_alpha`), learned β is exp(`log_beta`), both `[heads]`.

    >>> unit = Associate(2, 4, Association(alpha=2.0, beta=1.0))
    >>> unit.alpha
    tensor([2., 2.], grad_fn=<AddBackward0>)
    """

    fixed_alpha: Tensor
    fixed_beta: Tensor

    def __init__(self, heads: int, width: int, association: Association) -> None:
        super().__init__()
        self.association = association
        beta = 1 / math.sqrt(width) if association.beta is None else association.beta
        self.raw_alpha = self.log_beta = None
        if association.learn_alpha:
            lead = association.alpha - 1
            # log(e^lead - 1), which does not overflow
            self.raw_alpha = nn.Parameter(
                torch.full((heads,), lead + math.log(-math.expm1(-lead)))
            )
        else:
            self.register_buffer("fixed_alpha", torch.full((heads,), association.alpha))
        if association.learn_beta:
            self.log_beta = nn.Parameter(torch.full((heads,), math.log(beta)))
        else:
            self.register_buffer("fixed_beta", torch.full((heads,), beta))

    @property
    def alpha(self) -> Tensor:
        """α of each head `[heads]`."""
        if self.raw_alpha is None:
            return self.fixed_alpha
        return 1 + nn.functional.softplus(self.raw_alpha)

    @property
    def beta(self) -> Tensor:
        """β of each head `[heads]`."""
        return self.fixed_beta if self.log_beta is None else self.log_beta.exp()

    def forward(
        self,
        q: Tensor,
        k: Tensor,
        v: Tensor,
        mask: Tensor | None = None,
        dropout: float = 0.0,
    ) -> tuple[Tensor, Tensor]:
        """Apply all updates.

        Args:
            q: queries `[..., heads, L, E]`.
            k: keys `[..., heads, S, E]`.
            v: values `[..., heads, S, F]`.
            mask: added to the scores, -inf where a key is not allowed; a query without any key gets
                zeros.
            dropout: share of the weights of the last update that is set to 0.

        Returns:
            Mixed values `[..., heads, L, F]` and weights `[..., heads, L, S]` of the last update.
        """
        for _ in range(self.association.steps - 1):
            q = self._weights(q, k, mask) @ k
        p = self._weights(q, k, mask)
        dropped = nn.functional.dropout(p, dropout) if dropout else p
        return dropped @ v, p

    def _weights(self, q: Tensor, k: Tensor, mask: Tensor | None) -> Tensor:
        scores = self.beta[:, None, None] * q @ k.transpose(-1, -2)
        return entmax(scores if mask is None else scores + mask, self.alpha[:, None, None])

    def extra_repr(self) -> str:
        """Numbers shown by print."""
        return f"heads={len(self.alpha)}, {self.association}"


def support_size(weights: Tensor) -> Tensor:
    """How many keys weigh, for each query: weights `[..., L, S]` -> `[..., L]`.

    >>> support_size(torch.tensor([[0.5, 0.5, 0.0]]))
    tensor([2])
    """
    return (weights > 0).sum(-1)


def additive(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """Turn a mask into what is added to scores: -inf where a boolean one is True, numbers as is.

    >>> additive(torch.tensor([True, False]), torch.float32)
    tensor([-inf, 0.])
    """
    if mask.dtype != torch.bool:
        return mask.to(dtype)
    return torch.zeros_like(mask, dtype=dtype).masked_fill(mask, -math.inf)


def joined_mask(
    attn_mask: Tensor | None,
    key_padding_mask: Tensor | None,
    scores: tuple[int, int, int, int],
    dtype: torch.dtype,
) -> Tensor | None:
    """Join both masks of `nn.MultiheadAttention` into one that is added to the scores.

    Args:
        attn_mask: `[L, S]` or `[batch * heads, L, S]`, True or -inf where not allowed.
        key_padding_mask: `[batch, S]`, True or -inf where a key is padding.
        scores: batch, heads, L, S.
        dtype: of the scores.

    Returns:
        A mask that broadcasts against the scores, or None for none.

    Raises:
        ValueError: a mask of another shape, or of whole numbers.
    """
    batch, heads, queries, keys = scores
    mask = None
    if attn_mask is not None:
        _check_mask(
            "attn_mask", attn_mask, ((queries, keys), (batch * heads, queries, keys))
        )
        mask = additive(attn_mask, dtype)
        mask = mask.reshape(scores) if mask.ndim == 3 else mask
    if key_padding_mask is not None:
        _check_mask("key_padding_mask", key_padding_mask, ((batch, keys),))
        padding = additive(key_padding_mask, dtype)[:, None, None, :]
        mask = padding if mask is None else mask + padding
    return mask


def _check_mask(name: str, mask: Tensor, shapes: tuple[tuple[int, ...], ...]) -> None:
    kind_fits = mask.dtype == torch.bool or mask.is_floating_point()
    if tuple(mask.shape) not in shapes or not kind_fits:
        accepted = " or ".join(str(list(shape)) for shape in shapes)
        remedy = "True or -inf where a key is not allowed"
        raise bad_argument(
            name, mask, f"booleans or floating point numbers {accepted}", remedy
        )
