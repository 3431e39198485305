"""How far neurons are from each other along the edges."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.graph import Graph, Int64, graph
from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs.hop_sums import hop_sums

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# up to this size all neurons are sources, above it a sample
EXACT = 1024
SAMPLE = 128


class PathLengths(NamedTuple):
    """Distances over ordered pairs, in hops or in the unit of the edges' lengths, and how they were
    found.

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
    connectivity: "Connectivity", sources: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> PathLengths:  # fmt: skip
    """Measure distances from all neurons, or from `sources` of them drawn without repetition.

    By default graphs up to 1,024 neurons are exact and larger ones sampled from 128. Weights, self
    loops and repeated pairs do not matter; without any path `mean` is NaN.

    Source of efficiency: V. Latora, M. Marchiori, PRL 87 (2001), doi:10.1103/PhysRevLett.87.198701.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2, 3], [1, 2, 3, 0], n_pre=4, n_post=4)
    >>> found = path_lengths(ring)
    >>> found.mean, found.diameter, found.exact
    (2.0, 3, True)
    """
    g = graph(connectivity)
    return paths_of(g, choose_sources(g.n, sources, rng))


def choose_sources(n: int, sources: int | None, rng: np.random.Generator | int | None) -> Int64:
    """Draw the neurons to search from, ascending `[k]`."""
    if sources is not None and (not isinstance(sources, int | np.integer) or sources < 1):
        raise bad_argument("sources", sources, "a whole number, at least 1, or None")
    count = (n if n <= EXACT else SAMPLE) if sources is None else min(sources, n)
    if count == n:
        return np.arange(n)
    return np.sort(np.random.default_rng(rng).choice(n, count, replace=False))


def paths_of(g: Graph, sources: Int64) -> PathLengths:
    """Distances of a prepared graph from chosen sources `[k]`."""
    sums = hop_sums(g.indptr, g.indices, sources)
    reached = int(sums.reached.sum())
    k = len(sources)
    pairs = k * max(g.n - 1, 0)
    mean = float(sums.total.sum() / reached) if reached else float("nan")
    # the mean is a ratio of two sums over sources: its error by the delta method
    rest = sums.total - mean * sums.reached
    error = (
        float(np.sqrt((rest**2).sum() / max(k - 1, 1) * k) / reached)
        if reached and k > 1
        else float("nan")
    )
    share = (reached / pairs, float(sums.inverse.sum() / pairs)) if pairs else (0.0, 0.0)
    exact = k == g.n
    return PathLengths(
        mean,
        0.0 if exact and reached else error,
        share[1],
        share[0],
        int(sums.farthest.max(initial=0)),
        k,
        exact,
    )
