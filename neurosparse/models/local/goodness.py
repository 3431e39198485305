"""How good a layer finds a sample: the objects that Forward-Forward pushes up and down."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import softplus

from neurosparse.checks import finite, whole_number
from neurosparse.errors import Said, bad_argument, bad_type


class Goodness(Protocol):
    """One number for each sample, and the threshold that tells good from bad.

    One of your own is a class with these two; `check(width)`, where it has one, refuses layers.
    """

    @property
    def threshold(self) -> float:
        """Goodness at which a sample is as likely to be real as not."""

    def __call__(self, h: Tensor) -> Tensor:
        """Compute the goodness `[batch]` of activities `h [batch, units]`."""
        ...


@dataclass(frozen=True)
class _Thresholded:
    threshold: float = 2.0

    def __post_init__(self) -> None:
        finite("threshold", self.threshold)


@dataclass(frozen=True)
class SquaredSum(_Thresholded):
    """Goodness `g = Σ_i h_i²` (Hinton 2022, arXiv 2212.13345).

    >>> SquaredSum()(torch.tensor([[1.0, 0.5, 0.02]])).tolist()
    [1.2503999471664429]
    """

    def __call__(self, h: Tensor) -> Tensor:
        """Compute the goodness `[batch]`."""
        return h.square().sum(-1)


@dataclass(frozen=True)
class SquaredMean(_Thresholded):
    """Goodness `g = (1/n) Σ_i h_i²`: the same for layers of any width.

    >>> SquaredMean()(torch.tensor([[1.0, 2.0]])).tolist()
    [2.5]
    """

    def __call__(self, h: Tensor) -> Tensor:
        """Compute the goodness `[batch]`."""
        return h.square().mean(-1)


@dataclass(frozen=True)
class Length(_Thresholded):
    """Goodness `g = √(Σ_i h_i²)`, threshold 3 (Tosato et al. 2023, arXiv 2305.18353).

    >>> Length()(torch.tensor([[3.0, 4.0]])).tolist()
    [5.0]
    """

    threshold: float = 3.0

    def __call__(self, h: Tensor) -> Tensor:
        """Compute the goodness `[batch]`."""
        length: Tensor = torch.linalg.vector_norm(h, dim=-1)
        return length


@dataclass(frozen=True)
class TopSquares:
    """Goodness `g = Σ h_i²` over the k largest h_i² of each sample (arXiv 2604.13081).

    Args:
        k: units that count.
        threshold: goodness at which a sample is as likely to be real as not.

    Raises:
        ValueError: k below 1.

    >>> TopSquares(1)(torch.tensor([[1.0, 0.5, 0.02]])).tolist()
    [1.0]
    """

    k: int
    threshold: float = 2.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", whole_number("k", self.k, 1))
        finite("threshold", self.threshold)

    def check(self, width: int) -> None:
        """Refuse a layer of fewer units."""
        if self.k > width:
            raise bad_argument(
                "goodness.k", self.k, f"at most {width}, the units of a layer"
            )

    def __call__(self, h: Tensor) -> Tensor:
        """Compute the goodness `[batch]`."""
        return h.square().topk(self.k, dim=-1).values.sum(-1)


def check_goodness(goodness: object, widths: list[int]) -> None:
    """Refuse what is no goodness, or one that layers are too narrow for.

    >>> check_goodness(TopSquares, [3])
    Traceback (most recent call last):
    TypeError: goodness: got TopSquares, wants an object such as SquaredSum(2.0); write \
TopSquares(...)
    """
    expected = "an object such as SquaredSum(2.0)"
    if isinstance(goodness, type):
        remedy = f"write {goodness.__name__}(...)"
        raise bad_type("goodness", Said(goodness.__name__), expected, remedy)
    if not callable(goodness) or not hasattr(goodness, "threshold"):
        raise bad_type("goodness", goodness, expected)
    for width in widths:
        getattr(goodness, "check", lambda _: None)(width)


def goodness_loss(good: Tensor, bad: Tensor, threshold: float) -> Tensor:
    """Compute `½ mean[softplus(θ − g_good) + softplus(g_bad − θ)]`, one number.

    >>> round(goodness_loss(torch.tensor([1.2504]), torch.tensor([0.3796]), 2.0).item(), 6)
    0.658551
    """
    return (softplus(threshold - good) + softplus(bad - threshold)).mean() / 2
