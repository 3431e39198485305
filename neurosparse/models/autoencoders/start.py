"""Where an autoencoder begins: directions of its atoms, and the middle of the data."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.checks import generator, whole_number
from neurosparse.errors import bad_argument
from neurosparse.typing import Array, Seed


def geometric_median(points: Tensor, steps: int = 100, tol: float = 1e-5) -> Tensor:
    """Find the point whose distances to all points have the smallest sum, `[d]`.

    Args:
        points: `[samples, d]`.
        steps: at most.
        tol: length of a step at which it is there.

    Source: Weiszfeld 1937, doi:10.1007/s10479-008-0352-z.

    >>> points = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [10.0, 10.0]])
    >>> geometric_median(points).round(decimals=3)
    tensor([0.5000, 0.5000])
    """
    center = points.mean(0)
    for _ in range(steps):
        distances = torch.linalg.vector_norm(points - center, dim=1)
        # a point that the centre lies on would weigh without end
        weights = 1 / distances.clamp(min=torch.finfo(points.dtype).tiny ** 0.5)
        moved = (weights / weights.sum()) @ points
        step = torch.linalg.vector_norm(moved - center)
        center = moved
        if step < tol:
            break
    return center


def random_atoms(n: int, d: int, rng: Seed = None) -> Array:
    """Draw n directions of d dimensions, float32 `[n, d]`, rows of length 1."""
    atoms = generator(rng).standard_normal((n, d))
    lengths = np.linalg.norm(atoms, axis=1, keepdims=True)
    return np.asarray(atoms / np.maximum(lengths, 1e-30), np.float32)


@dataclass(frozen=True)
class ActiveSubspace:
    """Draw atoms inside the subspace that holds most of the variance of some samples.

    Atoms outside it would hardly ever fire.

    Args:
        samples: `[samples, d]`, to find the subspace.
        variance: share of it that the subspace holds.

    Source: 2025, arXiv:2508.16929, of whose algorithm the abstract was read.

    >>> samples = np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    >>> abs(ActiveSubspace(samples).atoms(2, 3, rng=0)).tolist()
    [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """

    samples: Any
    variance: float = 0.99

    def atoms(self, n: int, d: int, rng: Seed = None) -> Array:
        """Draw n atoms, float32 `[n, d]`, rows of length 1."""
        whole_number("n", n, 1)
        array = np.asarray(self.samples, np.float64)
        if array.ndim != 2 or array.shape[1] != d or len(array) < 2:
            expected = f"two samples or more, [samples, {d}]"
            raise bad_argument("samples", array, expected)
        if not 0 < self.variance <= 1:
            raise bad_argument("variance", self.variance, "a share, above 0, at most 1")
        _, sizes, axes = np.linalg.svd(array - array.mean(0), full_matrices=False)
        total = np.cumsum(sizes**2)
        rank = int(np.searchsorted(total, self.variance * total[-1])) + 1
        inside = generator(rng).standard_normal((n, rank)) @ axes[:rank]
        lengths = np.linalg.norm(inside, axis=1, keepdims=True)
        # what rounding leaves outside goes
        atoms = np.asarray(inside / lengths, np.float32)
        return np.where(np.abs(atoms) < 1e-7, np.float32(0), atoms)


def as_tensor(atoms: Any) -> Tensor:
    """Give atoms to a net, which owns them."""
    if isinstance(atoms, Tensor):
        return atoms.detach().float().clone()
    return torch.from_numpy(np.array(atoms, np.float32))
