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

from neurosparse.analysis.topology.graph import Graph, graph
from neurosparse.checks import generator as generator_of
from neurosparse.checks import not_negative, truth, whole_number
from neurosparse.errors import Said, bad_argument, bad_type, missing_extra
from neurosparse.kernels.graphs.modularity import Partition, partition
from neurosparse.kernels.graphs.skeleton import BOTH
from neurosparse.typing import Float32, Float64, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class Communities(NamedTuple):
    """A division of the neurons that several runs agree on.

    `labels` `[n]` are by size, 0 the largest; `modularity` is undirected; `agreement` is the mean
    normalised mutual information between the single runs, 1 when all were alike.
    """

    labels: Int64
    modularity: float
    agreement: float
    runs: int


def modularity(
    connectivity: "Connectivity",
    labels: npt.ArrayLike,
    *,
    directed: bool = True,
    weighted: bool = False,
    resolution: float = 1.0,
) -> float:
    """Modularity of a division `labels` `[n]`; self loops are left out, 0 without edges.

    Weights enter by their size: for Q, an inhibitory synapse joins two neurons as an excitatory one
    does.

    >>> from neurosparse.connectivity import Connectivity
    >>> pairs = Connectivity.from_edges([0, 1, 2, 3], [1, 0, 3, 2], n_pre=4, n_post=4)
    >>> modularity(pairs, [0, 0, 1, 1])
    0.5
    """
    truth("directed", directed)
    truth("weighted", weighted)
    not_negative("resolution", resolution)
    g = graph(connectivity)
    member = labels_of(connectivity.n_pre, labels)
    if weighted and g.weight is not None:
        weight = np.abs(g.weight).astype(np.float64)
    else:
        weight = np.ones(g.edges)
    total = weight.sum()
    if total == 0:
        return 0.0
    groups = int(member.max()) + 1
    pre = member[g.pre]
    post = member[g.indices]
    sent = np.bincount(pre, weight, minlength=groups) / total
    received = np.bincount(post, weight, minlength=groups) / total
    inside = float(weight[pre == post].sum() / total)
    mean = (sent + received) / 2
    expected = sent @ received if directed else mean @ mean
    return inside - resolution * float(expected)


def labels_of(n: int, labels: npt.ArrayLike, name: str = "labels") -> Int64:
    """Labels of any kind `[n]` as whole numbers from 0."""
    expected = f"one label per neuron, shape [{n}]"
    if isinstance(labels, Communities):
        remedy = "write found.labels"
        raise bad_type(name, Said("what communities returned"), expected, remedy)
    try:
        array = np.asarray(labels)
    except ValueError:
        raise bad_argument(name, labels, expected) from None
    if array.shape != (n,):
        raise bad_argument(name, array, expected)
    try:
        return np.unique(array, return_inverse=True)[1].astype(np.int64)
    except TypeError:
        problem = Said("labels that have no order among them, such as None")
        remedy = "give all of them names"
        raise bad_argument(name, problem, "names or numbers", remedy) from None


def communities(
    connectivity: "Connectivity",
    *,
    resolution: float = 1.0,
    runs: int = 8,
    weighted: bool = False,
    rng: Seed = None,
) -> Communities:
    """Divide by Leiden, several times, into what the runs agree on.

    Directions are ignored (S = A + Aᵀ). After `runs` runs every joined pair is weighted by how
    often it shared a community; pairs below one half are cut, and Leiden runs on that graph until
    its runs agree. Each isolated neuron is a community of its own.

    Raises:
        ImportError: igraph is missing.

    >>> from neurosparse.connectivity import Connectivity
    >>> pairs = Connectivity.from_edges([0, 1, 2, 3], [1, 0, 3, 2], n_pre=4, n_post=4)
    >>> communities(pairs, runs=2, rng=0)
    Communities(labels=array([0, 0, 1, 1]), modularity=0.5, agreement=1.0, runs=2)
    """
    truth("weighted", weighted)
    whole_number("runs", runs, 1)
    not_negative("resolution", resolution)
    g = graph(connectivity)
    seed = int(generator_of(rng).integers(2**31))
    a, b, once = g.pairs()
    weight = undirected_weight(g, weighted)[once].astype(np.float64)
    divisions = [
        leiden_labels(g.n, a, b, weight, resolution, seed + k) for k in range(runs)
    ]
    agreement = _agreement(divisions)
    for _ in range(10):
        if all(np.array_equal(divisions[0], other) for other in divisions):
            break
        share = np.mean([labels[a] == labels[b] for labels in divisions], axis=0)
        often = share >= 0.5
        divisions = [
            leiden_labels(g.n, a[often], b[often], share[often], resolution, seed + k)
            for k in range(runs)
        ]
    labels = by_size(divisions[0])
    quality = modularity(
        connectivity, labels, directed=False, weighted=weighted, resolution=resolution
    )
    return Communities(labels, quality, agreement, runs)


