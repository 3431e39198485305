"""K-winners: only the largest activations of a layer pass; training boosts weak units."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from neurosparse.errors import bad_argument


@dataclass(frozen=True)
class Boost:
    """Help for units that win too little: x·exp((k/n − duty)·strength), duty over `period` samples.

    Boosting multiplies: it pushes negative values the wrong way, as the published rule does.

    Args:
        strength: how much a unit is helped; multiplied by `decay` at every end of an epoch.
        decay: above 0, at most 1.
        period: samples over which duty is a mean.

    Raises:
        ValueError: a number out of these ranges.
    """

    strength: float = 1.0
    decay: float = 0.9
    period: int = 1000

    def __post_init__(self) -> None:
        if self.strength < 0 or not 0 < self.decay <= 1 or self.period < 1:
            raise bad_argument(
                "boost", self, "strength >= 0, 0 < decay <= 1 and period >= 1"
            )


def winners(x: Tensor, k: int, break_ties: bool = False) -> Tensor:
    """Mark the k largest of the last axis, boolean as `x`.

    Equals of the k-th all win unless ties are broken.

    Raises:
        ValueError: k is below 1, or above the number of units.

    >>> winners(torch.tensor([3.0, 1.0, 3.0, 2.0]), 1).tolist()
    [True, False, True, False]
    """
    if not 0 < k <= x.shape[-1]:
        raise bad_argument("k", k, f"a count from 1 to {x.shape[-1]}")
    top = x.topk(k, dim=-1)
    if break_ties:
        return torch.zeros_like(x, dtype=torch.bool).scatter_(-1, top.indices, True)
    return x >= top.values[..., -1:]


class KWinners(nn.Module):
    """Pass the k largest units of each sample `[..., n]` unboosted, k = round(n·active_share).

    The others give 0. Winners are chosen on boosted values while training; the gradient reaches
    winners only. `duty [n]` counts how often a unit gave an output above 0.

    Args:
        num_features: units n.
        active_share: share of units that win.
        inference_factor: by which k grows at inference.
        boost: help for units that win too little.
        break_ties: let exactly k win where values are equal.

    Raises:
        ValueError: no unit, or more than n, would win.

    Source: Ahmad & Scheinkman, "How can we be so dense?", 2019, arXiv:1903.11257.

    >>> layer = KWinners(4, 0.5, boost=Boost(0.0))
    >>> layer(torch.tensor([[0.1, 4.0, 3.0, 0.2]])).tolist()
    [[0.0, 4.0, 3.0, 0.0]]
    >>> layer.duty.tolist()
    [0.0, 1.0, 1.0, 0.0]
    """

    duty: Tensor
    samples: Tensor
    strength: Tensor

    def __init__(
        self,
        num_features: int,
        active_share: float,
        *,
        inference_factor: float = 1.5,
        boost: Boost = Boost(),
        break_ties: bool = False,
    ) -> None:
        super().__init__()
        if not 1 <= round(num_features * active_share) <= num_features:
            expected = f"a share that lets 1 to {num_features} units win"
            raise bad_argument("active_share", active_share, expected)
        self.num_features = num_features
        self.active_share = active_share
        self.inference_factor = inference_factor
        self.boost = boost
        self.break_ties = break_ties
        self.register_buffer("duty", torch.zeros(num_features))
        self.register_buffer("samples", torch.zeros((), dtype=torch.int64))
        self.register_buffer("strength", torch.tensor(boost.strength))

    @property
    def k(self) -> int:
        """Winners a sample, in the present mode."""
        return self._count_winners(self.num_features)

    def forward(self, x: Tensor) -> Tensor:
        """Compute `x [..., n]` with zeros in place of all but its winners."""
        if x.shape[-1] != self.num_features:
            raise bad_argument("x", x, f"{self.num_features} units on the last axis")
        boosted = x * self._helped() if self.training else x
        out = x * winners(boosted.detach(), self.k, self.break_ties)
        if self.training:
            self._count_duty(out.detach().reshape(-1, self.num_features))
        return out

    def end_epoch(self) -> None:
        """Let the boosting fade by its decay."""
        self.strength *= self.boost.decay

    def _helped(self) -> Tensor:
        """Factors `[n]` by which units are boosted."""
        return torch.exp((self.active_share - self.duty) * self.strength)

    def _count_winners(self, places: int) -> int:
        factor = 1.0 if self.training else self.inference_factor
        return min(places, round(places * self.active_share * factor))

    def _count_duty(self, out: Tensor) -> None:
        batch = len(out)
        self.samples += batch
        period = max(batch, min(self.boost.period, int(self.samples)))
        self.duty.copy_((self.duty * (period - batch) + (out > 0).sum(0)) / period)

    def extra_repr(self) -> str:
        """Numbers shown by print."""
        strength = float(self.strength)
        return f"{self.num_features}, active_share={self.active_share}, strength={strength:.3g}"


class KWinners2d(KWinners):
    """K-winners of images `[batch, n channels, height, width]`; duty is kept per channel.

    Args:
        num_features: channels n.
        active_share: share of values that win.
        local: winners are drawn from the channels of each place; else from all channels and places
            of a sample.
        inference_factor, boost, break_ties: as in `KWinners`.

    >>> layer = KWinners2d(2, 0.5, local=True, boost=Boost(0.0))
    >>> layer(torch.tensor([[[[1.0, 5.0]], [[2.0, 3.0]]]])).tolist()
    [[[[0.0, 5.0]], [[2.0, 0.0]]]]
    """

    def __init__(
        self,
        num_features: int,
        active_share: float,
        *,
        local: bool = False,
        inference_factor: float = 1.5,
        boost: Boost = Boost(),
        break_ties: bool = False,
    ) -> None:
        super().__init__(
            num_features,
            active_share,
            inference_factor=inference_factor,
            boost=boost,
            break_ties=break_ties,
        )
        self.local = local

    def forward(self, x: Tensor) -> Tensor:
        """Compute `x [batch, n, height, width]` with zeros in place of all but its winners."""
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise bad_argument("x", x, f"[batch, {self.num_features}, height, width]")
        boosted = x * self._helped()[:, None, None] if self.training else x
        last = boosted.detach().movedim(1, -1)  # [batch, height, width, n]
        places = last if self.local else last.flatten(1)
        k = max(1, self._count_winners(places.shape[-1]))
        won = winners(places, k, self.break_ties).reshape(last.shape).movedim(-1, 1)
        out = x * won
        if self.training:
            self._count_duty(out.detach().movedim(1, -1).reshape(-1, self.num_features))
        return out
