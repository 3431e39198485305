"""Neurons as points by the spectrum of their graph, and groups of such points."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.communities import by_size, leiden_labels
from neurosparse.analysis.topology.graph import graph
from neurosparse.checks import generator as generator_of
from neurosparse.checks import truth, whole_number
from neurosparse.errors import bad_argument
from neurosparse.quantities import real_numbers
from neurosparse.typing import Float64, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# singular values that an elbow is looked for in
LOOKED_AT = 40


class SpectralEmbedding(NamedTuple):
    """Places of neurons `[n, d]` as senders and as receivers; singular values `[d]`."""

    sends: Float64
    receives: Float64
    values: Float64

    @property
    def both(self) -> Float64:
        """Both side by side `[n, 2 d]`, for grouping."""
        return np.hstack([self.sends, self.receives])


def spectral_embedding(
    connectivity: "Connectivity",
    dimensions: int | None = None,
    *,
    weighted: bool = False,
    rng: Seed = None,
) -> SpectralEmbedding:
    """Embed a graph by the singular vectors of its adjacency matrix (ASE).

        A ≈ U S Vᵀ,    sends = U √S,    receives = V √S,    A_uv ≈ sends_u · receives_v

    Args:
        connectivity: a graph on one set of neurons; self loops are left out.
        dimensions: d; None takes the second elbow of the singular values, at least 1.
        weighted: take ln(1 + |w|) in place of 1 for an edge.
        rng: where the search for singular vectors starts.

    Raises:
        ValueError: fewer neurons than three, or not 1 … n - 1 dimensions.

    Sources: D. L. Sussman et al., JASA 107 (2012), doi:10.1080/01621459.2012.699795;
    M. Zhu, A. Ghodsi, Comput. Stat. Data Anal. 51 (2006), doi:10.1016/j.csda.2005.09.010 (elbows).

    >>> from neurosparse.connectivity import Connectivity
    >>> pre, post = np.nonzero(np.kron(np.eye(2), np.ones((5, 5)) - np.eye(5)))
    >>> two = Connectivity.from_edges(pre, post, n_pre=10, n_post=10)
    >>> embedding = spectral_embedding(two, 2, rng=0)
    >>> bool(np.isclose(embedding.sends @ embedding.receives.T, 0.8)[0, 1])
    True
    """
    truth("weighted", weighted)
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import svds

    g = graph(connectivity)
    if g.n < 3:
        raise bad_argument("connectivity", connectivity, "a graph of at least 3 neurons")
    if dimensions is not None:
        whole_number("dimensions", dimensions, 1, g.n - 1)
    value = np.ones(g.edges)
    if weighted and g.weight is not None:
        value = np.log1p(np.abs(g.weight).astype(np.float64))
    table = csr_array((value, g.indices, g.indptr), shape=(g.n, g.n))
    count = min(LOOKED_AT, g.n - 1) if dimensions is None else dimensions
    generator = generator_of(rng)
    u, s, vt = svds(table, k=count, v0=generator.random(g.n), solver="arpack")
    order = np.argsort(-s)
    u, v = u[:, order], vt[order].T
    s = s[order]
    kept = elbow(s, 2) if dimensions is None else dimensions
    # signs of singular vectors are free: the largest entry of each is positive
    sign = np.sign(u[np.abs(u).argmax(axis=0), np.arange(count)])
    root = (sign * np.sqrt(s))[:kept]
    return SpectralEmbedding(u[:, :kept] * root, v[:, :kept] * root, s[:kept])


def elbow(values: npt.ArrayLike, which: int = 1) -> int:
    """Number of falling values before the first, second, … elbow, by profile likelihood.

    The values on both sides of a cut are taken for normal with a common deviation; the cut of the
    highest likelihood is an elbow, and the next is looked for in what follows.

    >>> elbow([9.0, 8.5, 1.0, 0.9, 0.8])
    2
    """
    whole_number("which", which, 1)
    d = real_numbers("values", values, "falling numbers [n]")
    if d.ndim != 1 or not np.isfinite(d).all():
        raise bad_argument("values", d, "falling numbers [n]")
    start = 0
    for _ in range(which):
        rest = d[start:]
        if len(rest) < 3:
            break
        start += _cut(rest)
    return max(start, 1)


def _cut(d: Float64) -> int:
    best = (-np.inf, 1)
    for q in range(1, len(d)):
        low, high = d[:q], d[q:]
        squares = ((low - low.mean()) ** 2).sum() + ((high - high.mean()) ** 2).sum()
        variance = max(squares / max(len(d) - 2, 1), 1e-300)
        likelihood = -len(d) / 2 * np.log(variance) - squares / (2 * variance)
        if likelihood > best[0]:
            best = (float(likelihood), q)
    return best[1]


def kmeans_groups(points: npt.ArrayLike, groups: int, *, rng: Seed = None) -> Int64:
    """Group points `[n, d]` by k-means, the best of ten starts; labels `[n]`, 0 the largest.

    >>> kmeans_groups([[0.0], [0.1], [5.0]], 2, rng=0).tolist()
    [0, 0, 1]
    """
    from scipy.cluster.vq import kmeans2

    x = _points(points)
    whole_number("groups", groups, 1, len(x))
    generator = generator_of(rng)
    best = (np.inf, np.zeros(len(x), np.int64))
    for _ in range(10):
        centres, labels = kmeans2(x, groups, minit="++", rng=generator, missing="warn")
        spread = float(((x - centres[labels]) ** 2).sum())
        if spread < best[0]:
            best = (spread, labels.astype(np.int64))
    return by_size(np.unique(best[1], return_inverse=True)[1].astype(np.int64))


def leiden_groups(
    points: npt.ArrayLike,
    neighbours: int = 15,
    *,
    resolution: float = 1.0,
    rng: Seed = None,
) -> Int64:
    """Group points `[n, d]` by Leiden on the graph of nearest neighbours; labels `[n]`.

    Raises:
        ImportError: igraph is missing.

    >>> leiden_groups([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]], 2, rng=0).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    from scipy.spatial import cKDTree

    x = _points(points)
    whole_number("neighbours", neighbours, 1)
    count = min(neighbours + 1, len(x))
    _, near = cKDTree(x).query(x, count)
    near = near.reshape(len(x), -1)[:, 1:]
    pairs = np.stack([np.repeat(np.arange(len(x)), near.shape[1]), near.ravel()])
    a, b = np.unique(np.sort(pairs, axis=0), axis=1)
    seed = int(generator_of(rng).integers(2**31))
    return by_size(leiden_labels(len(x), a, b, np.ones(len(a)), resolution, seed))


def _points(points: npt.ArrayLike) -> Float64:
    x = real_numbers("points", points, "finite numbers of shape [n, d], at least one")
    if x.ndim != 2 or not x.size or not np.isfinite(x).all():
        raise bad_argument("points", x, "finite numbers of shape [n, d], at least one")
    return x
