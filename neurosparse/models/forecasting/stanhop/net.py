"""STanHop-Net: blocks of coarser and coarser segments, and a decoder that asks each of them."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.forecasting.stanhop.block import (
    MergeSegments,
    STanHopBlock,
    STanHopSettings,
    associated,
)
from neurosparse.models.memory.association import Associate

DEFAULT = STanHopSettings()


class STanHopEncoder(nn.Module):
    """Blocks at one resolution after the other; gives the input and the output of each block.

    >>> encoder = STanHopEncoder(STanHopSettings(width=8, scales=2))
    >>> [codes.shape[2] for codes in encoder(torch.ones(1, 3, 5, 8))]
    [5, 5, 3]
    """

    def __init__(self, settings: STanHopSettings) -> None:
        super().__init__()
        coarser = (MergeSegments(settings) for _ in range(settings.scales - 1))
        self.coarsen = nn.ModuleList([nn.Identity(), *coarser])
        self.blocks = nn.ModuleList(STanHopBlock(settings) for _ in range(settings.scales))

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map `[batch, columns, segments, width]` to scales + 1 maps, finest first."""
        maps = [x]
        for coarsen, block in zip(self.coarsen, self.blocks, strict=True):
            maps.append(block(coarsen(maps[-1])))
        return maps


class STanHopDecoderLayer(nn.Module):
    """Let the future associate with itself, then with one map of the encoder.

    It gives refined codes of the future and its share of the forecast.
    """

    def __init__(self, settings: STanHopSettings) -> None:
        super().__init__()
        self.block = STanHopBlock(settings)
        self.cross = settings.hopfield()
        self.mlp = settings.mlp()
        self.norms = settings.norms(2)
        self.say = nn.Linear(settings.width, settings.segment)

    def forward(self, x: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Return codes and steps `[..., segment]` of the future.

        Args:
            x: codes of the future, `[batch, columns, future segments, width]`.
            seen: a map of the encoder, `[batch, columns, segments, width]`.
        """
        x = self.block(x)
        retrieved = associated(self.cross, x.flatten(0, 1), seen.flatten(0, 1))
        x = self.norms[0](x + retrieved.reshape(x.shape))
        x = self.norms[1](x + self.mlp(x))
        return x, self.say(x)


class STanHop(nn.Module):
    """Forecast `[batch, lookback, columns]` -> `[batch, horizon, columns]` by sparse associations.

    Each column is cut into segments (the first value repeats at the front where they do not
    divide) and each segment becomes a code. An `STanHopEncoder` refines the codes at several
    resolutions; one `STanHopDecoderLayer` for each map of the encoder turns learned codes of the
    future into steps, which are added up.

    Follows the published code (its blocks are described at `STanHopBlock`), but: α is per head, `1
    + softplus`, not one scalar a layer in (1, 2); no dropout.

    Args:
        lookback: steps it sees.
        horizon: steps it forecasts.
        columns: columns of the series.
        settings: sizes.

    Raises:
        ValueError: a size below 1, or heads that do not divide the width.

    Source: Wu, Hu, Li, Chen, Liu (2024), arXiv:2312.17346; the frame is Crossformer's (Zhang, Yan
    2023).

    >>> STanHop(24, 10, 3)(torch.ones(2, 24, 3)).shape
    torch.Size([2, 10, 3])
    """

    def __init__(
        self, lookback: int, horizon: int, columns: int, settings: STanHopSettings = DEFAULT
    ) -> None:
        super().__init__()
        self.lookback = whole_number("lookback", lookback, 1)
        self.horizon = whole_number("horizon", horizon, 1)
        self.columns = whole_number("columns", columns, 1)
        self.settings = settings
        seen = -(-lookback // settings.segment)
        future = -(-horizon // settings.segment)
        self.segment = nn.Linear(settings.segment, settings.width)
        self.position = nn.Parameter(torch.randn(1, columns, seen, settings.width))
        self.norm = nn.LayerNorm(settings.width)
        self.encoder = STanHopEncoder(settings)
        self.future = nn.Parameter(torch.randn(1, columns, future, settings.width))
        self.decoder = nn.ModuleList(
            STanHopDecoderLayer(settings) for _ in range(settings.scales + 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Forecast from `x [batch, lookback, columns]`.

        Raises:
            ValueError: another lookback or number of columns, NaN or infinite values.
        """
        return self.decode(self.embed(x))

    def embed(self, x: Tensor) -> Tensor:
        """Make codes of the segments, `[batch, columns, segments, width]`.

        They are what an external memory stores and mends.
        """
        self.check("x", x)
        series = x.mT
        lacking = -series.shape[2] % self.settings.segment
        series = F.pad(series, (lacking, 0), mode="replicate")
        step = self.settings.segment
        segments = series.reshape(*series.shape[:2], series.shape[2] // step, step)
        codes: Tensor = self.norm(self.segment(segments) + self.position)
        return codes

    def decode(self, codes: Tensor) -> Tensor:
        """Forecast from codes of the segments."""
        x = self.future.expand(len(codes), -1, -1, -1)
        steps = []
        for layer, seen in zip(self.decoder, self.encoder(codes), strict=True):
            x, share = layer(x, seen)
            steps.append(share)
        whole: Tensor = torch.stack(steps).sum(0).flatten(2).mT
        return whole[:, : self.horizon]

    def check(self, name: str, x: Tensor) -> None:
        """Refuse what is no finite batch of windows.

        Raises:
            ValueError: x is not `[batch, lookback, columns]`, or not finite.
        """
        if x.ndim != 3 or x.shape[1:] != (self.lookback, self.columns):
            expected = f"[batch, {self.lookback}, {self.columns}]"
            raise bad_argument(name, Said(f"shape {list(x.shape)}"), expected)
        if not bool(torch.isfinite(x).all()):
            odd = Said("NaN or infinite values")
            raise bad_argument(name, odd, "finite numbers", "fill gaps first")

    def alphas(self) -> dict[str, list[float]]:
        """Give α of every head by the name of its association, as learned so far."""
        parts = self.named_modules()
        return {
            name: part.alpha.tolist() for name, part in parts if isinstance(part, Associate)
        }
