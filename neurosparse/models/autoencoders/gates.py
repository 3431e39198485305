"""Which latents of a sample are on: rules with a threshold, learned or moved."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.kernels.base.autograd import once
from neurosparse.models.autoencoders.code import Code, Scores
from neurosparse.models.autoencoders.net import Net
from neurosparse.models.autoencoders.selection import Selected, Selection


@dataclass(frozen=True)
class Relu(Selection):
    """All scores above 0, as the first sparse autoencoders have it; `L1` makes them few.

    Source: Bricken et al. 2023, "Towards monosemanticity", Transformer Circuits.
    """

    def select(self, scores: Scores, net: Net) -> Selected:
        """Take what is above 0."""
        return Selected(scores.above(0.0))


class _Jump(torch.autograd.Function):
    """z = h [h > θ] and the step [h > θ], with slopes to θ from a window around it."""

    @staticmethod
    def forward(ctx: Any, h: Tensor, theta: Tensor, width: float) -> tuple[Tensor, Tensor]:
        ctx.save_for_backward(h, theta)
        ctx.width = width
        step = (h > theta).to(h.dtype)
        return h * step, step

    @staticmethod
    @once("jump_relu")
    def backward(ctx: Any, dz: Tensor, dstep: Tensor) -> tuple[Tensor | None, ...]:
        h, theta = ctx.saved_tensors
        window = ((h - theta).abs() < ctx.width / 2).to(h.dtype) / ctx.width
        return dz * (h > theta), -(theta * dz + dstep) * window, None


@dataclass(frozen=True)
class JumpReLU(Selection):
    """Scores above a threshold that each latent learns: `z = h [h > θ]`.

    θ has slopes from scores nearer than half the width: `∂z/∂θ = −(θ/ε) K((h − θ)/ε)`, and that of
    the count of active latents, which `ActiveCount` bounds, `−(1/ε) K((h − θ)/ε)`. θ itself learns,
    not its logarithm, and stays 0 or more.

    Args:
        theta: threshold at the start.
        width: ε of the window.

    Source: Rajamanoharan et al. 2024, "Jumping ahead", arXiv:2407.14435.
    """

    theta: float = 0.001
    width: float = 0.05

    def __post_init__(self) -> None:
        not_negative("theta", self.theta)
        positive("width", self.width)

    def learns(self, n: int) -> dict[str, Tensor]:
        """The thresholds."""
        return {"theta": torch.full((n,), self.theta)}

    def select(self, scores: Scores, net: Net) -> Selected:
        """Take what is above, with slopes from what is near."""
        theta = net.rule["theta"]
        near = scores.above(theta.detach() - self.width / 2)
        jump: Any = _Jump.apply
        z, step = jump(near.values, theta[near.indices.long()], self.width)
        code = near.with_values(z).pairs(step.detach() > 0)
        return Selected(code, {"active": step.sum() / max(len(scores.x), 1)})

    def infer(self, scores: Scores, net: Net) -> Code:
        """Take what is above."""
        return scores.above(net.rule["theta"].detach())

    def stepped(self, net: Net) -> None:
        """Keep thresholds 0 or more."""
        net.rule["theta"].data.clamp_(min=0.0)


@dataclass(frozen=True)
class Gated(Selection):
    """A gate says which latents are on, a scaled and shifted score how much.

    `z = [W x + b > 0] relu(exp(r) W x + m)`, b the bias of the net; `GateLoss` teaches the gate.

    Source: Rajamanoharan et al. 2024, "Improving dictionary learning with gated sparse
    autoencoders", arXiv:2404.16014.
    """

    def learns(self, n: int) -> dict[str, Tensor]:
        """The logarithm of a scale and a shift for each latent."""
        return {"log_scale": torch.zeros(n), "shift": torch.zeros(n)}

    def select(self, scores: Scores, net: Net) -> Selected:
        """Open gates above 0."""
        gate = scores.above(0.0)
        latents = gate.indices.long()
        scale = net.rule["log_scale"].exp()[latents]
        size = (gate.values - net.bias[latents]) * scale + net.rule["shift"][latents]
        return Selected(gate.with_values(size.relu()), {"gate": gate})


@dataclass(frozen=True)
class GroupBias(Selection):
    """Biases that are moved, not learned, until each group of latents fires as often as it should.

    Latent i is on where `h = W x + b_i > 0` and gives W x, so the bias says when, not how much.
    After every `every` samples: a latent that fired more often than its group's aim has its bias
    lowered by `rate · (its largest h)`; one that did not fire has it raised by `rate` times the
    mean of the largest h of those of the group that did. Biases stay between −1 and 0.

    Args:
        groups: of latents with an aim of their own, equally large.
        most: share of samples on which a latent of the first group fires.
        least: that of the last group; between them aims fall by equal factors.
        rate: of the biases.
        every: samples between two moves.

    Source: "Taming polysemanticity in LLMs: provable feature recovery via sparse autoencoders",
    2025, arXiv:2506.14002; the steps are read out of another's version of it.
    """

    groups: int = 10
    most: float = 0.1
    least: float = 0.001
    rate: float = 0.01
    every: int = 40_960

    bias_learns = False

    def __post_init__(self) -> None:
        whole_number("groups", self.groups, 1)
        whole_number("every", self.every, 1)
        for name in ("most", "least", "rate"):
            positive(name, getattr(self, name))

    def keeps(self, n: int) -> dict[str, Tensor]:
        """Firings and largest scores since the last move, and samples."""
        counts = {"firings": torch.zeros(n, dtype=torch.int64), "largest": torch.zeros(n)}
        return counts | {"samples": torch.zeros((), dtype=torch.int64)}

    def select(self, scores: Scores, net: Net) -> Selected:
        """Take what is above 0, its bias taken off again."""
        code = scores.above(0.0)
        if net.training:
            self._count(code, net)
        return Selected(code.with_values(code.values - net.bias[code.indices.long()]))

    def _count(self, code: Code, net: Net) -> None:
        latents = code.indices.long()
        values = code.values.detach()
        net.rule["firings"].add_(torch.bincount(latents, minlength=code.n))
        net.rule["largest"].scatter_reduce_(0, latents, values, "amax")
        net.rule["samples"].add_(len(code.indptr) - 1)

    def looked(self, code: Code, net: Net) -> None:
        """Move the biases when it is time."""
        samples = int(net.rule["samples"])
        if samples < self.every:
            return
        share = net.rule["firings"].double() / samples
        moved = self.moved(net.bias.detach(), share, net.rule["largest"])
        net.bias.data.copy_(moved)
        for name in ("firings", "largest", "samples"):
            net.rule[name].zero_()

    def moved(self, bias: Tensor, share: Tensor, largest: Tensor) -> Tensor:
        """Give biases after a move.

        Args:
            bias: before, `[n]`.
            share: of samples on which each latent fired, `[n]`.
            largest: score of each latent, 0 if it did not fire, `[n]`.

        >>> rule = GroupBias(groups=1, most=0.5, least=0.5)
        >>> bias = torch.tensor([0.0, -0.05, -0.1])
        >>> share, largest = torch.tensor([0.75, 0.0, 0.75]), torch.tensor([2.0, 0.0, 0.4])
        >>> rule.moved(bias, share, largest)
        tensor([-0.0200, -0.0380, -0.1040])
        """
        n = len(bias)
        group = torch.arange(n) * self.groups // n
        powers = torch.linspace(0, 1, self.groups, dtype=torch.float64)
        aims = self.most * (self.least / self.most) ** powers
        result = bias.clone()
        for number, aim in enumerate(aims):
            mine = group == number
            on = mine & (largest > 0)
            if on.any():
                result[mine & (share < 1e-6)] += self.rate * largest[on].mean()
            often = mine & (share > aim)
            result[often] -= self.rate * largest[often]
        return result.clamp(-1.0, 0.0)
