"""Who takes part in a comparison: how the network is made, and by what rule it is rewired."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from neurosparse.models.mlp import dense_mlp, sparse_mlp
from neurosparse.models.prune import sparsified
from neurosparse.models.rewire import Rule
from neurosparse.pruning import Gradual
from neurosparse.rewiring import chts, hebbian, rigl, set_
from neurosparse.rewiring.schedules import Cubic
from neurosparse.wiring.bipartite_density import erdos_renyi_densities
from neurosparse.wiring.bipartite_random import RandomEdges

Widths = Sequence[int]


@dataclass(frozen=True)
class Contestant:
    """One method.

    Args:
        name: as it stands in the table.
        build: `build(widths, density, seed)` makes the network; density is that of the hidden layers.
        rule: `rule(density, steps)` makes the rewiring for a run of so many steps, or gives None.
        kernel: "sparse kernel" where only stored weights are computed, "dense" where all are.
    """

    name: str
    build: Callable[[Widths, float, int], nn.Module]
    rule: Callable[[float, int], Rule | None] = lambda density, steps: None
    kernel: str = "sparse kernel"


def random_sparse(widths: Widths, density: float, seed: int) -> nn.Module:
    """Random sparse hidden layers, denser where they are small (ERK).

    >>> random_sparse([8, 8, 8, 2], 0.5, 0)[0].nnz
    32
    """
    shapes = list(pairwise(widths))[:-1]
    return sparse_mlp(widths, [RandomEdges(float(d)) for d in erdos_renyi_densities(shapes, density)], rng=seed)


def smaller_dense(widths: Widths, density: float, seed: int) -> nn.Module:
    """The dense network whose hidden layers, all scaled alike, have as many weights as the sparse one has.

    >>> [m.out_features for m in smaller_dense([100, 100, 100, 10], 0.25, 0) if isinstance(m, nn.Linear)]
    [40, 40, 10]
    """
    hidden = list(widths[1:-1])
    wanted = density * sum(a * b for a, b in pairwise(widths[:-1])) + hidden[-1] * widths[-1]
    # weights(s) = quadratic s² + linear s for hidden widths scaled by s
    quadratic = sum(a * b for a, b in pairwise(hidden))
    linear = widths[0] * hidden[0] + hidden[-1] * widths[-1]
    root = math.sqrt(linear * linear + 4 * quadratic * wanted)
    scale = (root - linear) / (2 * quadratic) if quadratic else wanted / linear
    return dense_mlp([widths[0], *(max(1, round(n * scale)) for n in hidden), widths[-1]], seed)


def pruned_from_dense(widths: Widths, density: float, seed: int) -> nn.Module:
    """A dense network on sparse storage, to be pruned on the way; the output layer stays dense."""
    dense = dense_mlp(widths, seed)
    return sparsified(dense, keep_dense=(str(2 * (len(widths) - 2)),))


def often(steps: int) -> int:
    """Steps between two updates: 100, fewer in a short run, so that at least 20 fall into it.

    >>> often(10_000), often(400)
    (100, 20)
    """
    return max(1, min(100, steps // 20))


def baselines() -> list[Contestant]:
    """The networks no comparison may leave out. For an MLP equal weights are equal multiply-accumulates.

    >>> [c.name for c in baselines()]
    ['dense, same width', 'dense, equal weights and MACs', 'random static', 'magnitude pruning']
    """
    return [
        Contestant("dense, same width", lambda w, d, s: dense_mlp(w, s), kernel="dense"),
        Contestant("dense, equal weights and MACs", smaller_dense, kernel="dense"),
        Contestant("random static", random_sparse),
        Contestant("magnitude pruning", pruned_from_dense, lambda d, n: Gradual(Cubic(1.0, d), often(n))),
    ]


def methods() -> list[Contestant]:
    """The rewiring methods shown unless others are chosen.

    >>> [c.name for c in methods()]
    ['SET', 'RigL', 'CHTs', 'Hebbian']
    """
    return [
        Contestant("SET", random_sparse, lambda d, n: set_()),
        Contestant("RigL", random_sparse, lambda d, n: rigl(every=often(n))),
        Contestant("CHTs", random_sparse, lambda d, n: chts()),
        Contestant("Hebbian", random_sparse, lambda d, n: hebbian(0.3)),
    ]
