"""External memories of a trained STanHop-Net: windows, or windows and what followed them.

The paper names both memories (Wu et al. 2024, arXiv:2312.17346), its public code has neither, and
how memories are made and how long they must be is not said there. What follows is our reading.
"""

import torch
from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.memory.retrieve.autograd import retrieve
from neurosparse.models.forecasting.stanhop.net import STanHop
from neurosparse.models.memory.association import Associate, Association

SHARP = Association(alpha=2.0, beta=8.0, learn_alpha=False)
LEARNED = Association(alpha=1.5, learn_beta=True)


class PlugAndPlay(nn.Module):
    """Mend the codes R of a window by stored windows Y, nothing trained: R <- R + g (T(R; Y) - R).

    Y are the codes of `examples`, made by the net's own embedding, so they have its lookback.
    Retrieval T(R; Y) = entmax(β R Yᵀ) Y is per column over all segments of all examples, by scan
    and gather. At g = 0 the net is as it was; a window that is itself stored (and found exactly,
    which α = 2 does where β leads by 1) forecasts as before.

    Args:
        net: a trained net; it is not changed, and gets no gradients from here.
        examples: stored windows `[n, lookback, columns]`.
        gain: g, from 0 to 1.
        association: fixed α and β, and steps.

    Raises:
        ValueError: no examples, examples of another shape, NaN, a gain that is no share, α or β
            that are learned.

    >>> net, x = STanHop(24, 6, 2), torch.randn(5, 24, 2)
    >>> plugged = PlugAndPlay(net, x[:3], gain=0.5)
    >>> same = torch.isclose(plugged(x), net(x), atol=1e-5).flatten(1).all(1)
    >>> same.tolist()
    [True, True, True, False, False]
    """

    stored: Tensor

    def __init__(
        self,
        net: STanHop,
        examples: Tensor,
        gain: float = 0.5,
        association: Association = SHARP,
    ) -> None:
        super().__init__()
        if not 0 <= gain <= 1:
            raise bad_argument("gain", gain, "a share from 0 to 1")
        if association.learn_alpha or association.learn_beta:
            remedy = "nothing is trained here: use TuneAndPlay"
            raise bad_argument("association", association, "fixed α and β", remedy)
        _check_some("examples", examples)
        self.net = net
        self.gain = gain
        self.associate = Associate(1, net.settings.width, association)
        with torch.no_grad():
            codes = net.embed(examples)
        self.register_buffer("stored", codes.transpose(0, 1).flatten(1, 2).contiguous())

    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        """Forecast from `x [batch, lookback, columns]`."""
        codes = self.net.embed(x)
        return self.net.decode(codes + self.gain * (self.recall(codes) - codes))

    def recall(self, codes: Tensor) -> Tensor:
        """Retrieve T(R; Y) for codes `[batch, columns, segments, width]`."""
        by_column = codes.transpose(0, 1)
        for _ in range(self.associate.association.steps):
            pairs = zip(by_column.flatten(1, 2), self.stored, strict=True)
            columns = [_retrieved(self.associate, query, y, y) for query, y in pairs]
            by_column = torch.stack(columns).reshape(by_column.shape)
        return by_column.transpose(0, 1)


class TuneAndPlay(nn.Module):
    """Correct forecasts by what followed similar stored windows: y = ŷ + g (l + T(x - l) - ŷ).

    Retrieval T(x) = entmax(β (W x) (W X)ᵀ) Y is per column: X are the examples and Y their targets,
    both relative to the last value l of their window, so that a course is found again at another
    level. Learned, on the task's loss, with the net frozen: W, α, β and the gates g `[columns]`,
    which start at 0: untuned, the net is as it was. What is stored stays as it is.

    Args:
        net: a trained net; it is not changed, and gets no gradients from here.
        examples: stored windows `[n, lookback, columns]`.
        targets: what followed them `[n, horizon, columns]`.
        width: of the projections W that are compared.
        association: first α and β, and which are learned; one step.

    Raises:
        ValueError: no examples, examples or targets of another shape, NaN, a width below 1, steps
            above 1.

    >>> net, x = STanHop(24, 6, 2), torch.randn(5, 24, 2)
    >>> tuned = TuneAndPlay(net, x[:3], torch.randn(3, 6, 2))
    >>> torch.equal(tuned(x), net(x)), sum(p.numel() for p in tuned.parameters())
    (True, 772)
    """

    keys: Tensor
    values: Tensor

    def __init__(
        self,
        net: STanHop,
        examples: Tensor,
        targets: Tensor,
        width: int = 32,
        association: Association = LEARNED,
    ) -> None:
        super().__init__()
        _check_some("examples", examples)
        net.check("examples", examples)
        shape = (len(examples), net.horizon, net.columns)
        if targets.shape != shape or not bool(torch.isfinite(targets).all()):
            array = Said(f"shape {list(targets.shape)}, or NaN or infinite values")
            raise bad_argument("targets", array, f"finite {list(shape)}")
        whole_number("width", width, 1)
        if association.steps != 1:
            expected = "1: a found target is no window to ask again with"
            raise bad_argument("steps", association.steps, expected)
        # in a tuple: its weights are not this module's, so an optimiser leaves them alone
        self._nets = (net,)
        self.project = nn.Linear(net.lookback, width, bias=False)
        self.associate = Associate(1, width, association)
        self.gates = nn.Parameter(torch.zeros(net.columns))
        last = examples[:, -1:]
        self.register_buffer("keys", (examples - last).permute(2, 0, 1).contiguous())
        self.register_buffer("values", (targets - last).permute(2, 0, 1).contiguous())

    @property
    def net(self) -> STanHop:
        """The net whose forecasts are corrected."""
        return self._nets[0]

    def forward(self, x: Tensor) -> Tensor:
        """Forecast from `x [batch, lookback, columns]`."""
        with torch.no_grad():
            forecast = self.net(x)
        last = x[:, -1:]
        corrected: Tensor = forecast + self.gates * (
            last + self.recall(x - last) - forecast
        )
        return corrected

    def recall(self, x: Tensor) -> Tensor:
        """Retrieve T(x) for `x [batch, lookback, columns]`, both relative to the last value."""
        queries = self.project(x.permute(2, 0, 1))
        keys = self.project(self.keys)
        columns = zip(queries, keys, self.values, strict=True)
        return torch.stack([_retrieved(self.associate, *parts) for parts in columns], 2)


def _check_some(name: str, examples: Tensor) -> None:
    if len(examples) == 0:
        raise bad_argument(name, Said("none"), "at least one window")


def _retrieved(
    associate: Associate, queries: Tensor, keys: Tensor, values: Tensor
) -> Tensor:
    return retrieve(
        queries.contiguous(), keys, values, associate.beta[0], associate.alpha[0]
    )
