"""DEEP R: a baseline that moves synapses while it trains, and never changes their number.

It works on `SparseLinear`, `RecurrentSynapses` and what inherits from them.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from neurosparse.errors import bad_argument
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.rewiring import LayerSynapses, UniformPairs
from neurosparse.typing import Seed


class DeepR(NamedTuple):
    """DEEP R: weights walk with an optimiser, a pull to 0 and noise; what flips moves elsewhere.

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
        rng: Seed = None,
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
            raise bad_argument(
                "signs", signs, f"[{layer.nnz}], as the last call returned them"
            )
        rng = np.random.default_rng(rng)
        with torch.no_grad():
            noise = torch.from_numpy(rng.standard_normal(layer.nnz).astype(np.float32)).to(
                signs
            )
            layer.values.add_(self.temperature * lr**0.5 * noise - lr * self.l1 * signs)
            gone = np.flatnonzero((layer.values * signs < 0).cpu().numpy())
            before = LayerSynapses(layer.support, layer.values.detach().cpu().numpy())
            pre, post = UniformPairs()(before.without(gone), len(gone), rng)
            # in two edits: a pair that is dropped and drawn again is free only once it is gone
            if len(gone):
                layer.edit(drop=gone, optimizer=optimizer)
            edit = layer.edit(pre=pre, post=post, optimizer=optimizer)
            kept = np.delete(signs.cpu().numpy(), gone)
            after = torch.from_numpy(edit.carry(kept)).to(signs)
            added = torch.from_numpy(edit.added)
            drawn = torch.from_numpy(rng.choice([-1.0, 1.0], len(pre)).astype(np.float32))
            after[added] = drawn.to(signs)
            layer.values[added] = 1e-8 * drawn.to(layer.values)
        return after
