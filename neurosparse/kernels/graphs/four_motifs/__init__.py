"""Connected patterns of four neurons: how often each occurs, counted or estimated.

Four neurons p, q, r, s are numbered 0 to 4,095 by the skeleton's codes of their pairs,

    code_pq + 4 code_pr + 16 code_ps + 64 code_qr + 256 code_qs + 1024 code_rs

"cpu" draws paths of three pairs (u' - u - v - v', the middle with chance ∝ (d_u - 1)(d_v - 1)) and
stars (the centre with chance ∝ d (d - 1)(d - 2)). Four neurons with h such paths among them are
drawn h times as often, so each draw counts W / h; those without any are stars.

Source: M. Jha, C. Seshadhri, A. Pinar, WWW 2015, doi:10.1145/2736277.2741101; directions are ours.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.four_motifs.values import Counts as Counts
from neurosparse.kernels.graphs.skeleton import Skeleton


def four_motifs(
    graph: Skeleton,
    samples: int,
    seed: int,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Counts:
    """Estimate from so many paths and as many stars; "naive" looks at every four neurons.

    A pattern stands under several numbers, one for each order in which its neurons may come.

    >>> import numpy as np
    >>> from neurosparse.kernels.graphs.skeleton import skeleton
    >>> indptr, indices = np.array([0, 1, 2, 3, 3]), np.array([1, 2, 3], np.int32)
    >>> chain = skeleton(indptr, indices, backend="naive")
    >>> four_motifs(chain, 0, 0, backend="naive").number.sum()
    np.float64(1.0)
    """
    run = implementation(__name__, backend).four_motifs
    return cast(Counts, run(graph, samples, seed))
