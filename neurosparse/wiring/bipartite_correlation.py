"""Layers wired by how input features vary together (CSTI)."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Array, Seed
from neurosparse.wiring._rule import check_sizes, weigh
from neurosparse.wiring.bipartite_edges import from_keys


@dataclass(frozen=True, eq=False)
class CorrelatedInputs:
    """Keep the `round(density n_pre n_post)` pairs of inputs that correlate most.

    What counts is |Pearson correlation|. The correlation matrix of the samples, its diagonal set to
    0, is tiled over wider layers and cropped to the layer's shape. Constant features correlate with
    nothing.

    Args:
        samples: inputs `[samples, features]`.
        density: share of the pairs.

    Source: correlated sparse topological initialisation, Zhang et al. 2024 (CHT, ICLR).

    >>> x = np.array([[0.0, 0.1, 5.0], [1.0, 1.0, 5.0], [2.0, 2.1, 5.0]])
    >>> CorrelatedInputs(x, 2 / 9).build(3, 3).edges()
    (array([0, 1], dtype=int32), array([1, 0], dtype=int32))
    """

    samples: Array
    density: float

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        checks.fraction("density", self.density)
        if np.ndim(self.samples) != 2 or len(self.samples) < 2:
            expected = "an array [samples, features] of at least 2 samples"
            raise bad_argument("samples", self.samples, expected)
        if not np.isfinite(self.samples).all():
            raise bad_argument("samples", Said("NaN or infinite values"), "finite numbers")

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Choose the pairs; ties go to the earlier one, nothing is drawn."""
        check_sizes(n_pre, n_post)
        nnz = round(self.density * n_pre * n_post)
        pairs = 32.0 * n_pre * n_post + 24.0 * np.shape(self.samples)[1] ** 2
        weigh("CorrelatedInputs", nnz, n_pre, n_post, pairs)
        x = np.asarray(self.samples, np.float64)
        size = np.sqrt((x * x).sum(0))
        x = x - x.mean(0)
        length = np.sqrt((x * x).sum(0))
        # rounding of the mean leaves a constant feature a length that means nothing
        x = np.divide(
            x, length, out=np.zeros_like(x), where=length > 1e-12 * np.maximum(size, 1)
        )
        strength = np.abs(x.T @ x)
        np.fill_diagonal(strength, 0)
        rows = np.arange(n_pre) % len(strength)
        columns = np.arange(n_post) % len(strength)
        tiled = strength[np.ix_(rows, columns)].ravel()
        order = np.argsort(-tiled, kind="stable")
        return from_keys(np.sort(order[:nnz]), n_pre, n_post)
