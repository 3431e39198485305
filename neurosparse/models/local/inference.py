"""How a predictive coding network settles before it learns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.errors import Said, bad_argument

Activation = Callable[[Tensor], Tensor]


class Settled(NamedTuple):
    """Where a network came to rest, one entry a layer.

    Attributes:
        inputs: what each layer reads, f(v_{l−1}), `[batch, in_features]`.
        errors: e_l, `[batch, out_features]`.
        steps: of inference, that were taken.
    """

    inputs: list[Tensor]
    errors: list[Tensor]
    steps: int


class Inference(Protocol):
    """How errors are found; one of your own is a class with this method."""

    def __call__(
        self,
        layers: Sequence[nn.Module],
        activation: Activation,
        x: Tensor,
        target: Tensor,
        variance: float,
    ) -> Settled:
        """Settle a network whose input and output are clamped."""
        ...


@dataclass(frozen=True)
class Equilibrium:
    """Let values move until errors balance: dv_l/dt = −e_l + f'(v_l) ∘ W_{l+1}ᵀ e_{l+1}.

    Predictions are W_l f(v_{l−1}) + b_l, errors e_l = (v_l − prediction)/σ_l², with σ² = 1 but for
    the output. Values begin at those of the forward pass. The gradient is that of backpropagation
    only in the limit of a large output variance, not of a small error.

    Args:
        steps: of inference, at most.
        step_size: of one Euler step.
        tolerance: largest movement of a value in a step at which inference ends earlier.

    Raises:
        ValueError: steps below 1, a step size that is not above 0, or a tolerance below 0.

    Source: Whittington & Bogacz 2017, Neural Computation 29(5), doi:10.1162/NECO_a_00949.
    """

    steps: int = 50
    step_size: float = 0.1
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", whole_number("steps", self.steps, 1))
        positive("step_size", self.step_size)
        not_negative("tolerance", self.tolerance)

    def __call__(
        self,
        layers: Sequence[nn.Module],
        activation: Activation,
        x: Tensor,
        target: Tensor,
        variance: float,
    ) -> Settled:
        """Settle a network whose input and output are clamped."""
        values = forward_values(layers, activation, x)
        values[-1] = target
        step = 0
        movement = float("inf")
        while step < self.steps and movement > self.tolerance:
            step += 1
            movement = self._move(layers, activation, x, values, variance)
        inputs = [x, *[activation(v) for v in values[:-1]]]
        pairs = zip(values, layers, inputs, strict=True)
        errors = [v - layer.forward(h) for v, layer, h in pairs]
        errors[-1] = errors[-1] / variance
        if not all(bool(torch.isfinite(error).all()) for error in errors):
            received = Said(f"{self.step_size}, with which values grow without bound")
            raise bad_argument("step_size", received, "a smaller step of inference")
        return Settled(inputs, errors, step)

    def _move(
        self,
        layers: Sequence[nn.Module],
        activation: Activation,
        x: Tensor,
        values: list[Tensor],
        variance: float,
    ) -> float:
        """Take one step of all hidden values; return how far the farthest went."""
        hidden = [v.requires_grad_() for v in values[:-1]]
        if not hidden:
            return 0.0
        with torch.enable_grad():
            total = energy(layers, activation, x, values, variance)
            slopes = torch.autograd.grad(total, hidden)
        values[:-1] = [
            v.detach() - self.step_size * slope
            for v, slope in zip(hidden, slopes, strict=True)
        ]
        if not self.tolerance:
            return float("inf")
        return self.step_size * max(float(slope.abs().max()) for slope in slopes)


@dataclass(frozen=True)
class FixedPrediction:
    """Hold predictions and f' at their values of the forward pass while errors spread.

    de_l/dt = −e_l + f'(v̂_l) ∘ W_{l+1}ᵀ e_{l+1}: at rest, which unit steps reach after as many as
    there are layers, errors are the deltas of backpropagation, exactly.

    Args:
        steps: of inference; None takes one a layer.
        step_size: of one step, above 0, at most 1.

    Raises:
        ValueError: steps below 1, or a step size outside (0, 1].

    Source: Millidge, Tschantz & Buckley 2020, arXiv 2006.04182.
    """

    steps: int | None = None
    step_size: float = 1.0

    def __post_init__(self) -> None:
        if self.steps is not None:
            object.__setattr__(self, "steps", whole_number("steps", self.steps, 1))
        if positive("step_size", self.step_size) > 1:
            raise bad_argument("step_size", self.step_size, "a number above 0, at most 1")

    def __call__(
        self,
        layers: Sequence[nn.Module],
        activation: Activation,
        x: Tensor,
        target: Tensor,
        variance: float,
    ) -> Settled:
        """Settle a network whose input and output are clamped."""
        predictions = [v.requires_grad_() for v in forward_values(layers, activation, x)]
        with torch.enable_grad():
            hidden = [activation(v) for v in predictions[:-1]]
            outputs = [
                layer.forward(h) for layer, h in zip(layers[1:], hidden, strict=True)
            ]
        errors = [torch.zeros_like(v) for v in predictions]
        errors[-1] = (target - predictions[-1].detach()) / variance
        steps = len(layers) if self.steps is None else self.steps
        # one step brings errors one layer down, so a graph is walked again
        for _ in range(steps if hidden else 0):
            back = torch.autograd.grad(
                outputs, predictions[:-1], errors[1:], retain_graph=True
            )
            errors[:-1] = [
                error + self.step_size * (arrived - error)
                for error, arrived in zip(errors, back, strict=False)
            ]
        inputs = [x, *[h.detach() for h in hidden]]
        return Settled(inputs, errors, steps)


def forward_values(
    layers: Sequence[nn.Module], activation: Activation, x: Tensor
) -> list[Tensor]:
    """Values v̂_l of the forward pass: v̂_1 = W_1 x, v̂_l = W_l f(v̂_{l−1}), biases added.

    >>> forward_values([nn.Linear(2, 3), nn.Linear(3, 1)], torch.tanh, torch.ones(5, 2))[1].shape
    torch.Size([5, 1])
    """
    with torch.no_grad():
        values = [layers[0].forward(x)]
        for layer in layers[1:]:
            values.append(layer.forward(activation(values[-1])))
    return values


def energy(
    layers: Sequence[nn.Module],
    activation: Activation,
    x: Tensor,
    values: Sequence[Tensor],
    variance: float,
) -> Tensor:
    """Compute F = ½ Σ_l ‖v_l − W_l f(v_{l−1}) − b_l‖²/σ_l², summed over the batch.

    >>> one = nn.Linear(1, 1)
    >>> seen = one(torch.ones(1, 1)) + 2
    >>> round(energy([one], torch.tanh, torch.ones(1, 1), [seen], 1.0).item(), 5)
    2.0
    """
    total = values[0].new_zeros(())
    before = x
    for place, (layer, v) in enumerate(zip(layers, values, strict=True)):
        # hooks look at what is learned from, not at the way there
        squares = (v - layer.forward(before)).square().sum() / 2
        total = total + (squares / variance if place == len(layers) - 1 else squares)
        before = activation(v)
    return total
