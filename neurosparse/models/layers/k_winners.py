"""K-winners: only the largest activations of a layer pass, weak units being boosted while
training.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from neurosparse.errors import bad_argument


@dataclass(frozen=True)
class Boost:
    """Help for units that win too little: x·exp((k/n − duty)·strength), duty over `period` samples.

    `strength` is multiplied by `decay` at every end of an epoch. Boosting multiplies: it pushes
    negative values the wrong way, as the published rule does.
    """

    strength: float = 1.0
    decay: float = 0.9
    period: int = 1000

    def __post_init__(self) -> None:
        if self.strength < 0 or not 0 < self.decay <= 1 or self.period < 1:
            raise bad_argument("boost", self, "strength >= 0, 0 < decay <= 1 and period >= 1")


def winners(x: Tensor, k: int, break_ties: bool = False) -> Tensor:
    """Mark the k largest of the last axis, boolean as `x`; equals of the k-th all win unless ties
    are broken.

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
    """Pass the k = round(n·percent_on) largest units of each sample [..., n], unboosted; others give 0.

    Winners are chosen on boosted values while training. At inference k grows by `inference_factor`.
    The gradient reaches winners only. Duty [n] counts how often a unit gave an output above 0.

    Raises ValueError when no unit, or more than n, would win.
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
        n: int,
        percent_on: float,
        *,
        inference_factor: float = 1.5,
        boost: Boost = Boost(),
        break_ties: bool = False,
    ) -> None:
        super().__init__()
        self.n = n
        self.percent_on = percent_on
        self.inference_factor = inference_factor
        self.boost, self.break_ties = boost, break_ties
        if not 1 <= round(n * percent_on) <= n:
            raise bad_argument("percent_on", percent_on, f"a share that lets 1 to {n} units win")
        self.register_buffer("duty", torch.zeros(n))
        self.register_buffer("samples", torch.zeros((), dtype=torch.int64))
        self.register_buffer("strength", torch.tensor(boost.strength))

    @property
    def k(self) -> int:
        """Winners a sample, in the present mode."""
        factor = 1.0 if self.training else self.inference_factor
        return min(self.n, round(self.n * self.percent_on * factor))

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` [..., n] with zeros in place of all but its winners."""
        if x.shape[-1] != self.n:
            raise bad_argument("x", x, f"{self.n} units on the last axis")
        target = self.percent_on
        boosted = x * torch.exp((target - self.duty) * self.strength) if self.training else x
        out = x * winners(boosted.detach(), self.k, self.break_ties)
        if self.training:
            self._count(out.detach().reshape(-1, self.n))
        return out

    def end_epoch(self) -> None:
        """Let the boosting fade by its decay."""
        self.strength *= self.boost.decay

    def _count(self, out: Tensor) -> None:
        batch = len(out)
        self.samples += batch
        period = max(batch, min(self.boost.period, int(self.samples)))
        self.duty.copy_((self.duty * (period - batch) + (out > 0).sum(0)) / period)

    def extra_repr(self) -> str:
        """Numbers shown by print."""
        return f"{self.n}, percent_on={self.percent_on}, strength={float(self.strength):.3g}"


class KWinners2d(KWinners):
    """K-winners of images [batch, n channels, height, width]; duty is kept per channel.

    Winners are drawn from all channels and places of a sample, or with `local` from the channels of
    each place.

    >>> layer = KWinners2d(2, 0.5, local=True, boost=Boost(0.0))
    >>> layer(torch.tensor([[[[1.0, 5.0]], [[2.0, 3.0]]]])).tolist()
    [[[[0.0, 5.0]], [[2.0, 0.0]]]]
    """

    def __init__(
        self,
        n: int,
        percent_on: float,
        *,
        local: bool = False,
        inference_factor: float = 1.5,
        boost: Boost = Boost(),
        break_ties: bool = False,
    ) -> None:
        super().__init__(
            n, percent_on, inference_factor=inference_factor, boost=boost, break_ties=break_ties
        )
        self.local = local

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` [batch, n, height, width] with zeros in place of all but its winners."""
        if x.ndim != 4 or x.shape[1] != self.n:
            raise bad_argument("x", x, f"[batch, {self.n}, height, width]")
        scale = (
            torch.exp((self.percent_on - self.duty) * self.strength)[:, None, None]
            if self.training
            else 1.0
        )
        places = (x * scale).detach().movedim(1, -1)  # [batch, height, width, n]
        if not self.local:
            places = places.flatten(1)
        factor = 1.0 if self.training else self.inference_factor
        k = max(1, min(places.shape[-1], round(places.shape[-1] * self.percent_on * factor)))
        won = winners(places, k, self.break_ties).reshape(x.movedim(1, -1).shape).movedim(-1, 1)
        out = x * won
        if self.training:
            self._count(out.detach().movedim(1, -1).reshape(-1, self.n))
        return out
