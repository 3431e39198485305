"""What most libraries call sparse: a dense layer whose weights are multiplied by a mask."""

import torch
from torch import Tensor, nn

from neurosparse.models import SparseLinear


class MaskedLinear(nn.Linear):
    """A dense layer of which a mask lets some weights through; all are stored and multiplied.

        y = x (W ⊙ mask)ᵀ + bias

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = MaskedLinear(SparseLinear(Connectivity.from_dense([[1, 0], [2, 3]]), initial=None))
    >>> layer(torch.ones(1, 2)).tolist(), int(layer.mask.sum())
    ([[3.0, 3.0]], 3)
    """

    mask: Tensor

    def __init__(self, sparse: SparseLinear) -> None:
        super().__init__(sparse.in_features, sparse.out_features, sparse.bias is not None)
        twin = sparse.to_dense()
        self.load_state_dict(twin.state_dict())
        mask = torch.from_numpy(sparse.support.to_dense().T.copy())
        self.register_buffer("mask", mask.to(twin.weight.dtype))

    def forward(self, x: Tensor) -> Tensor:
        """Compute `x (W ⊙ mask)ᵀ + bias`."""
        return nn.functional.linear(x, self.weight * self.mask, self.bias)


def masked_twin(model: nn.Sequential) -> nn.Sequential:
    """Copy a network with a mask in place of every sparse layer: the same function.

    >>> masked_twin(nn.Sequential(nn.ReLU()))
    Sequential(
      (0): ReLU()
    )
    """
    return nn.Sequential(
        *(MaskedLinear(m) if isinstance(m, SparseLinear) else m for m in model)
    )
