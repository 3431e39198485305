"""Records what sparse layers see and say while they train, for rules that rewire by activity."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.condensed_linear import CondensedLinear
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.rewiring import ActivityWindow, Sampling


@dataclass
class _Batch:
    inputs: Tensor
    outputs: Tensor
    slopes: Tensor | None = None


class Recorder:
    """Keep the last batches of inputs, outputs and output gradients of every `SparseLinear`.

    Outputs are taken behind the nonlinearity where the next linear layer reads them. Nothing is
    recorded in evaluation mode. Use as a context manager; leaving it takes the hooks off.

    Args:
        model: the network.
        sampling: how many batches, and how many samples of each.

    >>> from neurosparse.connectivity import Connectivity
    >>> model = nn.Sequential(SparseLinear(Connectivity.from_dense([[1.0, -1.0]]), initial=None), nn.ReLU())
    >>> with Recorder(model, Sampling(1)) as seen:
    ...     model(torch.tensor([[2.0]])).sum().backward()
    >>> seen.window(model[0]).slopes.tolist()
    [[1.0, 0.0]]
    """

    def __init__(self, model: nn.Module, sampling: Sampling) -> None:
        self.sampling = sampling
        self._batches: dict[nn.Module, deque[_Batch]] = {}
        self._last: SparseLinear | None = None
        self._hooks: list[Any] = []
        for layer in model.modules() if sampling.batches else ():
            if isinstance(layer, SparseLinear):
                self._batches[layer] = deque(maxlen=sampling.batches)
            if isinstance(layer, SparseLinear | CondensedLinear | nn.Linear):
                self._hooks.append(layer.register_forward_hook(self._see))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hook in self._hooks:
            hook.remove()

    def _some(self, x: Tensor) -> Tensor:
        rows = x.detach().reshape(-1, x.shape[-1])
        # NumPy, in which rules are written, has no bfloat16
        rows = rows.float() if rows.dtype in (torch.float16, torch.bfloat16) else rows
        # a few samples are copied, so that they do not hold their whole batch in memory
        return rows[: self.sampling.per_batch].clone() if self.sampling.per_batch else rows

    def _see(self, layer: nn.Module, args: tuple[Tensor, ...], out: Tensor) -> None:
        if not layer.training:
            return
        inputs = self._some(args[0])
        if self._last is not None and self._last.n_post == inputs.shape[1]:
            self._batches[self._last][-1].outputs = inputs
        self._last = layer if isinstance(layer, SparseLinear) else None
        if isinstance(layer, SparseLinear):
            batch = _Batch(inputs, self._some(out))
            self._batches[layer].append(batch)
            if out.requires_grad:
                out.register_hook(self._listener(batch))  # type: ignore[no-untyped-call]

    def _listener(self, batch: _Batch) -> Callable[[Tensor], None]:
        def hear(slope: Tensor) -> None:
            batch.slopes = self._some(slope)

        return hear

    def window(self, layer: SparseLinear) -> ActivityWindow | None:
        """Give the samples of a layer, on several ranks those of all of them; None if none are wanted.

        Raises:
            ValueError: nothing has been recorded yet.
        """
        if layer not in self._batches:
            return None
        whole = [batch for batch in self._batches[layer] if batch.slopes is not None]
        if not whole:
            found = Said("no batch that went forward and backward")
            raise bad_argument("recorder", found, "at least one", "train a step before rewiring")
        sizes = [min(len(batch.inputs), len(batch.outputs)) for batch in whole]
        parts = [
            torch.cat([getattr(batch, name)[:n] for batch, n in zip(whole, sizes, strict=True)])
            for name in ActivityWindow._fields
        ]
        return ActivityWindow(*(_gathered(part).cpu().numpy() for part in parts))

    def clear(self) -> None:
        """Forget everything."""
        for batches in self._batches.values():
            batches.clear()
        self._last = None


def _gathered(x: Tensor) -> Tensor:
    """All ranks' samples in the order of the ranks, so that every rank decides alike."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return x
    everyone: list[Any] = [None] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(everyone, x.cpu().numpy())
    return torch.from_numpy(np.concatenate(everyone))
