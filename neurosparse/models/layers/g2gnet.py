"""G2GNet: hidden layers wired group to group, and its control, random wiring of equal density."""

from collections.abc import Sequence
from typing import Literal

from torch import nn

from neurosparse.errors import unknown_name
from neurosparse.models.layers.mlp import sparse_layers, sparse_mlp
from neurosparse.typing import Seed
from neurosparse.wiring import GroupLayer, RandomEdges
from neurosparse.wiring.bipartite_groups import Assignment

G2GVariant = Literal["index", "random", "mixer"]


def g2gnet(
    widths: Sequence[int],
    variant: G2GVariant = "index",
    *,
    groups: int | tuple[float, ...] = 8,
    p_intra: float = 1.0,
    p_inter: float = 0.15,
    overlap: float = 0.0,
    rng: Seed = None,
) -> nn.Sequential:
    """Build a G2GNet: sparse hidden layers wired group to group, ReLU, a dense output layer.

    Args:
        widths: neurons from input to output.
        variant: "index" groups neurons in order in every layer, "random" anew in every layer,
            "mixer" in order in odd layers and interleaved in even ones, so that groups mix.
        groups: how many, or relative sizes.
        p_intra, p_inter: chance of a pair within and between groups.
        overlap: share of each group's neurons that belong to the next group too.
        rng: seed or generator of everything drawn.

    Source: arXiv 2508.14140; with G=8, p_intra=1, p_inter=0.15 layers are 25.6 % dense. Always show
    `er_control` beside it: in the only public figures it is as good.

    >>> net = g2gnet([16, 16, 16, 2], "mixer", groups=4, p_inter=0.0, rng=0)
    >>> net[0].density, net[2].density
    (0.25, 0.25)
    """
    kinds: list[tuple[Assignment, Assignment]]
    hidden = len(widths) - 2
    match variant:
        case "index":
            kinds = [("index", "index")] * hidden
        case "random":
            kinds = [("random", "random")] * hidden
        case "mixer":
            turns: list[Assignment] = ["index", "interleaved"]
            kinds = [(turns[k % 2], turns[k % 2]) for k in range(hidden)]
        case _:
            raise unknown_name("variant", variant, ["index", "random", "mixer"])
    layers = [GroupLayer(groups, p_intra, p_inter, kind, overlap) for kind in kinds]
    return sparse_mlp(widths, layers, rng=rng)


def er_control(model: nn.Sequential, rng: Seed = None) -> nn.Sequential:
    """Build the control of a sparse network: as many synapses in layers as wide, at random.

    >>> net = g2gnet([16, 16, 2], groups=4, rng=0)
    >>> er_control(net, rng=1)[0].nnz == net[0].nnz
    True
    """
    layers = list(sparse_layers(model).values())
    last = [layer for layer in model if isinstance(layer, nn.Linear)][-1]
    widths = [*(layer.in_features for layer in layers), last.in_features, last.out_features]
    return sparse_mlp(widths, [RandomEdges(layer.density) for layer in layers], rng=rng)
