"""What a network costs on paper: multiply-accumulates by formula, bytes by what is really stored."""

from collections.abc import Callable

import torch
from torch import nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.condensed_linear import CondensedLinear
from neurosparse.models.sparse_linear import SparseLinear

# multiply-accumulates of one sample; a kind that is not here is an error, never a silent 0
MACS: dict[type[nn.Module], Callable[[nn.Module], int]] = {
    nn.Linear: lambda m: m.weight.numel(),  # type: ignore[operator]
    SparseLinear: lambda m: m.values.numel(),  # type: ignore[operator]
    CondensedLinear: lambda m: m.values.numel(),  # type: ignore[operator]
    nn.ReLU: lambda m: 0,
    nn.Identity: lambda m: 0,
    nn.Dropout: lambda m: 0,
    nn.Flatten: lambda m: 0,
}


def macs(model: nn.Module) -> int:
    """Multiply-accumulates of one sample forward, without offsets; a sparse layer counts its synapses.

    Raises:
        ValueError: a module has no formula.

    >>> macs(nn.Sequential(nn.Linear(3, 4), nn.ReLU()))
    12
    """
    total = 0
    for name, module in model.named_modules():
        if next(module.children(), None) is not None:
            continue
        if type(module) not in MACS:
            found = Said(f"{type(module).__name__} at {name!r}")
            raise bad_argument("model", found, f"modules with a formula: {', '.join(k.__name__ for k in MACS)}")
        total += MACS[type(module)](module)
    return total


def stored_bytes(model: nn.Module, optimizer: torch.optim.Optimizer | None = None) -> dict[str, int]:
    """Bytes of trained numbers, of indices and pointers, and of the optimiser's moments.

    >>> stored_bytes(nn.Linear(3, 4))
    {'value_bytes': 64, 'index_bytes': 0, 'moment_bytes': 0}
    """
    moments = () if optimizer is None else (t for s in optimizer.state.values() for t in s.values())
    return {
        "value_bytes": sum(_size(p) for p in model.parameters()),
        "index_bytes": sum(_size(b) for b in model.buffers()),
        "moment_bytes": sum(_size(t) for t in moments if isinstance(t, torch.Tensor)),
    }


def _size(t: torch.Tensor) -> int:
    return t.numel() * t.element_size()
