"""How many shortest directed paths from chosen neurons pass each neuron, ends not counted.

    B(v) = Σ_{s in sources} Σ_{t ≠ s, v}  σ_st(v) / σ_st

with σ_st the number of shortest paths from s to t, and σ_st(v) that of those through v. Shapes:
CSR `indptr [n + 1]`, `indices [nnz]` without repeated pairs, `sources [k]`; the answer is `[n]`.

Source: U. Brandes, J. Math. Sociol. 25 (2001), doi:10.1080/0022250X.2001.9990249.
"""

from typing import Literal, cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float64, Int32, Int64


def betweenness(
    indptr: Int64,
    indices: Int32,
    sources: Int64,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Float64:
    """Sum the dependencies of every source, O(k edges).

    >>> chain = np.array([0, 1, 2, 2]), np.array([1, 2], np.int32)
    >>> betweenness(*chain, np.arange(3), backend="naive").tolist()
    [0.0, 1.0, 0.0]
    """
    run = implementation(__name__, backend).betweenness
    return cast(Float64, run(indptr, indices, np.asarray(sources, np.int64)))
