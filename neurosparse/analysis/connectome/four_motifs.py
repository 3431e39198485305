"""Connected patterns of four neurons, estimated from draws, with the error of each estimate."""

from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.graph import graph
from neurosparse.analysis.topology.nulls import draw_seed
from neurosparse.checks import whole_number
from neurosparse.kernels.graphs.four_motifs import four_motifs
from neurosparse.kernels.graphs.four_motifs.values import PAIRS
from neurosparse.typing import Float64, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class FourMotifs(NamedTuple):
    """Patterns of four neurons that were drawn, the most frequent first.

    `patterns` are edges such as "0>1 1>2 2>3"; `number` `[patterns]` is the estimated count of each
    in the graph, `error` its standard error.
    """

    patterns: tuple[str, ...]
    number: Float64
    error: Float64


def four_neuron_motifs(
    connectivity: "Connectivity", samples: int = 200_000, rng: Seed = None
) -> FourMotifs:
    """Estimate how often each of the 199 connected directed patterns of four neurons occurs.

    The estimates are unbiased; induced patterns are counted, self loops and repeated pairs left
    out. What is rarer than about one in `samples` is likely to be missed, and then has no error.

    Args:
        connectivity: a graph on one set of neurons.
        samples: paths of three pairs drawn, and as many stars.
        rng: of these.

    Source: M. Jha, C. Seshadhri, A. Pinar, WWW 2015, doi:10.1145/2736277.2741101.

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = Connectivity.from_edges([0, 1, 2], [1, 2, 3], n_pre=4, n_post=4)
    >>> motifs = four_neuron_motifs(chain, 100, rng=0)
    >>> motifs.patterns, motifs.number.tolist(), motifs.error.tolist()
    (('0>1 1>2 2>3',), [1.0], [0.0])
    """
    whole_number("samples", samples, 2)
    drawn = four_motifs(graph(connectivity).bones, samples, draw_seed(rng))
    kind, names = _kinds()
    number = np.bincount(kind, drawn.number, len(names)).astype(np.float64)
    variance = np.bincount(kind, drawn.variance, len(names)).astype(np.float64)
    order = np.argsort(-number, kind="stable")
    order = order[number[order] > 0]
    error = np.sqrt(variance[order])
    return FourMotifs(tuple(names[k] for k in order), number[order], error)


@cache
def _kinds() -> tuple[Int64, list[str]]:
    """Pattern of each numbered four `[4096]`, and its edges in words."""
    number = np.arange(4096)
    joined = np.zeros((4, 4, 4096), bool)
    for k, (a, b) in enumerate(PAIRS):
        code = (number >> 2 * k) & 3
        joined[a, b] = (code & 1) > 0
        joined[b, a] = (code & 2) > 0
    # the order of the neurons with the largest number names all of them, early edges first
    bit = 1 << np.arange(15, -1, -1).reshape(4, 4)
    best = np.zeros(4096, np.int64)
    for order in permutations(range(4)):
        moved = joined[np.ix_(order, order)]
        best = np.maximum(best, (moved * bit[:, :, None]).sum(axis=(0, 1)))
    distinct, kind = np.unique(best, return_inverse=True)
    pairs = [(a, b) for a in range(4) for b in range(4)]
    names = [
        " ".join(f"{a}>{b}" for a, b in pairs if value & bit[a, b]) for value in distinct
    ]
    return kind.astype(np.int64), names
