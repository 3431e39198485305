"""How far neurons are from each other along the edges."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.graph import Graph, graph
from neurosparse.checks import generator as generator_of
from neurosparse.checks import whole_number
from neurosparse.kernels.graphs.hop_sums import hop_sums
from neurosparse.typing import Float64, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# up to this size all neurons are sources, above it a sample
EXACT = 1024
SAMPLE = 128


class PathLengths(NamedTuple):
    """Distances over ordered pairs, in hops or in the unit of the edges' lengths.

    `mean` is over the pairs with a path, `reachable` their share, `efficiency` the mean of 1/d with
    0 for pairs without a path, `diameter` the longest distance seen; `sources` of `n` neurons were
    searched from, and `exact` says whether that was all of them. `error` is the standard error of
    `mean` over sources.
    """

    mean: float
    error: float
    efficiency: float
    reachable: float
    diameter: float
    sources: int
    exact: bool


def path_lengths(
    connectivity: "Connectivity", sources: int | None = None, rng: Seed = None
) -> PathLengths:
    """Measure distances from all neurons, or from `sources` of them drawn without repetition.

    By default graphs up to 1,024 neurons are exact and larger ones sampled from 128. Weights, self
    loops and repeated pairs do not matter; without any path `mean` is NaN.

    Source of efficiency: V. Latora, M. Marchiori, PRL 87 (2001), doi:10.1103/PhysRevLett.87.198701.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2, 3], [1, 2, 3, 0], n_pre=4, n_post=4)
    >>> lengths = path_lengths(ring)
    >>> lengths.mean, lengths.diameter, lengths.exact
    (2.0, 3, True)
    """
    g = graph(connectivity)
    return paths_of(g, choose_sources(g.n, sources, rng))


def choose_sources(n: int, sources: int | None, rng: Seed) -> Int64:
    """Draw the neurons to search from, ascending `[k]`."""
    drawing = generator_of(rng)
    if sources is None:
        count = n if n <= EXACT else SAMPLE
    else:
        count = min(whole_number("sources", sources, 1), n)
    if count == n:
        return np.arange(n)
    return np.sort(drawing.choice(n, count, replace=False))


def paths_of(g: Graph, sources: Int64) -> PathLengths:
    """Distances of a prepared graph from chosen sources `[k]`."""
    sums = hop_sums(g.indptr, g.indices, sources)
    lengths = from_sums(sums.reached, sums.total, sums.inverse, g.n)
    return lengths._replace(diameter=int(sums.farthest.max(initial=0)))


def from_sums(
    reached: Int64 | Float64, total: Int64 | Float64, inverse: Float64, n: int
) -> PathLengths:
    """Put together what was added up from each source `[k]` of `n` neurons; the diameter is 0.

    Args:
        reached: neurons that have a path from the source.
        total: their distances.
        inverse: their 1 / distance.
        n: neurons.
    """
    k = len(reached)
    exact = k == n
    pairs = k * max(n - 1, 0)
    paths = reached.sum()
    mean = float(total.sum() / paths) if paths else float("nan")
    if exact and paths:
        error = 0.0
    elif paths and k > 1:
        # the mean is a ratio of two sums over sources: its error by the delta method
        rest = total - mean * reached
        error = float(np.sqrt((rest**2).sum() / (k - 1) * k) / paths)
    else:
        error = float("nan")
    return PathLengths(
        mean=mean,
        error=error,
        efficiency=float(inverse.sum() / pairs) if pairs else 0.0,
        reachable=float(paths / pairs) if pairs else 0.0,
        diameter=0,
        sources=k,
        exact=exact,
    )
