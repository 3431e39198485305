"""Losses that teach latents which fire too little, or not at all."""

from dataclasses import dataclass

import torch
from torch import Tensor

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.models.autoencoders.losses import Loss, Pass, mean_square


@dataclass(frozen=True)
class AuxK(Loss):
    """Dead latents are taught what the others left over.

    With `e = x − x̂` held fast, the `k` best of the latents that have not fired for
    `net.dead_after` samples, cut at 0, give `ê = z decoder`; the loss is
    `weight · mean‖e − ê‖² / mean‖e − mean e‖²`.

    Args:
        weight: factor.
        k: dead latents a sample; half the width of x by default.

    Source: Gao et al. 2024, arXiv:2406.04093, appendix A.2. Others leave out the division, or cut
    nothing.
    """

    weight: float = 1 / 32
    k: int | None = None
    name = "aux"

    def __post_init__(self) -> None:
        not_negative("weight", self.weight)
        if self.k is not None:
            whole_number("k", self.k, 1)

    def __call__(self, seen: Pass) -> Tensor:
        """0 where no latent is dead."""
        return self.weight * auxiliary(seen, seen.net.dead().nonzero()[:, 0], self.k)


@dataclass(frozen=True)
class AuxZipf(Loss):
    """As `AuxK` for latents that fire less than a law of Zipf has for their rank.

    `count_i < share · c / rank_i`, c fitted in the mean of logarithms to the latents that fired.

    Args:
        weight: factor.
        k: of these latents a sample; half the width of x by default.
        share: of the law below which a latent is under-used.

    Source: Ayonrinde 2024, arXiv:2411.02124; its exact weights were not to be had.
    """

    weight: float = 1 / 32
    k: int | None = None
    share: float = 0.5
    name = "aux"

    def __post_init__(self) -> None:
        not_negative("weight", self.weight)
        positive("share", self.share)
        if self.k is not None:
            whole_number("k", self.k, 1)

    def __call__(self, seen: Pass) -> Tensor:
        """0 where all latents fire enough."""
        few = under_used(seen.net.fired, self.share)
        return self.weight * auxiliary(seen, few.nonzero()[:, 0], self.k)


def under_used(fired: Tensor, share: float) -> Tensor:
    """Mark latents that fired less than `share` of what Zipf's law has for their rank, `[n]`.

    >>> under_used(torch.tensor([60, 30, 20, 15, 0]), 0.5).tolist()
    [False, False, False, False, True]
    """
    on = fired > 0
    order = torch.argsort(fired, descending=True, stable=True)
    rank = torch.empty(len(fired), dtype=torch.float64, device=fired.device)
    rank[order] = torch.arange(1, len(fired) + 1, dtype=torch.float64, device=fired.device)
    if not bool(on.any()):
        return torch.zeros_like(on)
    level = (fired[on].double() * rank[on]).log().mean().exp()
    return fired.double() < share * level / rank


def auxiliary(seen: Pass, latents: Tensor, k: int | None = None) -> Tensor:
    """`mean‖e − ê‖² / mean‖e − mean e‖²` where `latents`, int64, explain the residual e alone."""
    if not len(latents) or not len(seen.x):
        return seen.x.new_zeros(())
    most = max(1, seen.x.shape[1] // 2) if k is None else k
    code = seen.scores.largest_rows(min(most, len(latents)), among=latents)
    error = seen.residual
    guess = code.with_values(code.values.relu()).decode(seen.net.decoder)
    spread = mean_square(error - error.mean(0))
    # nothing is left over: nothing to teach
    return mean_square(error - guess) / spread if bool(spread > 0) else spread
