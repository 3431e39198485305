"""Ways to retrieve: PyTorch's attention, and sorting all scores."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

D = 128
BETA = 8.0
SEED = 1


Array = NDArray[Any]


def problem(n_memories: int, n: int, kind: str = "noisy") -> tuple[Array, Array]:
    """Unit patterns [N, d] and queries [n, d]: patterns with noise of length 0.5, or random
    directions.
    """
    rng = np.random.default_rng(SEED)
    x = rng.standard_normal((n_memories, D), np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    noise = rng.standard_normal((n, D))
    if kind == "random":
        return x, (noise / np.linalg.norm(noise, axis=1, keepdims=True)).astype(np.float32)
    chosen = x[rng.integers(n_memories, size=n)]
    return x, (chosen + 0.5 / np.sqrt(D) * noise).astype(np.float32)


def attention(q: Tensor, x: Tensor) -> Tensor:
    """softmax(beta q xᵀ) x by PyTorch's fused kernel."""
    mixed: Tensor = torch.nn.functional.scaled_dot_product_attention(
        q[None, None], x[None, None], x[None, None], scale=BETA
    )
    return mixed[0, 0]


def sorted_sparsemax(z: Tensor) -> Tensor:
    """Sparsemax of each row by sorting the whole row."""
    s = z.sort(dim=1, descending=True).values
    rank = torch.arange(1, z.shape[1] + 1)
    total = s.cumsum(1)
    k = (1 + rank * s > total).sum(1, keepdim=True)
    return (z - (total.gather(1, k - 1) - 1) / k).clamp(min=0)


def sorted_entmax15(z: Tensor) -> Tensor:
    """1.5-entmax of each row by sorting the whole row."""
    z = (z - z.max(1, keepdim=True).values) / 2
    s = z.sort(dim=1, descending=True).values
    rank = torch.arange(1, z.shape[1] + 1)
    mean = s.cumsum(1) / rank
    square = (s * s).cumsum(1) / rank
    tau = mean - ((1 - rank * (square - mean * mean)) / rank).clamp(min=0).sqrt()
    k = (tau <= s).sum(1, keepdim=True)
    return (z - tau.gather(1, k - 1)).clamp(min=0) ** 2


SORTED = {"sparsemax": sorted_sparsemax, "1.5-entmax": sorted_entmax15}


def full_sort(name: str, q: Tensor, x: Tensor) -> Tensor:
    """The second product is dense, as where weights are a full row."""
    return SORTED[name](BETA * q @ x.T) @ x


def both(
    q: Tensor, x: Tensor, way: Callable[[Tensor, Tensor], Tensor]
) -> tuple[Tensor, Tensor]:
    """Forward and backward of the sum of squares; gradients to queries and memories."""
    q = q.clone().requires_grad_()
    x = x.detach().requires_grad_()
    way(q, x).square().sum().backward()
    assert q.grad is not None
    assert x.grad is not None
    return q.grad, x.grad
