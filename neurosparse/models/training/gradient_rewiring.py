"""Baselines that prune while they train: Grad R, STDS and DEEP R, on any layer that has sparse
`values`.

They work on `SparseLinear`, `RecurrentSynapses` and what inherits from them. Grad R and STDS hold a
parameter behind each weight of the support they start from, and only `finish` takes the zeros out;
DEEP R moves synapses at once, so it holds the wanted number throughout.
"""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.rewiring import LayerSynapses, UniformPairs


class _PassThrough(torch.autograd.Function):
    """Give `out` forward, hand the gradient to `behind` times `sign` unchanged: what is pruned
    keeps learning.
    """

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


class _Behind(nn.Module):
    """A parameter `theta` behind the weights of one layer; make the optimiser after `attach`."""

    def behind(self, values: Tensor) -> Tensor:
        """θ of present weights."""
        raise NotImplementedError

    def attach(self, layer: SparseLinear) -> Any:
        """Put `layer.theta` behind `layer.values`; the present weights stay what they are."""
        if "values" not in layer._parameters:
            raise bad_argument(
                "layer", layer, "a layer without such a rule", "call finish(layer) first"
            )
        theta = nn.Parameter(self.behind(layer.values.detach()))
        kind = type(layer)
        del layer._parameters["values"]
        # whoever reads the weights gets them from θ: torch's parametrize does the same, but refuses
        # this name
        weights = property(lambda layer: layer.rule(layer.theta))
        layer.__class__ = type(kind.__name__, (kind,), {"values": weights, "edit": _refuse_edit})
        layer.theta, layer.rule = theta, self
        return self

    @staticmethod
    def finish(layer: SparseLinear) -> SparseLinear:
        """Take the parameter away and drop every synapse whose weight is 0; the layer is an
        ordinary one again.
        """
        _theta(layer)
        values = layer.values.detach().clone()
        layer.__class__ = type(layer).__mro__[1]
        del layer.theta, layer.rule
        layer.values = nn.Parameter(values)
        layer.edit(drop=np.flatnonzero(values.cpu().numpy() == 0))
        return layer


def _refuse_edit(layer: SparseLinear, *_: Any, **__: Any) -> None:
    raise bad_argument(
        "layer", layer, "a layer without a rule behind its weights", "call rule.finish(layer) first"
    )


def _theta(layer: SparseLinear) -> Any:
    if "theta" not in layer._parameters:
        raise bad_argument(
            "layer", layer, "the layer the rule was attached to", "call rule.attach(layer) first"
        )
    return layer.theta


class GradR(_Behind):
    """Gradient rewiring: w = s max(θ, 0) with signs s held fixed; gradients reach pruned weights,
    which may return.

    After each optimiser step call `after_step`: θ -= lr α sign(θ - μ), μ = ln(2 (1 - sparsity)) /
    α, a Laplace prior under which `sparsity` of the weights are 0. A rule holds the signs of one
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
            raise bad_argument(
                "sparsity", sparsity, "a share in [0.5, 1)", "for less, prune by magnitude"
            )
        if not penalty > 0:
            raise bad_argument("penalty", penalty, "a number above 0")
        self.penalty, self.mean = float(penalty), float(np.log(2 * (1 - sparsity)) / penalty)

    def behind(self, values: Tensor) -> Tensor:
        """θ of present weights."""
        if "sign" in self._buffers:
            raise bad_argument(
                "layer",
                Said("a second one"),
                "one layer for each GradR",
                "make another GradR for it",
            )
        self.register_buffer("sign", torch.where(values < 0, -1.0, 1.0).to(values))
        return values.abs()

    def forward(self, theta: Tensor) -> Tensor:
        """Weights of θ."""
        return _PassThrough.apply(theta, self.sign * theta.detach().clamp_min(0), self.sign)  # type: ignore[no-any-return,no-untyped-call]

    def after_step(self, layer: SparseLinear, lr: float) -> None:
        """Let the prior pull, after the optimiser's step with the rate `lr`."""
        theta = _theta(layer)
        theta.data -= lr * self.penalty * torch.sign(theta.data - self.mean)


