"""Random graphs with the same degrees: pairs of neurons trade targets that only one of them has.

In one round all rows are paired at random. Each pair (a, b) keeps its common targets, pools the
others and deals them out again at random, as many to each as before. Out-degrees (row lengths) and
in-degrees (how often a target occurs) never change; no edge is doubled. Where `loops` is False, a
and b themselves are not traded, so that no self loop appears or goes. Rounds converge to the
uniform distribution over such graphs; without self loops, over those that trades can reach, and
turning a 3-cycle round is the known exception.

Sources: G. Strona et al., Nat. Commun. 5 (2014), doi:10.1038/ncomms5114;
C. J. Carstens, A. Berger, G. Strona, MethodsX 5 (2018), doi:10.1016/j.mex.2018.06.018.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Int32, Int64


def shuffle_directed(
    indptr: Int64,
    indices: Int32,
    rounds: int,
    seed: int,
    *,
    loops: bool = False,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Int32:
    """Return new `indices` `[nnz]`, ascending in each row, after so many rounds of trades.

    Rows may hold no target twice.
    `seed` (below 2^63) fixes the outcome, which does not depend on threads. The two backends draw
    from the same distribution with different random numbers.

    >>> import numpy as np
    >>> indptr, indices = np.array([0, 1, 2, 3, 4]), np.array([1, 2, 3, 0], np.int32)
    >>> sorted(shuffle_directed(indptr, indices, 5, seed=1, backend="naive").tolist())
    [0, 1, 2, 3]
    """
    run = implementation(__name__, backend).shuffle_directed
    return cast(Int32, run(indptr, indices, rounds, seed, loops))
