"""Communities of an undirected weighted graph by modularity.

    Q = Σ_c [ inside_c / (2 m) - γ (strength_c / (2 m))² ],    2 m = Σ of all entries

Neurons move to the neighbouring community that raises Q most until none does; communities then
become the neurons of a smaller graph, and so on (Louvain). Compiled and free of the interpreter's
lock, so that null models are measured side by side; for one careful partition use Leiden.

Source: V. D. Blondel et al., J. Stat. Mech. P10008 (2008), doi:10.1088/1742-5468/2008/10/P10008.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.modularity.values import Partition as Partition
from neurosparse.typing import Float32, Int32, Int64


def partition(
    indptr: Int64,
    neighbours: Int32,
    weight: Float32,
    seed: int,
    resolution: float = 1.0,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Partition:
    """Partition a symmetric graph `[n + 1]`, `[2 m]`, `[2 m]` with weights ≥ 0.

    "naive" tries every partition (up to ten neurons) and has the highest Q there is; "cpu" finds a
    local optimum that depends on `seed`.

    >>> import numpy as np
    >>> indptr = np.array([0, 1, 2, 3, 4])
    >>> neighbours = np.array([1, 0, 3, 2], np.int32)
    >>> partition(indptr, neighbours, np.ones(4, np.float32), seed=0, backend="naive")
    Partition(labels=array([0, 0, 1, 1]), modularity=0.5)
    """
    run = implementation(__name__, backend).partition
    return cast(Partition, run(indptr, neighbours, weight, seed, resolution))
