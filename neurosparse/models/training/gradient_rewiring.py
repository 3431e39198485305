"""Grad R and STDS: baselines that prune while they train, by a parameter behind each weight.

They work on `SparseLinear`, `RecurrentSynapses` and what inherits from them, on the support they
start from, and only `finish` takes the zeros out.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.moments import refuse_parted
from neurosparse.models.layers.sparse_linear import SparseLinear


class _PassThrough(torch.autograd.Function):
    """Give `out` forward, hand its gradient times `sign` to `behind`: what is pruned learns on."""

    @staticmethod
    def forward(ctx: Any, behind: Tensor, out: Tensor, sign: Tensor) -> Tensor:
        """Return `out`."""
        ctx.save_for_backward(sign)
        return out.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """Return the gradient of `behind`."""
        (sign,) = ctx.saved_tensors
        return grads[0] * sign, None, None


def _passed(behind: Tensor, out: Tensor, sign: Tensor) -> Tensor:
    """Apply `_PassThrough`."""
    passed: Tensor = _PassThrough.apply(behind, out, sign)  # type: ignore[no-untyped-call]
    return passed


class _Behind(nn.Module):
    """A parameter `theta` behind the weights of one layer; make the optimiser after `attach`."""

    def behind(self, values: Tensor) -> Tensor:
        """θ of present weights."""
        raise NotImplementedError

    def attach(self, layer: SparseLinear) -> Any:
        """Put `layer.theta` behind `layer.values`; the present weights stay what they are."""
        if "values" not in layer._parameters:
            expected = "a layer without such a rule"
            raise bad_argument("layer", layer, expected, "call finish(layer) first")
        theta = nn.Parameter(self.behind(layer.values.detach()))
        refuse_parted(layer.values, "make it after rule.attach(layer)")
        kind = type(layer)
        del layer._parameters["values"]
        # whoever reads the weights gets them from θ, by a class of this layer alone: torch's
        # parametrize does the same, but refuses this name
        weights = property(lambda layer: layer.rule(layer.theta))
        parts = {"values": weights, "edit": _refuse_edit, "check_edit": _refuse_edit}
        layer.__class__ = type(kind.__name__, (kind,), parts)
        layer.theta = theta
        layer.rule = self
        return self

    @staticmethod
    def finish(layer: SparseLinear) -> SparseLinear:
        """Drop every synapse whose weight is 0, and make the layer an ordinary one again."""
        refuse_parted(_theta(layer), "make it anew behind rule.finish(layer)")
        values = layer.values.detach().clone()
        layer.__class__ = type(layer).__mro__[1]
        del layer.theta, layer.rule
        layer.values = nn.Parameter(values)
        layer.edit(drop=np.flatnonzero(values.cpu().numpy() == 0))
        return layer


def _refuse_edit(layer: SparseLinear, *_: Any, **__: Any) -> None:
    expected = "a layer without a rule behind its weights"
    raise bad_argument("layer", layer, expected, "call rule.finish(layer) first")


def _theta(layer: SparseLinear) -> Any:
    if "theta" not in layer._parameters:
        expected = "the layer the rule was attached to"
        raise bad_argument("layer", layer, expected, "call rule.attach(layer) first")
    return layer.theta


class GradR(_Behind):
    """Gradient rewiring: w = s max(θ, 0) with signs s held fixed.

    Gradients reach pruned weights, which may return. After each optimiser step call `after_step`:

        θ -= lr α sign(θ - μ),  μ = ln(2 (1 - sparsity)) / α

    a Laplace prior under which `sparsity` of the weights are 0. A rule holds the signs of one
    layer.

    Source: Y. Chen et al., IJCAI 2021, arXiv:2105.04916.

    Args:
        sparsity: aimed at by the prior, 0.5 or more.
        penalty: α.

    Raises:
        ValueError: a sparsity the prior cannot have.

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = SparseLinear(Connectivity.from_dense([[2.0, -1.0]]), initial=None)
    >>> rule = GradR(0.8).attach(layer)
    >>> layer.values.tolist(), round(rule.mean, 1)
    ([2.0, -1.0], -916.3)
    """

    sign: Tensor

    def __init__(self, sparsity: float = 0.8, penalty: float = 1e-3) -> None:
        super().__init__()
        if not 0.5 <= sparsity < 1:
            remedy = "for less, prune by magnitude"
            raise bad_argument("sparsity", sparsity, "a share in [0.5, 1)", remedy)
        if not penalty > 0:
            raise bad_argument("penalty", penalty, "a number above 0")
        self.penalty = float(penalty)
        self.mean = float(np.log(2 * (1 - sparsity)) / penalty)

    def behind(self, values: Tensor) -> Tensor:
        """θ of present weights."""
        if "sign" in self._buffers:
            expected = "one layer for each GradR"
            raise bad_argument(
                "layer", Said("a second one"), expected, "make another GradR for it"
            )
        self.register_buffer("sign", torch.where(values < 0, -1.0, 1.0).to(values))
        return values.abs()

    def forward(self, theta: Tensor) -> Tensor:
        """Weights of θ."""
        return _passed(theta, self.sign * theta.detach().clamp_min(0), self.sign)

    def after_step(self, layer: SparseLinear, lr: float) -> None:
        """Let the prior pull, after the optimiser's step with the rate `lr`."""
        theta = _theta(layer)
        with torch.no_grad():
            theta -= lr * self.penalty * torch.sign(theta - self.mean)


class Stds(_Behind):
    """State transition of dendritic spines: w = sign(θ) max(|θ| - d, 0) with a growing d.

    d(p) = D (1 + sin(π (p - 1/2))) / 2 at progress p; gradients pass the threshold unchanged.

    Source: Y. Chen et al., ICML 2022, arXiv:2205.07324.

    Args:
        threshold: D, in the unit of the weights; sets how sparse the result is.

    Raises:
        ValueError: a threshold that is not above 0.

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = SparseLinear(Connectivity.from_dense([[2.0, -1.0, 0.25]]), initial=None)
    >>> rule = Stds(0.5).attach(layer)
    >>> rule.after_step(1.0)
    >>> layer.values.tolist()
    [1.5, -0.5, 0.0]
    """

    reached: Tensor

    def __init__(self, threshold: float = 1.0) -> None:
        super().__init__()
        if not threshold > 0:
            raise bad_argument("threshold", threshold, "a number above 0")
        self.threshold = float(threshold)
        # in the state_dict, or weights that were loaded would be others until the next step
        self.register_buffer("reached", torch.zeros((), dtype=torch.float64))

    @property
    def level(self) -> float:
        """d, where the threshold is now."""
        return float(self.reached)

    def behind(self, values: Tensor) -> Tensor:
        """θ of present weights."""
        return values + torch.sign(values) * self.level

    def forward(self, theta: Tensor) -> Tensor:
        """Weights of θ."""
        behind = theta.detach()
        weights = torch.sign(behind) * (behind.abs() - self.level).clamp_min(0)
        return _passed(theta, weights, torch.ones_like(behind))

    def after_step(self, progress: float) -> None:
        """Raise the threshold to what it is at this progress 0..1."""
        p = min(max(progress, 0.0), 1.0)
        self.reached.fill_(self.threshold * (1 + np.sin(np.pi * (p - 0.5))) / 2)
