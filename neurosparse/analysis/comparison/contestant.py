"""Who takes part in a comparison: how the network is made, and by what rule it is rewired."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from neurosparse.analysis.comparison.masked import masked_twin
from neurosparse.errors import unknown_name
from neurosparse.models import (
    G2GVariant,
    dense_mlp,
    er_control,
    g2gnet,
    sparse_mlp,
    sparsified,
)
from neurosparse.pruning import Gradual, granet
from neurosparse.rewiring import (
    Cubic,
    NodeScore,
    RewiringRule,
    Sigmoid,
    chts,
    chtss,
    dst_ee,
    hebbian,
    rigl,
    set_,
    snfs,
    srigl,
)
from neurosparse.wiring import FixedInDegree, RandomEdges, erdos_renyi_densities

Widths = Sequence[int]
REFERENCE = "dense, same width"
EQUAL = "dense, equal parameters"
# density at which CHTss and GraNet begin
START = 0.5
# of G2GNet
GROUPS = 8


@dataclass(frozen=True)
class Contestant:
    """One method.

    Args:
        name: as it stands in the table.
        build: `build(widths, density, seed)` makes the network; density is that of the hidden
            layers.
        rule: `rule(density, steps)` makes the rewiring for a run of so many steps, or gives None.
        kernel: "sparse kernel" where only stored weights are computed, "mask" where zeros are
            multiplied, "dense" where there are none.
        share: `share(widths, density)` of the samples of the budget that it trains on.
    """

    name: str
    build: Callable[[Widths, float, int], nn.Module]
    rule: Callable[[float, int], RewiringRule | None] = lambda density, steps: None
    kernel: str = "sparse kernel"
    share: Callable[[Widths, float], float] = lambda widths, density: 1.0


def random_sparse_mlp(widths: Widths, density: float, seed: int) -> nn.Sequential:
    """Random sparse hidden layers, denser where they are small (ERK).

    >>> random_sparse_mlp([8, 8, 8, 2], 0.5, 0)[0].nnz
    32
    """
    shapes = list(pairwise(widths))[:-1]
    densities = erdos_renyi_densities(shapes, density)
    return sparse_mlp(widths, [RandomEdges(float(one)) for one in densities], rng=seed)


def fixed_fan_in(widths: Widths, density: float, seed: int) -> nn.Sequential:
    """Hidden layers in which every neuron has the same number of inputs, at least one."""
    fan_in = [max(1, round(n * density)) for n in widths[:-2]]
    return sparse_mlp(widths, [FixedInDegree(n) for n in fan_in], rng=seed)


def parameters(widths: Widths, density: float = 1.0) -> float:
    """Weights and offsets of a network whose hidden layers have this density.

    >>> parameters([4, 3, 2]), parameters([4, 3, 2], 0.5)
    (23.0, 17.0)
    """
    hidden = sum(a * b for a, b in pairwise(widths[:-1]))
    return density * hidden + widths[-2] * widths[-1] + float(sum(widths[1:]))


def smaller_dense_mlp(widths: Widths, density: float, seed: int) -> nn.Sequential:
    """The dense network with as many weights and offsets as the sparse one.

    All hidden layers are scaled alike.

    >>> network = smaller_dense_mlp([100, 100, 100, 10], 0.25, 0)
    >>> [layer.out_features for layer in network if isinstance(layer, nn.Linear)]
    [41, 41, 10]
    """
    hidden = list(widths[1:-1])
    # the offsets of the output layer are there at any width
    budget = parameters(widths, density) - widths[-1]
    # parameters(s) = quadratic s² + linear s for hidden widths scaled by s
    quadratic = sum(a * b for a, b in pairwise(hidden))
    linear = widths[0] * hidden[0] + hidden[-1] * widths[-1] + sum(hidden)
    root = math.sqrt(linear * linear + 4 * quadratic * budget)
    scale = (root - linear) / (2 * quadratic) if quadratic else budget / linear
    smaller = [max(1, round(n * scale)) for n in hidden]
    return dense_mlp([widths[0], *smaller, widths[-1]], seed)


def equal_flops(widths: Widths, density: float) -> float:
    """Share of the samples after which the dense network has cost as much as the sparse one.

    The cost is that in multiply-accumulates.

    >>> equal_flops([10, 10, 10, 1], 0.1)
    0.14285714285714285
    """
    hidden = sum(a * b for a, b in pairwise(widths[:-1]))
    last = widths[-2] * widths[-1]
    return (density * hidden + last) / (hidden + last)


def pruned_from_dense(widths: Widths, density: float, seed: int) -> nn.Module:
    """A dense network on sparse storage, to be pruned on the way; the output layer stays dense."""
    # layers alternate with their non-linearities
    output = str(2 * (len(widths) - 2))
    return sparsified(dense_mlp(widths, seed), keep_dense=(output,))


def often(steps: int) -> int:
    """Steps between two updates: 100, fewer in a short run, so that at least 20 fall into it.

    >>> often(10_000), often(400)
    (100, 20)
    """
    return max(1, min(100, steps // 20))


def comparison_baselines() -> list[Contestant]:
    """The networks no comparison may leave out.

    An MLP of equal parameters also has equal multiply-accumulates a sample; "equal FLOPs" is
    therefore the network of full width that stops when its training has cost as much as the sparse
    one's.

    >>> [c.name for c in comparison_baselines()][:3]
    ['dense, same width', 'dense, equal parameters', 'dense, equal FLOPs']
    """

    def dense(widths: Widths, density: float, seed: int) -> nn.Module:
        return dense_mlp(widths, seed)

    def masked(widths: Widths, density: float, seed: int) -> nn.Module:
        return masked_twin(random_sparse_mlp(widths, density, seed))

    def gradual(density: float, steps: int) -> RewiringRule:
        return Gradual(Cubic(1.0, density), often(steps))

    return [
        Contestant(REFERENCE, dense, kernel="dense"),
        Contestant(EQUAL, smaller_dense_mlp, kernel="dense"),
        Contestant("dense, equal FLOPs", dense, kernel="dense", share=equal_flops),
        Contestant("random static", random_sparse_mlp),
        Contestant("random static, mask", masked, kernel="mask"),
        Contestant("magnitude pruning", pruned_from_dense, gradual),
    ]


def group_chances(density: float, groups: int = GROUPS) -> tuple[float, float]:
    """Chances within and between groups that give a layer this density.

    >>> group_chances(1 / 16), [round(p, 2) for p in group_chances(0.25625)]
    ((0.5, 0.0), [1.0, 0.15])
    """
    within = min(1.0, groups * density)
    return within, max(0.0, (density - within / groups) / (1 - 1 / groups))


def grouped(variant: G2GVariant) -> Callable[[Widths, float, int], nn.Sequential]:
    """How a G2GNet of this variant is made."""

    def build(widths: Widths, density: float, seed: int) -> nn.Sequential:
        within, between = group_chances(density)
        return g2gnet(
            widths, variant, groups=GROUPS, p_intra=within, p_inter=between, rng=seed
        )

    return build


def scattered(widths: Widths, density: float, seed: int) -> nn.Module:
    """The control of G2GNet: as many synapses in every layer, at random."""
    return er_control(grouped("index")(widths, density, seed), rng=seed)


CONTROL = Contestant("ER control", scattered)


def available_methods() -> dict[str, Contestant]:
    """All rewiring methods by name.

    CHTss and GraNet begin at 50 % density, or where they end if that is more.

    >>> list(available_methods())[:9]
    ['SET', 'SNFS', 'RigL', 'SRigL', 'DST-EE', 'Hebbian', 'CHTs', 'CHTss', 'GraNet']
    >>> list(available_methods())[9:]
    ['G2GNet index', 'G2GNet mixer', 'G2GNet random', 'G2GNet Hebbian', 'ER control']
    """

    def denser_start(widths: Widths, density: float, seed: int) -> nn.Module:
        return random_sparse_mlp(widths, max(START, density), seed)

    node = NodeScore()
    contestants = [
        Contestant("SET", random_sparse_mlp, lambda d, n: set_()),
        Contestant("SNFS", random_sparse_mlp, lambda d, n: snfs()),
        Contestant("RigL", random_sparse_mlp, lambda d, n: rigl(every=often(n))),
        Contestant("SRigL", fixed_fan_in, lambda d, n: srigl(every=often(n))),
        Contestant("DST-EE", random_sparse_mlp, lambda d, n: dst_ee(every=often(n))),
        Contestant("Hebbian", random_sparse_mlp, lambda d, n: hebbian(0.3)),
        Contestant("CHTs", random_sparse_mlp, lambda d, n: chts(score=node)),
        Contestant(
            "CHTss", denser_start, lambda d, n: chtss(Sigmoid(max(START, d), d), score=node)
        ),
        Contestant(
            "GraNet", denser_start, lambda d, n: granet(d, max(START, d), every=often(n))
        ),
        Contestant("G2GNet index", grouped("index")),
        Contestant("G2GNet mixer", grouped("mixer")),
        Contestant("G2GNet random", grouped("random")),
        Contestant("G2GNet Hebbian", grouped("index"), lambda d, n: hebbian()),
        CONTROL,
    ]
    return {contestant.name: contestant for contestant in contestants}


def rewiring_methods(
    names: Sequence[str] = ("SET", "RigL", "CHTs", "Hebbian"),
) -> list[Contestant]:
    """The rewiring methods of these names; a G2GNet never comes without its control.

    Raises:
        ValueError: a name is not known.

    >>> [c.name for c in rewiring_methods()]
    ['SET', 'RigL', 'CHTs', 'Hebbian']
    """
    available = available_methods()
    for name in names:
        if name not in available:
            raise unknown_name("methods", name, available)
    grouped_names = any(name.startswith("G2GNet") for name in names)
    control = [CONTROL] if grouped_names and CONTROL.name not in names else []
    return [*(available[name] for name in names), *control]
