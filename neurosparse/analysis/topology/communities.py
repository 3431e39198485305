"""Communities: modularity of a given division, and a division that several searches agree on.

    directed:    Q = 1/m Σ_uv (A_uv - γ out_u in_v / m) [c_u = c_v]
    undirected:  Q = 1/2m Σ_uv (S_uv - γ s_u s_v / 2m) [c_u = c_v],   S = A + Aᵀ

Sources: E. A. Leicht, M. E. J. Newman, PRL 100 (2008), doi:10.1103/PhysRevLett.100.118703;
V. A. Traag, L. Waltman, N. J. van Eck, Sci. Rep. 9 (2019), doi:10.1038/s41598-019-41695-z (Leiden);
A. Lancichinetti, S. Fortunato, Sci. Rep. 2 (2012), doi:10.1038/srep00336 (consensus).
"""

import random
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.graph import Float, Float32, Graph, Int64, graph, whole
from neurosparse.errors import Said, bad_argument, bad_type, missing_extra
from neurosparse.kernels.graphs.modularity import Partition, partition

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class Communities(NamedTuple):
    """A division: `labels` `[n]` by size (0 the largest), its undirected Q, and how far runs
    agreed.

    `agreement` is the mean normalised mutual information between the single runs, 1 when all were
    alike.
    """

    labels: Int64
    modularity: float
    agreement: float
    runs: int


def modularity(
    connectivity: "Connectivity", labels: npt.ArrayLike, *, directed: bool = True, weighted: bool = False,
    resolution: float = 1.0,
) -> float:  # fmt: skip
    """Modularity of a division `labels` `[n]`; self loops are left out, 0 without edges.

    Weights enter by their size: for Q, an inhibitory synapse joins two neurons as an excitatory one
    does.

    >>> from neurosparse.connectivity import Connectivity
    >>> pairs = Connectivity.from_edges([0, 1, 2, 3], [1, 0, 3, 2], n_pre=4, n_post=4)
    >>> modularity(pairs, [0, 0, 1, 1])
    0.5
    """
    _check_resolution(resolution)
    g = graph(connectivity)
    member = labels_of(connectivity.n_pre, labels)
    weight = (
        np.abs(g.weight).astype(np.float64)
        if weighted and g.weight is not None
        else np.ones(g.edges)
    )
    total = weight.sum()
    if total == 0:
        return 0.0
    groups = int(member.max()) + 1
    a, b = member[g.pre], member[g.indices]
    out, into = (np.bincount(side, weight, minlength=groups) / total for side in (a, b))
    inside = float(weight[a == b].sum() / total)
    expected = out @ into if directed else ((out + into) / 2) @ ((out + into) / 2)
    return inside - resolution * float(expected)


def _check_resolution(resolution: float) -> None:
    if not (np.isfinite(resolution) and resolution >= 0):
        raise bad_argument("resolution", resolution, "a number, 0 or more; 1 is plain modularity")


def labels_of(n: int, labels: npt.ArrayLike) -> Int64:
    """Labels of any kind `[n]` as whole numbers from 0."""
    wants = f"one label per neuron, shape [{n}]"
    if isinstance(labels, Communities):
        raise bad_type("labels", Said("what communities returned"), wants, "write found.labels")
    try:
        given = np.asarray(labels)
    except ValueError:
        raise bad_argument("labels", labels, wants) from None
    if given.shape != (n,):
        raise bad_argument("labels", given, wants)
    try:
        return np.unique(given, return_inverse=True)[1].astype(np.int64)
    except TypeError:
        got = Said("labels that have no order among them, such as None")
        remedy = "give all of them names"
        raise bad_argument("labels", got, "names or numbers", remedy) from None


