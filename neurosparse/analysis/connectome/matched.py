"""Random graphs that keep more than degrees: signs, strengths, groups, distances."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.communities import labels_of
from neurosparse.analysis.topology.graph import as_connectivity, check_square, first_of_pair
from neurosparse.analysis.topology.nulls import draw_seed, rounds_for
from neurosparse.checks import generator as generator_of
from neurosparse.checks import truth, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.graphs.match_strengths import Sending, match_strengths
from neurosparse.kernels.graphs.shuffle_classes import Classes, Labelled, shuffle_classes
from neurosparse.quantities import real_numbers
from neurosparse.typing import Float64, Int32, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# classes hold few edges, and edges move seldom
ROUNDS_OF_CLASSES = 100
# sweeps of swaps that bring strengths back; the temperatures they fall through, in variances of
# the weights; sweeps at temperature 0 that end them
SWEEPS = 100
HOTTEST = 100.0
COLDEST = 1e-4
FROZEN = 5


def matched_null(
    connectivity: "Connectivity",
    rng: Seed = None,
    rounds: int | None = None,
    *,
    strengths: bool = False,
    groups: npt.ArrayLike | None = None,
    positions: npt.ArrayLike | None = None,
    bins: int = 10,
) -> "Connectivity":
    """Rewire at random with the degrees of each sign kept, and what else is named.

    Every neuron keeps how many excitatory and inhibitory edges it sends and receives, so a neuron
    of one sign stays one. The arguments combine; each keeps exactly, unless said otherwise:

    - `strengths`: what each neuron sends and, nearly, what it receives of each sign. A neuron's
      outgoing weights are swapped among its new targets by annealing. What is received is as
      near as that comes: see `benchmarks/connectome_measures.py` for the larva's brain.
    - `groups`: how many edges each neuron sends to every group, and of what weights; how many it
      receives from every group.
    - `positions`: how many edges each neuron sends into every bin of distance, and, unless
      `strengths` swaps them, of what weights. Lengths therefore keep their distribution.

    Self loops of a square graph stay and none appears. Delays go with the weights.

    Args:
        connectivity: at most one synapse a pair.
        rng: of the trades.
        rounds: of trades; None takes what `degree_preserving_null` takes, and 100 where `groups` or
            `positions` leave few edges that may trade places.
        strengths: whether strengths are kept.
        groups: label of each neuron `[n]`: cell types, regions, sides.
        positions: of the neurons `[n, dimensions]`.
        bins: of distance, as many edges in each.

    Raises:
        ValueError: a pair is joined by several synapses; labels or positions that do not fit; or no
            edge can move, so that there is no such control.

    >>> from neurosparse.connectivity import Connectivity
    >>> pre, post = [0, 1, 2, 3], [2, 3, 0, 1]
    >>> graph = Connectivity.from_edges(pre, post, n_pre=4, n_post=4, weight=[1.0, 1, -2, -2])
    >>> null = matched_null(graph, rng=2)
    >>> null.to_dense().sum(axis=0).tolist() == graph.to_dense().sum(axis=0).tolist()
    True
    """
    whole_number("bins", bins, 1)
    truth("strengths", strengths)
    c = as_connectivity(connectivity)
    pre, post = c.edges()
    if not first_of_pair(pre, post).all():
        remedy = "join them with Connectivity.from_edges(..., duplicates='sum')"
        raise bad_argument("connectivity", c, "at most one synapse per pair", remedy)
    classes = _classes(c, groups, positions, bins)
    weight = c.weights_array()
    if rounds is None and (groups is not None or positions is not None):
        rounds = ROUNDS_OF_CLASSES
    edges = Labelled(post, (weight < 0).astype(np.int32))
    generator = generator_of(rng)
    traded = shuffle_classes(
        c.indptr,
        edges,
        classes,
        rounds_for(c.n_pre, rounds),
        draw_seed(generator),
        loops=c.n_pre != c.n_post,
    )
    if c.nnz and np.array_equal(traded.target, post):
        expected = "a graph in which some edge can move"
        remedy = "name fewer things to keep: larger groups, fewer bins"
        raise bad_argument(
            "connectivity", Said("one that has no other such graph"), expected, remedy
        )
    source = _dealt(pre, edges, traded, classes, generator)
    if strengths and np.ndim(c.weight):
        source = _matched(pre, edges, traded, classes, source, weight, generator)
    return _with(c, traded.target, source)


def _classes(
    c: "Connectivity",
    groups: npt.ArrayLike | None,
    positions: npt.ArrayLike | None,
    bins: int,
) -> Classes:
    classes = Classes.of_one(c.n_pre, c.n_post)
    if groups is not None:
        check_square(c)
        member = labels_of(c.n_pre, groups, "groups").astype(np.int32)
        classes = classes._replace(row_group=member, target_group=member)
    if positions is None:
        return classes
    check_square(c)
    points = real_numbers("positions", positions, "one finite point per neuron")
    place = np.ascontiguousarray(points)
    if place.ndim != 2 or len(place) != c.n_pre or not np.isfinite(place).all():
        expected = f"one finite point per neuron, shape [{c.n_pre}, dimensions]"
        raise bad_argument("positions", place, expected)
    pre, post = c.edges()
    square = ((place[pre] - place[post]) ** 2).sum(axis=1)
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    bounds = np.unique(np.quantile(square, inner)) if c.nnz else np.zeros(0)
    return classes._replace(place=place, bounds=bounds)


def _kind(pre: Int32, edges: Labelled, classes: Classes, *, bins: bool) -> Int64:
    """One number per class of edges of one row `[nnz]`, as the trades tell them apart."""
    size = int(classes.target_group.max(initial=0)) + 1
    kind = edges.label.astype(np.int64)
    if len(classes.row_group) == len(classes.target_group):
        # self loops stay, and so do their weights
        kind[pre == edges.target] = 2
    kind = kind * size + classes.target_group[edges.target]
    kind += (3 * size) * pre.astype(np.int64)
    if bins and len(classes.bounds):
        kind *= len(classes.bounds) + 1
        kind += classes.bins(pre, edges.target)
    return kind


def _dealt(
    pre: Int32,
    edges: Labelled,
    traded: Labelled,
    classes: Classes,
    rng: np.random.Generator,
) -> Int64:
    """Old synapse whose weight each new edge takes: any of its row and class."""
    if len(pre) == 0:
        return np.zeros(0, np.int64)
    shuffled = rng.permutation(len(pre))
    old = _kind(pre, edges, classes, bins=True)[shuffled]
    new = _kind(pre, traded, classes, bins=True)
    source = np.empty(len(pre), np.int64)
    source[np.argsort(new, kind="stable")] = shuffled[np.argsort(old, kind="stable")]
    return source


def _matched(
    pre: Int32,
    edges: Labelled,
    traded: Labelled,
    classes: Classes,
    source: Int64,
    weight: npt.ArrayLike,
    rng: np.random.Generator,
) -> Int64:
    """Swap weights inside rows and classes until every neuron receives what it did."""
    n = len(classes.target_group)
    size = np.asarray(weight, np.float64)
    kind = _kind(pre, traded, classes, bins=False)
    order = np.argsort(kind, kind="stable")
    start = np.flatnonzero(np.diff(kind[order], prepend=-1, append=-1))
    received = edges.target + n * edges.label
    goal = np.bincount(received, size, minlength=2 * n).astype(np.float64)
    target = (traded.target + n * traded.label)[order]
    sending = Sending(start, target.astype(np.int32), size[source[order]])
    moved = match_strengths(sending, goal, _temperatures(size), draw_seed(rng))
    matched = source.copy()
    matched[order] = source[order][moved]
    return matched


def _temperatures(weight: Float64) -> Float64:
    """A falling list, from the variance of the weights."""
    if not weight.size:
        return np.zeros(0)
    falling = np.geomspace(HOTTEST, COLDEST, SWEEPS - FROZEN)
    return float(weight.var()) * np.append(falling, np.zeros(FROZEN))


def _with(c: "Connectivity", target: Int32, source: Int64) -> "Connectivity":
    from neurosparse.connectivity import Connectivity

    weight = np.asarray(c.weight)[source] if np.ndim(c.weight) else c.weight
    delay = np.asarray(c.delay_steps)[source] if np.ndim(c.delay_steps) else c.delay_steps
    return Connectivity(c.indptr, target, c.n_post, weight, delay)
