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
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.graph import Graph, graph

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
    """Count all 16 triads; self loops and repeated pairs are left out, fewer than 3 neurons have
    none.

    >>> from neurosparse.connectivity import Connectivity
    >>> found = triad_census(Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=4, n_post=4))
    >>> found["030C"], found["012"], sum(found.values())
    (1, 3, 4)
    """
    return census_of(graph(connectivity))


def census_of(g: Graph) -> dict[str, int]:
    """`triad_census` of a prepared graph."""
    found = dict.fromkeys(PATTERNS, 0)
    inside = dict.fromkeys(OPEN, 0)
    for kind, count in np.ndenumerate(g.corners.kinds):
        if count:
            name, pairs = _closed()[kind]
            found[name] += int(count)
            for pair in pairs:
                inside[pair] += int(count)
    out, into, both = (part.astype(object) if g.edges > 2**30 else part for part in g.codes)
    centres = (
        out * (out - 1) // 2, into * (into - 1) // 2, out * into, both * out, both * into, both * (both - 1) // 2,
    )  # fmt: skip
    for name, count in zip(OPEN, centres, strict=True):
        found[name] = int(count.sum()) - inside[name]
    mutual = int(g.codes[2].sum()) // 2
    _complete(found, g.n, mutual, g.edges - 2 * mutual)
    return found


def _complete(found: dict[str, int], n: int, mutual: int, single: int) -> None:
    """Triads with one joined pair: every such pair meets n - 2 others, less those counted already."""
    others = max(n - 2, 0)
    for name, pairs, want in (("012", single, 1), ("102", mutual, 2)):
        counted = sum(
            count * _pairs(other, want) for other, count in found.items() if other in MOTIFS
        )
        found[name] = pairs * others - counted
    found["003"] = comb(n, 3) - sum(count for name, count in found.items() if name != "003")


def _pairs(name: str, ways: int) -> int:
    """How many pairs of a pattern are joined one way (1) or both ways (2)."""
    edges = PATTERNS[name]
    return sum(((a, b) in edges) + ((b, a) in edges) == ways for a, b in ((0, 1), (1, 2), (0, 2)))


def _canonical(table: npt.NDArray[np.bool_]) -> bytes:
    return max(table[np.ix_(p, p)].tobytes() for p in permutations(range(3)))


@cache
def _closed() -> dict[tuple[int, ...], tuple[str, list[str]]]:
    """For skeleton codes of the pairs (uv, vw, uw): the triad, and the open pattern seen from each corner."""
    names = {}
    for name, edges in PATTERNS.items():
        table = np.zeros((3, 3), bool)
        table[[a for a, _ in edges], [b for _, b in edges]] = True
        names[_canonical(table)] = name
    kinds = {}
    for kind in np.ndindex(4, 4, 4):
        if min(kind) > 0:
            table = np.zeros((3, 3), bool)
            for code, (a, b) in zip(kind, ((0, 1), (1, 2), (0, 2)), strict=True):
                table[a, b], table[b, a] = bool(code & 1), bool(code & 2)
            corners = []
            for corner in range(3):
                star = table.copy()
                others = [k for k in range(3) if k != corner]
                star[np.ix_(others, others)] = False
                corners.append(names[_canonical(star)])
            kinds[kind] = (names[_canonical(table)], corners)
    return kinds