def communities(
    connectivity: "Connectivity", *, resolution: float = 1.0, runs: int = 8, weighted: bool = False,
    rng: np.random.Generator | int | None = None,
) -> Communities:  # fmt: skip
    """Divide by Leiden, several times, into what the runs agree on.

    Directions are ignored (S = A + Aᵀ). After `runs` runs every joined pair is weighted by how
    often it shared a community; pairs below one half are cut, and Leiden runs on that graph until
    its runs agree.
    Each isolated neuron is a community of its own.

    Raises:
        ImportError: igraph is missing.

    >>> from neurosparse.connectivity import Connectivity
    >>> pairs = Connectivity.from_edges([0, 1, 2, 3], [1, 0, 3, 2], n_pre=4, n_post=4)
    >>> communities(pairs, runs=2, rng=0)
    Communities(labels=array([0, 0, 1, 1]), modularity=0.5, agreement=1.0, runs=2)
    """
    whole("runs", runs, 1)
    _check_resolution(resolution)
    g = graph(connectivity)
    seed = int(np.random.default_rng(rng).integers(2**31))
    # each undirected pair once
    row = np.repeat(np.arange(g.n), np.diff(g.bones.indptr))
    once = row < g.bones.neighbours
    a = row[once]
    b = g.bones.neighbours[once].astype(np.int64)
    weight = undirected_weight(g, weighted)[once].astype(np.float64)
    found = [_leiden(g.n, a, b, weight, resolution, seed + k) for k in range(runs)]
    labels = found[0]
    agreement = _agreement(found)
    for _ in range(10):
        if all(np.array_equal(labels, other) for other in found):
            break
        share = np.mean([one[a] == one[b] for one in found], axis=0)
        kept = share >= 0.5
        found = [
            _leiden(g.n, a[kept], b[kept], share[kept], resolution, seed + k) for k in range(runs)
        ]
        labels = found[0]
    by_size = np.argsort(np.argsort(-np.bincount(labels, minlength=1), kind="stable"))
    labels = by_size[labels] if g.n else labels
    quality = modularity(
        connectivity, labels, directed=False, weighted=weighted, resolution=resolution
    )
    return Communities(labels, quality, agreement, runs)


def undirected_weight(g: Graph, weighted: bool) -> Float32:
    """Weights of S = A + Aᵀ for the entries of the skeleton `[2 m]`."""
    if not weighted or g.weight is None:
        return np.where(g.bones.code == 3, 2, 1).astype(np.float32)
    return g.values(np.abs(g.weight))


def quick_partition(g: Graph, seed: int, weighted: bool = False) -> Partition:
    """One compiled Louvain division of a prepared graph: for comparing many graphs, see the kernel."""
    return partition(g.bones.indptr, g.bones.neighbours, undirected_weight(g, weighted), seed)


def _leiden(n: int, a: Any, b: Any, weight: Float, resolution: float, seed: int) -> Int64:
    try:
        import igraph
    except ImportError:
        raise missing_extra("igraph", "graph") from None
    joined = igraph.Graph(n=n, edges=zip(a.tolist(), b.tolist(), strict=True))
    source = random.Random(seed)
    igraph.set_random_number_generator(source)
    try:
        found = joined.community_leiden(
            objective_function="modularity",
            weights=weight.tolist(),
            resolution=resolution,
            n_iterations=-1,
        )
    finally:
        igraph.set_random_number_generator(random)
    # named in order of appearance, so that equal divisions have equal labels
    first, label = np.unique(
        np.array(found.membership, np.int64), return_index=True, return_inverse=True
    )[1:]
    return np.argsort(np.argsort(first))[label].astype(np.int64)


def _agreement(found: list[Int64]) -> float:
    pairs = [normalised_mutual_information(x, y) for x, y in combinations(found, 2)]
    return float(np.mean(pairs)) if pairs else 1.0


def normalised_mutual_information(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Normalised mutual information of two divisions `[n]`, 2 I / (H_x + H_y): 1 equal, 0 independent.

    Source: L. Danon et al., J. Stat. Mech. P09008 (2005), doi:10.1088/1742-5468/2005/09/P09008.

    >>> normalised_mutual_information([0, 0, 1, 1], ["b", "b", "a", "a"])
    1.0
    """
    one, two = (labels_of(np.size(v), v) for v in (x, y))
    if one.shape != two.shape:
        raise bad_argument("y", two, f"as many labels as x, {len(one)}")
    joint = np.unique(one * (int(two.max(initial=0)) + 1) + two, return_counts=True)[1]
    hx, hy, both = (_entropy(count) for count in (np.bincount(one), np.bincount(two), joint))
    return 1.0 if hx + hy == 0 else float(2 * (hx + hy - both) / (hx + hy))


def _entropy(count: npt.NDArray[np.int64]) -> float:
    share = count[count > 0] / max(int(count.sum()), 1)
    return float(-(share * np.log(share)).sum())
