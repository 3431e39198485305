"""How many shortest directed paths from chosen neurons pass each neuron, ends not counted.

    B(v) = Σ_{s in sources} Σ_{t ≠ s, v}  σ_st(v) / σ_st        (σ: number of shortest paths;
    through v)

Shapes: CSR `indptr [n + 1]`, `indices [nnz]` without repeated pairs, `sources [k]`; the answer is
`[n]`.
Source: U. Brandes, J. Math. Sociol. 25 (2001), doi:10.1080/0022250X.2001.9990249.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray


def betweenness(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    sources: NDArray[np.int64],
    backend: Literal["naive", "cpu"] = "cpu",
) -> NDArray[np.float64]:
    """Sum the dependencies of every source, O(k edges).

    >>> chain = np.array([0, 1, 2, 2]), np.array([1, 2], np.int32)
    >>> betweenness(*chain, np.arange(3), backend="naive").tolist()
    [0.0, 1.0, 0.0]
    """
    match backend:
        case "naive":
            from neurosparse.kernels.graphs.betweenness.naive import betweenness as run
        case "cpu":
            from neurosparse.kernels.graphs.betweenness.cpu import betweenness as run
    return run(indptr, indices, np.asarray(sources, np.int64))