class Stds(_Behind):
    """State transition of dendritic spines: w = sign(θ) max(|θ| - d, 0), the threshold d growing while it trains.

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
        held = theta.detach()
        shrunk = torch.sign(held) * (held.abs() - self.level).clamp_min(0)
        return _PassThrough.apply(theta, shrunk, torch.ones_like(held))  # type: ignore[no-any-return,no-untyped-call]

    def after_step(self, progress: float) -> None:
        """Raise the threshold to what it is at this progress 0..1."""
        self.reached.fill_(
            self.threshold * (1 + np.sin(np.pi * (min(max(progress, 0.0), 1.0) - 0.5))) / 2
        )


class DeepR(NamedTuple):
    """DEEP R: weights walk with an optimiser, a pull to 0 and noise; one whose sign would flip moves elsewhere.

    After each optimiser step: w -= lr l1 sign, w += temperature √lr ξ; synapses whose weight has
    left the sign it was given go, and as many come at pairs drawn evenly, with a drawn sign, at
    1e-8. The number of synapses never changes.
    Source: G. Bellec et al., ICLR 2018, arXiv:1711.05136.

    Args:
        l1: pull to 0.
        temperature: of the walk; √(2 T) in the paper's letters.

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = SparseLinear(Connectivity.from_dense([[2.0, 1e-6, 0, 0, 0]]), initial=None)
    >>> rule = DeepR(l1=1.0)
    >>> signs = rule.after_step(layer, rule.signs(layer), lr=0.1, rng=0)
    >>> layer.nnz, round(layer.values[0].item(), 6), len(signs)
    (2, 1.9, 2)
    """

    l1: float = 1e-4
    temperature: float = 0.0

    def signs(self, layer: SparseLinear) -> Tensor:
        """Signs `[nnz]` to begin with, those of the weights."""
        return torch.where(layer.values.detach() < 0, -1.0, 1.0)

    def after_step(
        self,
        layer: SparseLinear,
        signs: Tensor,
        lr: float,
        optimizer: torch.optim.Optimizer | None = None,
        rng: Any = None,
    ) -> Tensor:
        """Walk, move what has flipped, and return the signs of the synapses that are there now.

        Args:
            layer: changed in place; its parameter stays the same object.
            signs: as returned by the last call.
            lr: rate of the optimiser's step.
            optimizer: whose moments follow the synapses.
            rng: seed or generator.
        """
        if signs.shape != layer.values.shape:
            raise bad_argument("signs", signs, f"[{layer.nnz}], as the last call returned them")
        rng = np.random.default_rng(rng)
        with torch.no_grad():
            noise = torch.from_numpy(rng.standard_normal(layer.nnz).astype(np.float32)).to(signs)
            layer.values.data.add_(self.temperature * lr**0.5 * noise - lr * self.l1 * signs)
            gone = np.flatnonzero((layer.values * signs < 0).cpu().numpy())
            view = LayerSynapses(layer.support, layer.values.detach().cpu().numpy())
            pre, post = UniformPairs()(view.without(gone), len(gone), rng)
            # a pair that is dropped and drawn again is free only once it is gone
            layer.edit(drop=gone, optimizer=optimizer) if len(gone) else None
            kept = np.delete(signs.cpu().numpy(), gone)
            edit = layer.edit(pre=pre, post=post, optimizer=optimizer)
            drawn = rng.choice([-1.0, 1.0], len(pre)).astype(np.float32)
            after = torch.from_numpy(edit.carry(kept)).to(signs)
            after[torch.from_numpy(edit.added)] = torch.from_numpy(drawn).to(signs)
            layer.values.data[torch.from_numpy(edit.added)] = 1e-8 * torch.from_numpy(drawn).to(
                layer.values
            )
        return after
