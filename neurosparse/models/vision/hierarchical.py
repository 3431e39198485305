"""Ways past the stages of a network: lower areas reach all higher ones."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np
from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.vision.precortical import check_images

Projection = Callable[[int, int], nn.Module]
Ways = Literal["all", "last", "first"]
WAYS = ("all", "last", "first")


class ChannelMix(nn.Module):
    """Mix channels at every place alike, as a 1 x 1 convolution does, by any linear layer.

    >>> import torch
    >>> from neurosparse.models import SparseLinear
    >>> mix = ChannelMix(SparseLinear(8, 4, 0.5, bias=False, rng=0))
    >>> mix(torch.rand(2, 8, 3, 3)).shape
    torch.Size([2, 4, 3, 3])
    """

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        """Compute `[batch, channels of the layer, height, width]`."""
        mixed: Tensor = self.layer(x.movedim(1, -1))
        return mixed.movedim(-1, 1)


def dense_projection(channels: int, out_channels: int) -> nn.Module:
    """Build a 1 x 1 convolution without offset.

    >>> dense_projection(64, 128).weight.numel()
    8192
    """
    return nn.Conv2d(channels, out_channels, 1, bias=False)


def sparse_projection(density: float, seed: int = 0) -> Projection:
    """Return a builder of 1 x 1 convolutions of which a share of the synapses exist.

    >>> sparse_projection(0.25)(8, 4).layer.nnz
    8
    """

    def project(channels: int, out_channels: int) -> nn.Module:
        draws = np.random.default_rng([seed, channels, out_channels])
        layer = SparseLinear(channels, out_channels, density, bias=False, rng=draws)
        return ChannelMix(layer)

    return project


class HierarchicalResiduals(nn.Module):
    """Add what lower stages gave to what higher ones give, brought to their size.

        h_l = Stage_l(h_{l−1}) + Σ_{k<l} P_kl(h_k)

    with P average pooling to the places of stage l and a projection of channels, 1 ≤ k. The last
    stage's output is that of the network. Shapes that do not divide are pooled adaptively.

    Args:
        stages: modules of images, one after the other.
        channels: that each stage gives, `[stages]`.
        project: builds P's projection from (channels, out_channels).
        ways: "all" pairs, only into the "last" stage, or only from the "first".

    Raises:
        TypeError: stages or a projection of another kind.
        ValueError: fewer than two stages, not one number of channels a stage, or unknown ways.

    Source: after the abstract of López & Triesch 2025, arXiv 2502.16003, whose equations we have
    not read: the details are ours.

    >>> import torch
    >>> stages = [nn.Conv2d(1, 4, 3), nn.Conv2d(4, 6, 3), nn.Conv2d(6, 8, 3)]
    >>> net = HierarchicalResiduals(stages, [4, 6, 8])
    >>> net(torch.rand(2, 1, 12, 12)).shape, sorted(net.projections)
    (torch.Size([2, 8, 6, 6]), ['0_1', '0_2', '1_2'])
    """

    def __init__(
        self,
        stages: Iterable[nn.Module],
        channels: Sequence[int],
        *,
        project: Projection = dense_projection,
        ways: Ways = "all",
    ) -> None:
        super().__init__()
        parts = list(stages)
        if len(parts) < 2 or not all(isinstance(part, nn.Module) for part in parts):
            received = Said(f"{len(parts)} of {', '.join(type(p).__name__ for p in parts)}")
            raise bad_type("stages", received, "two or more torch modules")
        if len(channels) != len(parts):
            received = Said(f"{len(channels)} numbers")
            raise bad_argument("channels", received, f"{len(parts)}, one a stage")
        widths = [whole_number("channels", width, 1) for width in channels]
        if ways not in WAYS:
            raise unknown_name("ways", ways, WAYS)
        self.stages = nn.ModuleList(parts)
        self.ways = ways
        self.projections = nn.ModuleDict(
            {f"{k}_{n}": project(widths[k], widths[n]) for k, n in self._pairs()}
        )

    def _pairs(self) -> list[tuple[int, int]]:
        """Stages that a way joins."""
        last = len(self.stages) - 1
        every = [(k, n) for n in range(1, last + 1) for k in range(n)]
        match self.ways:
            case "last":
                return [pair for pair in every if pair[1] == last]
            case "first":
                return [pair for pair in every if pair[0] == 0]
            case _:
                return every

    def forward(self, x: Tensor) -> Tensor:
        """Compute what the last stage gives, ways included."""
        h = check_images(x)
        seen: list[Tensor] = []
        for place, stage in enumerate(self.stages):
            h = stage(h)
            if h.ndim != 4:
                received = Said(f"shape {list(h.shape)} of stage {place}")
                raise bad_argument("stages", received, "[batch, channels, height, width]")
            for before, lower in enumerate(seen):
                if f"{before}_{place}" in self.projections:
                    h = h + self._way(before, place, lower, h)
            seen.append(h)
        return h

    def _way(self, before: int, place: int, lower: Tensor, h: Tensor) -> Tensor:
        pooled = nn.functional.adaptive_avg_pool2d(lower, (h.shape[2], h.shape[3]))
        way: Tensor = self.projections[f"{before}_{place}"](pooled)
        if way.shape != h.shape:
            received = Said(f"{way.shape[1]} for stage {place}, which gives {h.shape[1]}")
            raise bad_argument("channels", received, "the channels that stages give")
        return way
