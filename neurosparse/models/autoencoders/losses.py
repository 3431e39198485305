"""What an autoencoder is trained to make small: objects that are added up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.autoencoders.code import Code, Scores
from neurosparse.models.autoencoders.nested import levels_of, nested_errors
from neurosparse.models.autoencoders.net import Net


class Pass:
    """One batch on its way through a net, as losses see it.

    Attributes:
        x: the batch, `[batch, d]`.
        net: the autoencoder.
        scores: of all latents, not formed.
        code: latents that are on, with gradients.
        beside: what the selection gives for its own losses.
    """

    def __init__(
        self,
        x: Tensor,
        net: Net,
        scores: Scores,
        code: Code,
        beside: Mapping[str, Any],
    ) -> None:
        self.x = x
        self.net = net
        self.scores = scores
        self.code = code
        self.beside = beside

    @cached_property
    def output(self) -> Tensor:
        """The reconstruction `x̂ = z decoder + center`, `[batch, d]`."""
        return self.code.decode(self.net.decoder) + self.net.center

    @cached_property
    def residual(self) -> Tensor:
        """What the reconstruction leaves, `x − x̂`, without gradients."""
        return (self.x - self.output).detach()


class Loss:
    """What every loss shares: a name under which histories list it."""

    name = "loss"

    def check(self, net: Net) -> None:
        """Refuse a net that the loss cannot work in."""

    def __call__(self, seen: Pass) -> Tensor:
        """One number, a mean over the batch."""
        raise NotImplementedError


def mean_square(x: Tensor) -> Tensor:
    """Mean over samples of the squared length.

    >>> float(mean_square(torch.ones(2, 3)))
    3.0
    """
    total: Tensor = x.square().sum()
    return total / max(len(x), 1)


@dataclass(frozen=True)
class Reconstruction(Loss):
    """`mean ‖x − x̂‖²`, summed over the width of x.

    Args:
        weight: factor.
    """

    weight: float = 1.0
    name = "reconstruction"

    def __post_init__(self) -> None:
        not_negative("weight", self.weight)

    def __call__(self, seen: Pass) -> Tensor:
        """The mean over samples."""
        return self.weight * mean_square(seen.x - seen.output)


@dataclass(frozen=True)
class L1(Loss):
    """`weight · mean Σ_i |z_i| ‖decoder_i‖`.

    Args:
        weight: factor.
    """

    weight: float = 0.1
    name = "l1"

    def __post_init__(self) -> None:
        not_negative("weight", self.weight)

    def __call__(self, seen: Pass) -> Tensor:
        """The mean over samples."""
        lengths = torch.linalg.vector_norm(seen.net.decoder, dim=1)
        sizes = seen.code.values.abs() * lengths[seen.code.indices.long()]
        total: Tensor = sizes.sum()
        return total * (self.weight / max(len(seen.x), 1))


@dataclass(frozen=True)
class Matryoshka(Loss):
    """`Σ_m mean ‖x − x̂_m‖²`, `x̂_m` from the first `widths[m]` latents alone.

    Early latents become the coarse features, later ones the fine.

    Args:
        widths: latents of each prefix, rising, the last one all; powers of 2 by default.

    Source: Bussmann et al. 2025, "Learning multi-level features with matryoshka sparse
    autoencoders", arXiv:2503.17547.
    """

    widths: Sequence[int] | None = None
    name = "matryoshka"

    def __post_init__(self) -> None:
        if self.widths is not None:
            _check_rising("widths", self.widths)

    def check(self, net: Net) -> None:
        """Refuse widths whose last is not the net's."""
        if self.widths is not None and self.widths[-1] != net.n:
            expected = f"widths that end in {net.n}, all latents"
            raise bad_argument("widths", self.widths, expected)

    def prefixes(self, n: int) -> Sequence[int]:
        """Widths in a net of n latents.

        >>> Matryoshka().prefixes(100)
        [12, 25, 50, 100]
        """
        return self.widths or sorted({max(n >> shift, 1) for shift in range(4)})

    def __call__(self, seen: Pass) -> Tensor:
        """The sum over prefixes."""
        widths = self.prefixes(seen.net.n)
        level = levels_of(seen.code.indices.long(), widths)
        net = seen.net
        return nested_errors(
            seen.x, seen.code, net.decoder, net.center, level, len(widths)
        ).sum()


