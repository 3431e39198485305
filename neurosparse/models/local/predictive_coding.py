"""Predictive coding networks: values settle between input and target, then synapses learn."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from neurosparse.checks import function_like, positive
from neurosparse.errors import Said, bad_argument
from neurosparse.models.local.inference import Equilibrium, Inference, Settled
from neurosparse.models.local.stack import check_inputs, check_labels, stacked


class PredictiveCoding(nn.Module):
    """Linear layers that learn by the errors of their own units.

        v̂_l = W_l f(v_{l−1}) + b_l,  e_l = (v_l − v̂_l)/σ_l²,  ΔW_l ∝ e_l f(v_{l−1})ᵀ

    with v_0 = f(v_0) the input and the last values clamped to the target. `fit` trains it as any
    network: labels are learned as one of `classes` outputs being 1, floats as they are. Each
    synapse that exists learns by a product of its two ends; `Rewirer`, `prune` and checkpoints
    treat `SparseLinear` layers as any others.

    Args:
        layers: `nn.Linear`, `SparseLinear` or `CondensedLinear`, in the order of the data.
        inference: how values settle: `Equilibrium()`, or `FixedPrediction()`, whose gradient is
            that of backpropagation.
        activation: f, element by element.
        output_variance: σ² of the last layer; that of the others is 1.

    Raises:
        TypeError: a part of another kind.
        ValueError: layers whose widths differ, or a variance that is not above 0.

    Source: Whittington & Bogacz 2017, doi:10.1162/NECO_a_00949.

    >>> from neurosparse.models import FixedPrediction, SparseLinear
    >>> net = PredictiveCoding(
    ...     [SparseLinear(4, 8, 0.5, rng=0), nn.Linear(8, 2)], FixedPrediction()
    ... )
    >>> net.learning_loss(torch.rand(3, 4), torch.tensor([0, 1, 1])).backward()
    >>> net.layers[0].values.grad.shape, net(torch.rand(3, 4)).shape
    (torch.Size([16]), torch.Size([3, 2]))
    """

    def __init__(
        self,
        layers: Iterable[nn.Module],
        inference: Inference = Equilibrium(),  # noqa: B008 - a frozen value
        *,
        activation: Callable[[Tensor], Tensor] = torch.tanh,
        output_variance: float = 1.0,
    ) -> None:
        super().__init__()
        parts = stacked(layers)
        function_like("inference", inference, "an object such as Equilibrium()")
        function_like("activation", activation, "a function such as torch.tanh")
        self.in_features = parts[0].in_features
        self.classes = parts[-1].out_features
        self.layers = nn.ModuleList(parts)
        self.inference = inference
        self.activation = activation
        self.output_variance = positive("output_variance", output_variance)

    def settle(self, x: Tensor, y: Tensor) -> Settled:
        """Let values settle between `x [batch, in_features]` and the target; weights stay."""
        check_inputs(x, self.in_features)
        target = self._target(x, y)
        with frozen(self):
            return self.inference(
                list(self.layers), self.activation, x, target, self.output_variance
            )

    def learning_loss(self, x: Tensor, y: Tensor) -> Tensor:
        """Compute the mean energy of a sample at rest, whose gradient is what synapses learn.

            ∂/∂W_l = −e_l f(v_{l−1})ᵀ / batch,   value ½ Σ_l σ_l² ‖e_l‖² / batch

        Args:
            x: inputs `[batch, in_features]`.
            y: labels `[batch]`, or targets `[batch, out_features]`.

        Raises:
            TypeError: inputs or targets of another kind.
            ValueError: inputs of another width or not finite, targets that do not fit, or values
                that grow without bound as they settle.
        """
        inputs, errors, _ = self.settle(x, y)
        loss = x.new_zeros(())
        for layer, h, error in zip(self.layers, inputs, errors, strict=True):
            last = layer is self.layers[-1]
            variance = self.output_variance if last else 1.0
            value = variance * error.square().sum() / 2
            # the slope with respect to the output of a layer is its error, whatever the value
            pull = (error * layer(h.detach())).sum()
            loss = loss + value + pull.detach() - pull
        return loss / max(len(x), 1)

    def forward(self, x: Tensor) -> Tensor:
        """Compute the outputs of the forward pass, `[batch, out_features]`."""
        h = check_inputs(x, self.in_features)
        for layer in self.layers[:-1]:
            h = self.activation(layer(h))
        last: Tensor = self.layers[-1](h)
        return last

    def _target(self, x: Tensor, y: Any) -> Tensor:
        """Values of the output, clamped: one of the classes, or numbers as they are."""
        if isinstance(y, Tensor) and y.is_floating_point():
            target = check_inputs(y, self.classes, "y").to(x.dtype)
            if len(y) != len(x):
                raise bad_argument(
                    "y", Said(f"{len(y)} targets"), f"{len(x)}, one a sample"
                )
            return target
        labels = check_labels(y, len(x), self.classes)
        return nn.functional.one_hot(labels, self.classes).to(x.dtype)

    def extra_repr(self) -> str:
        """What print shows beside the layers."""
        return f"{self.inference}, output_variance={self.output_variance:g}"


@contextmanager
def frozen(model: nn.Module) -> Iterator[None]:
    """Let no gradient of parameters be computed meanwhile; values settle, synapses do not.

    >>> layer = nn.Linear(1, 1)
    >>> with frozen(layer):
    ...     print(layer.weight.requires_grad)
    False
    >>> layer.weight.requires_grad
    True
    """
    learning = [p for p in model.parameters() if p.requires_grad]
    for parameter in learning:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in learning:
            parameter.requires_grad_(True)
