"""Contestants wired as a brain: a connectome joins hidden layers, beside its control."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from torch import nn

from neurosparse.analysis.comparison.contestant import Contestant, Widths
from neurosparse.analysis.topology.nulls import degree_preserving_null
from neurosparse.connectivity import Connectivity
from neurosparse.datasets import c_elegans, larva_brain
from neurosparse.errors import Said, bad_argument
from neurosparse.io import read_graph
from neurosparse.models import sparse_mlp
from neurosparse.wiring import RandomEdges

BRAINS = ("larva_brain", "c_elegans")
CONTROL = ", rewired"
SMALL = 8


@lru_cache(maxsize=4)
def brain(name: str) -> Connectivity:
    """A connectome by name, or the graph of a file, without its self loops."""
    if name in BRAINS:
        graph = (larva_brain if name == "larva_brain" else c_elegans)().connectivity
    else:
        graph = read_graph(name)
    pre, post = graph.edges()
    return graph.without(np.flatnonzero(pre == post))


def part_of(graph: Connectivity, n_pre: int, n_post: int, density: float) -> Connectivity:
    """The strongest synapses between the best connected neurons of a graph.

    Neurons come by the number of their synapses, of both directions, the most first. Where fewer
    synapses join them than the density wants, all of these stand.

    Args:
        graph: a brain.
        n_pre, n_post: so many of its neurons on either side.
        density: share of all places that is to hold a synapse.

    >>> ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], weight=[1.0, 3.0, 2.0])
    >>> part_of(ring, 3, 3, 2 / 9).edges()[0].tolist()
    [1, 2]
    """
    pre, post = graph.edges()
    degree = np.bincount(pre, minlength=graph.n_pre)
    degree += np.bincount(post, minlength=graph.n_pre)
    place = np.empty(graph.n_pre, dtype=np.int64)
    place[np.argsort(-degree, kind="stable")] = np.arange(graph.n_pre)
    inside = np.flatnonzero((place[pre] < n_pre) & (place[post] < n_post))
    count = round(density * n_pre * n_post)
    strength = np.abs(graph.weights_array()[inside])
    strongest = inside[np.sort(np.argsort(-strength, kind="stable")[:count])]
    return Connectivity.from_edges(
        place[pre[strongest]], place[post[strongest]], n_pre=n_pre, n_post=n_post
    )


def wired(
    name: str, rewired: bool, widths: Widths, density: float, seed: int
) -> nn.Sequential:
    """Inputs at random onto hidden layers that are joined as a brain, or as its control is."""
    rng = np.random.default_rng(seed)
    layers: list[RandomEdges | Connectivity] = [RandomEdges(density)]
    for n_pre, n_post in pairwise(widths[1:-1]):
        support = part_of(brain(name), n_pre, n_post, density)
        layers.append(degree_preserving_null(support, rng) if rewired else support)
    return sparse_mlp(widths, layers, rng=seed)


def brain_contestants(name: str) -> list[Contestant]:
    """A network wired as a brain, and the same with every in- and out-degree but other synapses.

    >>> [one.name for one in brain_contestants("larva_brain")]
    ['larva_brain', 'larva_brain, rewired']
    """
    build: Callable[..., nn.Module] = wired
    return [
        Contestant(name, partial(build, name, False)),
        Contestant(name + CONTROL, partial(build, name, True)),
    ]


def brain_named(method: str) -> str:
    """The brain that a method is wired as, or its control; "" for any other method.

    >>> brain_named("c_elegans, rewired"), brain_named("RigL")
    ('c_elegans', '')
    """
    name = method.removesuffix(CONTROL)
    return name if name in BRAINS or (Path(name).suffix and Path(name).is_file()) else ""


def check_brains(
    methods: Sequence[str], hidden: Sequence[int], sparsities: Sequence[float]
) -> None:
    """Look, before any work, whether brains have the synapses that they shall give.

    Raises:
        ValueError: one hidden layer alone, too few neurons, too few synapses.
    """
    names = [name for name in map(brain_named, methods) if name]
    # so small is only what a run is rehearsed with
    if max(hidden) <= SMALL:
        return
    if names and len(hidden) < 2:
        expected = "two hidden layers or more, which a brain can join"
        raise bad_argument("hidden", tuple(hidden), expected)
    for name in names:
        for sizes in pairwise(hidden):
            _check(name, sizes, 1 - min(sparsities))


def _check(name: str, sizes: tuple[int, int], density: float) -> None:
    """Whether a brain has so many neurons, and so many synapses between the best connected."""
    graph = brain(name)
    if max(sizes) > graph.n_pre or graph.n_pre != graph.n_post:
        received = Said(f"{name}, of {graph.n_pre} to {graph.n_post} neurons")
        expected = f"a graph of at least {max(sizes)} neurons, from and to the same"
        raise bad_argument("methods", received, expected, "or make hidden layers smaller")
    count = round(density * sizes[0] * sizes[1])
    whole = part_of(graph, *sizes, 1.0).nnz
    if whole < count:
        least = 1 - whole / (sizes[0] * sizes[1])
        received = Said(f"{1 - density:.4g} with {name}: {count} synapses a layer")
        expected = f"{least:.4f} or more, as {whole} join its {max(sizes)} best connected"
        raise bad_argument("sparsities", received, expected, "or other hidden layers")