def by_size(labels: Int64) -> Int64:
    """Number communities by size, 0 the largest.

    >>> by_size(np.array([0, 1, 1])).tolist()
    [1, 0, 0]
    """
    rank = np.argsort(np.argsort(-np.bincount(labels, minlength=1), kind="stable"))
    return np.asarray(rank[labels], np.int64)


def undirected_weight(g: Graph, weighted: bool) -> Float32:
    """Weights of S = A + Aᵀ for the entries of the skeleton `[2 m]`."""
    if not weighted or g.weight is None:
        return np.where(g.bones.code == BOTH, 2, 1).astype(np.float32)
    return g.values(np.abs(g.weight))


def quick_partition(g: Graph, seed: int, weighted: bool = False) -> Partition:
    """One compiled Louvain division of a prepared graph: for comparing many graphs."""
    return partition(
        g.bones.indptr, g.bones.neighbours, undirected_weight(g, weighted), seed
    )


def leiden_labels(
    n: int, a: Any, b: Any, weight: Float64, resolution: float, seed: int
) -> Int64:
    """Divide once by Leiden: pairs `a`, `b` `[m]` with weights; labels `[n]`."""
    try:
        import igraph
    except ImportError:
        raise missing_extra("igraph", "graph") from None
    joined = igraph.Graph(n=n, edges=zip(a.tolist(), b.tolist(), strict=True))
    # igraph draws from one generator of the process, put back afterwards
    igraph.set_random_number_generator(random.Random(seed))
    try:
        division = joined.community_leiden(
            objective_function="modularity",
            weights=weight.tolist(),
            resolution=resolution,
            n_iterations=-1,
        )
    finally:
        igraph.set_random_number_generator(random)
    # named in order of appearance, so that equal divisions have equal labels
    member = np.array(division.membership, np.int64)
    _, first, label = np.unique(member, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[label].astype(np.int64)


def _agreement(divisions: list[Int64]) -> float:
    pairs = [normalised_mutual_information(x, y) for x, y in combinations(divisions, 2)]
    return float(np.mean(pairs)) if pairs else 1.0


def normalised_mutual_information(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Normalised mutual information of two divisions `[n]`: 1 equal, 0 independent.

        NMI = 2 I(x, y) / (H(x) + H(y))

    Source: L. Danon et al., J. Stat. Mech. P09008 (2005), doi:10.1088/1742-5468/2005/09/P09008.

    >>> normalised_mutual_information([0, 0, 1, 1], ["b", "b", "a", "a"])
    1.0
    """
    one = labels_of(np.size(x), x, "x")
    two = labels_of(np.size(y), y, "y")
    if one.shape != two.shape:
        raise bad_argument("y", two, f"as many labels as x, {len(one)}")
    pairs = one * (int(two.max(initial=0)) + 1) + two
    h_one = _entropy(np.bincount(one))
    h_two = _entropy(np.bincount(two))
    h_both = _entropy(np.unique(pairs, return_counts=True)[1])
    if h_one + h_two == 0:
        return 1.0
    return float(2 * (h_one + h_two - h_both) / (h_one + h_two))


def _entropy(count: Int64) -> float:
    share = count[count > 0] / max(int(count.sum()), 1)
    return float(-(share * np.log(share)).sum())
