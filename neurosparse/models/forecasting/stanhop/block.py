"""One STanHop block: a column associates its segments over time, then a moment its columns."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.models.memory.association import Association
from neurosparse.models.memory.hopfield import DEFAULT, Hopfield
from neurosparse.models.memory.hopfield_layers import HopfieldPrototypes


@dataclass(frozen=True)
class STanHopSettings:
    """Sizes of a STanHop-Net.

    Args:
        segment: steps of the series in one segment.
        width: width of a segment's code.
        hidden: width of the hidden layers.
        heads: heads of every association; each has its own α.
        prototypes: learned keys of the series stage.
        scales: encoder blocks; each but the first merges segments.
        merge: neighbouring segments that a coarser block sees as one.
        association: α, β and steps of every association.
    """

    segment: int = 12
    width: int = 32
    hidden: int = 64
    heads: int = 2
    prototypes: int = 10
    scales: int = 2
    merge: int = 2
    association: Association = DEFAULT

    def __post_init__(self) -> None:
        for name in (
            "segment",
            "width",
            "hidden",
            "heads",
            "prototypes",
            "scales",
            "merge",
        ):
            whole_number(name, getattr(self, name), 1)

    def hopfield(self) -> Hopfield:
        """Make an association of codes."""
        return Hopfield(self.width, self.heads, self.association, batch_first=True)

    def mlp(self) -> nn.Sequential:
        """Make the two layers that follow an association."""
        return nn.Sequential(
            nn.Linear(self.width, self.hidden),
            nn.GELU(),
            nn.Linear(self.hidden, self.width),
        )

    def norms(self, count: int) -> nn.ModuleList:
        """Make layer norms over codes."""
        return nn.ModuleList(nn.LayerNorm(self.width) for _ in range(count))


class STanHopBlock(nn.Module):
    """Associate codes `[batch, columns, segments, width]` over time, then across columns.

    Time, per column: h = N(x + A(x, x)), h = N(h + M(h)). Columns, per segment: y = N(h + P(h) +
    A(h, h)), y = N(y + M(y)); A associates, P mixes learned prototypes, M is two layers, N a layer
    norm.

    The public code has y = N(P(h) + A(h, h)) in the second stage: without h, columns that are alike
    at the start of training can no longer be told apart behind it, so we add it. V is W_v Y here,
    W_v W_k Y there: the same maps.

    >>> STanHopBlock(STanHopSettings(width=8, hidden=8))(torch.ones(2, 3, 5, 8)).shape
    torch.Size([2, 3, 5, 8])
    """

    def __init__(self, settings: STanHopSettings) -> None:
        super().__init__()
        self.over_time = settings.hopfield()
        self.across = settings.hopfield()
        self.prototypes = HopfieldPrototypes(
            settings.width,
            settings.heads,
            settings.association,
            quantity=settings.prototypes,
        )
        self.time_mlp = settings.mlp()
        self.across_mlp = settings.mlp()
        self.norms = settings.norms(4)

    def forward(self, x: Tensor) -> Tensor:
        """Map `[batch, columns, segments, width]` to the same shape."""
        batch, columns, segments, width = x.shape
        h = x.reshape(batch * columns, segments, width)
        h = self.norms[0](h + associated(self.over_time, h, h))
        h = self.norms[1](h + self.time_mlp(h))
        h = (
            h.reshape(batch, columns, segments, width)
            .transpose(1, 2)
            .reshape(-1, columns, width)
        )
        y = self.norms[2](h + self.prototypes(h) + associated(self.across, h, h))
        y = self.norms[3](y + self.across_mlp(y))
        out: Tensor = y.reshape(batch, segments, columns, width).transpose(1, 2)
        return out


class MergeSegments(nn.Module):
    """Merge every `merge` neighbouring segments into one code; the last ones repeat to fill up.

    >>> MergeSegments(STanHopSettings(width=8, merge=2))(torch.ones(2, 3, 5, 8)).shape
    torch.Size([2, 3, 3, 8])
    """

    def __init__(self, settings: STanHopSettings) -> None:
        super().__init__()
        self.merge = settings.merge
        self.norm = nn.LayerNorm(settings.merge * settings.width)
        self.linear = nn.Linear(settings.merge * settings.width, settings.width)

    def forward(self, x: Tensor) -> Tensor:
        """Map `[batch, columns, segments, width]` to ceil(segments / merge) codes a column."""
        segments = x.shape[2]
        lacking = -segments % self.merge
        repeated = torch.arange(segments - lacking, segments).clamp(min=0)
        order = torch.cat([torch.arange(segments), repeated])
        shape = *x.shape[:2], len(order) // self.merge, self.linear.in_features
        merged = x[:, :, order].reshape(shape)
        out: Tensor = self.linear(self.norm(merged))
        return out


def associated(layer: Hopfield, query: Tensor, memory: Tensor) -> Tensor:
    """Retrieve for queries `[n, L, width]` from memories `[n, S, width]`."""
    return layer(query, memory, memory, need_weights=False)[0]  # type: ignore[no-any-return]