@dataclass(frozen=True)
class Hierarchical(Loss):
    """`Σ_j weight_j mean ‖x − x̂_j‖²`, `x̂_j` from the j strongest latents of a sample.

    One net serves every budget j. Memory does not grow with their number.

    Args:
        budgets: numbers of latents, rising; every number from 1 to the k of the net by default.
        weights: of the budgets; equal, with sum 1, by default.

    Source: Balagansky et al. 2025, "Train one sparse autoencoder across multiple sparsity budgets",
    arXiv:2505.24473.
    """

    budgets: Sequence[int] | None = None
    weights: Sequence[float] | None = None
    name = "hierarchical"

    def __post_init__(self) -> None:
        if self.budgets is not None:
            _check_rising("budgets", self.budgets)
        if self.weights is not None and len(self.weights) != len(self.budgets or ()):
            expected = "one for each of the budgets"
            raise bad_argument("weights", self.weights, expected)

    def __call__(self, seen: Pass) -> Tensor:
        """The mean over budgets."""
        most = int(seen.code.indptr.diff().max()) if len(seen.x) else 0
        budgets = self.budgets or range(1, max(most, 1) + 1)
        level = levels_of(seen.code.rank(), budgets)
        net = seen.net
        errors = nested_errors(
            seen.x, seen.code, net.decoder, net.center, level, len(budgets)
        )
        if self.weights is None:
            return errors.mean()
        return (errors * errors.new_tensor(self.weights)).sum()


def _check_rising(name: str, numbers: Sequence[int]) -> None:
    for number in numbers:
        whole_number(name, number, 1)
    if not numbers or list(numbers) != sorted(set(numbers)):
        raise bad_argument(name, numbers, "whole numbers that rise, one or more")


@dataclass(frozen=True)
class ActiveCount(Loss):
    """The count of active latents under `JumpReLU`: `weight · L0`, or towards an aim.

    Args:
        weight: factor.
        target: aim of L0, then the loss is `weight · (L0/target − 1)²`.

    Source: Rajamanoharan et al. 2024, arXiv:2407.14435.
    """

    weight: float = 1.0
    target: float | None = None
    name = "active"

    def __post_init__(self) -> None:
        not_negative("weight", self.weight)
        if self.target is not None:
            positive("target", self.target)

    def __call__(self, seen: Pass) -> Tensor:
        """The mean over samples."""
        active: Tensor = _of_selection(seen, "active", "JumpReLU")
        if self.target is None:
            return self.weight * active
        return self.weight * (active / self.target - 1).square()


@dataclass(frozen=True)
class GateLoss(Loss):
    """What teaches the gate of `Gated`: `weight · mean Σ relu(gate)`, and what it decodes alone.

    The error of that, `mean ‖x − (relu(gate) decoder + center)‖²`, has no slopes to decoder and
    center.

    Args:
        weight: factor of the first.

    Source: Rajamanoharan et al. 2024, arXiv:2404.16014.
    """

    weight: float = 0.1
    name = "gate"

    def __post_init__(self) -> None:
        not_negative("weight", self.weight)

    def __call__(self, seen: Pass) -> Tensor:
        """The mean over samples."""
        gate: Code = _of_selection(seen, "gate", "Gated")
        net = seen.net
        alone = gate.decode(net.decoder.detach()) + net.center.detach()
        count = gate.values.sum() / max(len(seen.x), 1)
        return self.weight * count + mean_square(seen.x - alone)


def _of_selection(seen: Pass, name: str, kind: str) -> Any:
    if name not in seen.beside:
        received = Said(type(seen.net.select).__name__)
        raise bad_argument("select", received, f"{kind}() beside this loss")
    return seen.beside[name]
