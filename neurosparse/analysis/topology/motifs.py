"""The triad census: how often each of the 16 directed patterns of three neurons occurs, exactly.

Closed triads are counted triangle by triangle. Open ones follow without looking at them: a neuron
with o targets, i sources and m mutual neighbours is the centre of o(o-1)/2 pairs of targets, i·m
pairs of a source and a mutual neighbour, and so on; the pairs inside triangles are then taken off.
Triads with one joined pair or none are what is missing to the totals.

Names: P. W. Holland, S. Leinhardt, Sociol. Methodol. 7 (1976), doi:10.2307/270703.
"""

from functools import cache
from itertools import permutations
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.topology.graph import Graph, graph
from neurosparse.typing import Bool

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# one drawing of each pattern as edges of neurons 0, 1, 2
PATTERNS: dict[str, tuple[tuple[int, int], ...]] = {
    "003": (),
    "012": ((0, 1),),
    "102": ((0, 1), (1, 0)),
    "021D": ((1, 0), (1, 2)),
    "021U": ((0, 1), (2, 1)),
    "021C": ((0, 1), (1, 2)),
    "111D": ((0, 1), (1, 0), (2, 1)),
    "111U": ((0, 1), (1, 0), (1, 2)),
    "030T": ((0, 1), (0, 2), (1, 2)),
    "030C": ((0, 1), (1, 2), (2, 0)),
    "201": ((0, 1), (1, 0), (1, 2), (2, 1)),
    "120D": ((0, 1), (0, 2), (1, 2), (2, 1)),
    "120U": ((1, 0), (2, 0), (1, 2), (2, 1)),
    "120C": ((1, 0), (0, 2), (1, 2), (2, 1)),
    "210": ((0, 1), (1, 0), (1, 2), (2, 1), (0, 2)),
    "300": ((0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)),
}
# the 13 patterns that hold together
MOTIFS = tuple(name for name in PATTERNS if name not in {"003", "012", "102"})
OPEN = ("021D", "021U", "021C", "111U", "111D", "201")


def triad_census(connectivity: "Connectivity") -> dict[str, int]:
    """Count all 16 triads; self loops and repeated pairs are left out.

    >>> from neurosparse.connectivity import Connectivity
    >>> census = triad_census(Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=4, n_post=4))
    >>> census["030C"], census["012"], sum(census.values())
    (1, 3, 4)
    """
    return census_of(graph(connectivity))


def census_of(g: Graph) -> dict[str, int]:
    """`triad_census` of a prepared graph."""
    census = dict.fromkeys(PATTERNS, 0)
    inside = dict.fromkeys(OPEN, 0)
    for kind, count in np.ndenumerate(g.corners.kinds):
        if count:
            name, corners = _closed()[kind]
            census[name] += int(count)
            for corner in corners:
                inside[corner] += int(count)
    for name, count in zip(OPEN, _centres(g), strict=True):
        census[name] = int(count.sum()) - inside[name]
    mutual = int(g.codes[2].sum()) // 2
    _complete(census, g.n, mutual, g.edges - 2 * mutual)
    return census


def _centres(g: Graph) -> tuple[Any, ...]:
    """Triads of each kind of `OPEN` that each neuron is the centre of, closed ones too `[n]`."""
    # products of degrees of very large graphs leave int64
    codes = g.codes.astype(object) if g.edges > 2**30 else g.codes
    out, into, both = codes
    return (
        out * (out - 1) // 2,
        into * (into - 1) // 2,
        out * into,
        both * out,
        both * into,
        both * (both - 1) // 2,
    )


def _complete(census: dict[str, int], n: int, mutual: int, single: int) -> None:
    """Add triads with one joined pair: each meets n - 2 others, less those counted already."""
    others = max(n - 2, 0)
    for name, pairs, ways in (("012", single, 1), ("102", mutual, 2)):
        counted = sum(_pairs(motif, ways) * census[motif] for motif in MOTIFS)
        census[name] = pairs * others - counted
    census["003"] = comb(n, 3) - sum(
        count for name, count in census.items() if name != "003"
    )


def _pairs(name: str, ways: int) -> int:
    """How many pairs of a pattern are joined one way (1) or both ways (2)."""
    edges = PATTERNS[name]
    return sum(
        ((a, b) in edges) + ((b, a) in edges) == ways for a, b in ((0, 1), (1, 2), (0, 2))
    )


def _canonical(adjacency: Bool) -> bytes:
    """The same bytes for all numberings of a pattern's neurons."""
    return max(adjacency[np.ix_(p, p)].tobytes() for p in permutations(range(3)))


@cache
def _names() -> dict[bytes, str]:
    names = {}
    for name, edges in PATTERNS.items():
        adjacency = np.zeros((3, 3), bool)
        for pre, post in edges:
            adjacency[pre, post] = True
        names[_canonical(adjacency)] = name
    return names


@cache
def _closed() -> dict[tuple[int, ...], tuple[str, list[str]]]:
    """For skeleton codes of the pairs (uv, vw, uw): the triad, and what each corner sees of it."""
    kinds = {}
    for kind in np.ndindex(4, 4, 4):
        if min(kind) > 0:
            adjacency = np.zeros((3, 3), bool)
            for code, (a, b) in zip(kind, ((0, 1), (1, 2), (0, 2)), strict=True):
                adjacency[a, b] = bool(code & 1)
                adjacency[b, a] = bool(code & 2)
            corners = [
                _names()[_canonical(_without_far_side(adjacency, k))] for k in range(3)
            ]
            kinds[kind] = (_names()[_canonical(adjacency)], corners)
    return kinds


def _without_far_side(adjacency: Bool, corner: int) -> Bool:
    """What a corner sees: the pair of the two others is cut."""
    others = [k for k in range(3) if k != corner]
    star = adjacency.copy()
    star[np.ix_(others, others)] = False
    return star


def named_patterns() -> tuple[dict[tuple[int, ...], str], dict[tuple[int, ...], str]]:
    """Names of closed triads by their codes (uv, vw, uw), of open ones by (uv, uw) from the centre.

    >>> closed, open_ = named_patterns()
    >>> closed[1, 1, 2], open_[1, 1]
    ('030C', '021D')
    """
    closed = {kind: name for kind, (name, _) in _closed().items()}
    open_ = {}
    for ends in np.ndindex(4, 4):
        if min(ends) > 0:
            adjacency = np.zeros((3, 3), bool)
            for end, code in enumerate(ends, 1):
                adjacency[0, end] = bool(code & 1)
                adjacency[end, 0] = bool(code & 2)
            open_[ends] = _names()[_canonical(adjacency)]
    return closed, open_
