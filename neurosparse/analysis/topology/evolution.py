"""Measures of a graph that changes: a run of rewiring or training, moment by moment."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.bipartite import measure_between, simple
from neurosparse.analysis.topology.describe import joins_two, measure
from neurosparse.analysis.topology.graph import graph
from neurosparse.analysis.topology.paths import choose_sources
from neurosparse.checks import generator as generator_of
from neurosparse.errors import bad_type
from neurosparse.quantities import refuse_units
from neurosparse.selection import pair_keys
from neurosparse.typing import Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class GraphMoment(NamedTuple):
    """A graph at one time of a run: its measures by name, and the share of edges kept so far.

    `kept` compares with the moment before, `original` with the first; NaN where the number of
    neurons is another.
    """

    time: float
    measures: dict[str, float]
    kept: float
    original: float


def graph_evolution(
    snapshots: "Iterable[tuple[float, Connectivity]]",
    *,
    rng: Seed = None,
    between: bool | None = None,
) -> list[GraphMoment]:
    """Follow a rewiring or training run: measures of each (time, connectivity), one at a time.

    Paths are measured from the same neurons throughout. Layers, which join two populations, have
    the measures of `bipartite`.

    Args:
        snapshots: also a generator that reads them from disk; two of them are in memory at once.
        rng: fixes the sources of paths and the search for communities.
        between: whether the graphs join two populations, as in `describe`.

    >>> from neurosparse.connectivity import Connectivity
    >>> before = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3)
    >>> run = [(0, before), (1, before.without([0]).with_edges([0], [2]))]
    >>> [(moment.time, round(moment.kept, 3)) for moment in graph_evolution(run, rng=0)]
    [(0, 1.0), (1, 0.667)]
    """
    seed = int(generator_of(rng).integers(2**32))
    moments: list[GraphMoment] = []
    first = before = None
    refuse_units("snapshots", snapshots)
    if not isinstance(snapshots, Iterable):
        raise bad_type("snapshots", snapshots, "pairs (time, Connectivity)")
    for k, snapshot in enumerate(snapshots):
        if not (isinstance(snapshot, tuple | list) and len(snapshot) == 2):
            remedy = "write enumerate(graphs)"
            raise bad_type(
                f"snapshots[{k}]", snapshot, "a pair (time, connectivity)", remedy
            )
        time, connectivity = snapshot
        now = _edges_and_measures(connectivity, seed, joins_two(connectivity, between))
        first = first or now
        before = before or now
        moments.append(
            GraphMoment(time, now.measures, _kept(before, now), _kept(first, now))
        )
        before = now
    return moments


class _Snapshot(NamedTuple):
    """Shape, one number per edge `[edges]`, and measures of a graph."""

    shape: tuple[int, int]
    edges: Int64
    measures: dict[str, float]


def _edges_and_measures(
    connectivity: "Connectivity", seed: int, between: bool
) -> _Snapshot:
    if between:
        indptr, post = simple(connectivity)
        pre = np.repeat(np.arange(connectivity.n_pre, dtype=np.int32), np.diff(indptr))
        measures = measure_between(indptr, post, connectivity.n_post)
    else:
        g = graph(connectivity)
        pre = g.pre
        post = g.indices
        measures = measure(g, choose_sources(g.n, None, seed), seed)
    edges = pair_keys(pre, post, connectivity.n_post)
    return _Snapshot(connectivity.shape, edges, {"edges": float(len(edges)), **measures})


def _kept(old: _Snapshot, new: _Snapshot) -> float:
    """Share of the old edges that are among the new."""
    if old.shape != new.shape:
        return float("nan")
    if not len(old.edges):
        return 1.0
    return float(np.isin(old.edges, new.edges, assume_unique=True).mean())
