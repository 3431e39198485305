"""Dale's law while a network trains: what a neuron sends has one sign and keeps it."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.sparse_linear import SparseLinear


class DaleLaw:
    """Keep the sign of every neuron that a sparse layer reads from, step by step.

        w_e ← s_pre(e) max(s_pre(e) w_e, 0)    after every step of the optimiser

    This is projected gradient descent: a weight that would change its sign stops at 0, where it
    costs nothing to keep and from where it may grow again on its own side. Synapses that rewiring
    grows obey too. Weights at the start become s |w|.

    Args:
        layer: a `SparseLinear` or `RecurrentSynapses`, such as `model.cell.synapses` of an HRSNN.
        signs: 1, -1 or 0 (free) of each presynaptic neuron `[in_features]`; None takes those of the
            layer's weights.

    Raises:
        ValueError: signs of another length or value; None, and a neuron has weights of both signs.
        TypeError: no sparse layer.

    >>> from neurosparse.connectivity import Connectivity
    >>> wiring = Connectivity.from_dense([[1.0, 0.5], [-1.0, 0.0]])
    >>> layer = SparseLinear(wiring, initial=None, bias=False)
    >>> optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    >>> law = DaleLaw(layer).attach(optimizer)
    >>> (3 * layer(torch.tensor([[1.0, -2.0]]))).sum().backward()
    >>> optimizer.step()
    >>> layer.values.tolist()
    [0.0, 0.0, 0.0]
    """

    def __init__(self, layer: SparseLinear, signs: npt.ArrayLike | None = None) -> None:
        if not isinstance(layer, SparseLinear):
            remedy = "of an HRSNN it is model.cell.synapses"
            raise bad_type("layer", layer, "a SparseLinear", remedy)
        self.layer = layer
        if signs is None:
            signs = _signs_of(layer)
        table = np.asarray(signs)
        right = table.shape == (layer.in_features,) and np.isin(table, (-1, 0, 1)).all()
        if not right:
            expected = f"1, -1 or 0 of each of {layer.in_features} presynaptic neurons"
            raise bad_argument("signs", signs, expected)
        self.signs = torch.from_numpy(table.astype(np.float32))
        with torch.no_grad():
            sign = self._of_synapses()
            values = layer.values
            values.copy_(torch.where(sign == 0, values, sign * values.abs()))

    def _of_synapses(self) -> Tensor:
        """Sign of each synapse as the layer is now `[nnz]`."""
        layer = self.layer
        sizes = layer.indptr.diff().long()
        signs = self.signs.to(layer.values.device, layer.values.dtype)
        return signs.repeat_interleave(sizes)

    @torch.no_grad()
    def project(self) -> None:
        """Set weights on the wrong side to 0; for loops that step without an optimiser."""
        sign = self._of_synapses()
        self.layer.values.masked_fill_(sign * self.layer.values < 0, 0.0)

    def attach(self, optimizer: torch.optim.Optimizer) -> "DaleLaw":
        """Project after every step of this optimiser, also inside `fit`."""

        def after(*_: Any) -> None:
            self.project()

        optimizer.register_step_post_hook(after)
        return self


def _signs_of(layer: SparseLinear) -> npt.NDArray[np.int64]:
    """The one sign of each row's weights; 0 where all are 0 or there is none."""
    values = layer.values.detach().double().cpu().numpy()
    row = np.repeat(np.arange(layer.in_features), np.diff(layer.indptr.cpu().numpy()))
    above, below = (
        np.bincount(row[side], minlength=layer.in_features) > 0
        for side in (values > 0, values < 0)
    )
    mixed = np.flatnonzero(above & below)
    if len(mixed):
        problem = Said(f"both signs from neuron {mixed[0]} and {len(mixed) - 1} others")
        expected = "one sign from every neuron"
        raise bad_argument("layer", problem, expected, "say which it shall have: signs=")
    return above.astype(np.int64) - below
