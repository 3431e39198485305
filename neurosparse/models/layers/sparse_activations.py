"""Activations that keep few units on, for learning one task after another."""

import torch
from torch import Tensor, nn

from neurosparse.checks import positive
from neurosparse.errors import bad_argument


def _above(x: Tensor, alpha: float, z: float) -> Tensor:
    """α·(x − mean − z·std) over the last axis; the std divides by n, not by n − 1."""
    mean = x.mean(-1, keepdim=True)
    std = x.std(-1, correction=0, keepdim=True)
    return alpha * (x - mean - z * std)


def ash(x: Tensor, alpha: float = 3.0, z: float = 2.3) -> Tensor:
    """Compute x·σ(α·(x − μ − z·s)) of `x [..., n]`, with mean μ and deviation s of each sample.

    Source: Keskinen, 2024, arXiv:2404.17651.

    >>> round(ash(torch.tensor([-1.0, 0, 1, 2, 3, 10]), z=1.0)[-1].item(), 5)
    9.99992
    """
    return x * torch.sigmoid(_above(x, alpha, z))


def hard_ash(x: Tensor, alpha: float = 3.0, z: float = 2.3) -> Tensor:
    """Compute clip(x, 0, 2)·h(α·(x − μ − z·s)) of `x [..., n]`, with h(u) = clip(u + 3, 0, 6)/6.

    Source: Keskinen, 2024, arXiv:2404.17651.

    >>> hard_ash(torch.tensor([-1.0, 0, 1, 2, 3, 10]), z=1.0).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 2.0]
    """
    return x.clamp(0, 2) * nn.functional.relu6(_above(x, alpha, z) + 3) / 6


class HardAsh(nn.Module):
    """`hard_ash` as a layer.

    >>> HardAsh(z=1.0)(torch.tensor([-1.0, 0, 1, 2, 3, 10]))[-1].item()
    2.0
    """

    def __init__(self, alpha: float = 3.0, z: float = 2.3) -> None:
        super().__init__()
        positive("alpha", alpha)
        self.alpha = alpha
        self.z = z

    def forward(self, x: Tensor) -> Tensor:
        """Compute the activations `[..., n]`."""
        return hard_ash(x, self.alpha, self.z)


def elephant(x: Tensor, a: float = 1.0, d: float = 4.0) -> Tensor:
    """Compute 1 / (1 + |x/a|^d): value and gradient are both near 0 away from the origin.

    Source: Lan & Mahmood, 2023, arXiv:2310.01365.

    >>> elephant(torch.tensor([0.0, 1.0])).tolist()
    [1.0, 0.5]
    """
    return 1 / (1 + (x / a).abs() ** d)


class Elephant(nn.Module):
    """`elephant` as a layer; d = 4 for classes, 8 for regression.

    >>> Elephant(a=0.08)(torch.tensor([0.08])).item()
    0.5
    """

    def __init__(self, a: float = 1.0, d: float = 4.0) -> None:
        super().__init__()
        if not (a > 0 and d > 1):
            raise bad_argument("a, d", (a, d), "a width above 0 and an exponent above 1")
        self.a = a
        self.d = d

    def forward(self, x: Tensor) -> Tensor:
        """Compute the activations, shaped as x."""
        return elephant(x, self.a, self.d)
