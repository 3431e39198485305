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


class ActivityRecorder:
    """Keep the last batches of inputs, outputs and output gradients of every `SparseLinear`.

    Outputs are taken behind the nonlinearity where the next linear layer reads them. Nothing is
    recorded in evaluation mode. Use as a context manager, or call `close()`; either takes the hooks
    off.

    Args:
        model: the network.
        sampling: how many batches, and how many samples of each.

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = SparseLinear(Connectivity.from_dense([[1.0, -1.0]]), initial=None)
    >>> model = nn.Sequential(layer, nn.ReLU())
    >>> with ActivityRecorder(model, Sampling(1)) as recorder:
    ...     model(torch.tensor([[2.0]])).sum().backward()
    >>> recorder.window(layer).slopes.tolist()
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
                self._hooks.append(layer.register_forward_hook(self._record))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the hooks off; what was recorded stays."""
        for hook in self._hooks:
            hook.remove()

    def _sampled(self, x: Tensor) -> Tensor:
        rows = x.detach().reshape(-1, x.shape[-1])
        # NumPy, in which rules are written, has no bfloat16
        rows = rows.float() if rows.dtype in (torch.float16, torch.bfloat16) else rows
        # a few samples are copied, so that they do not hold their whole batch in memory
        return rows[: self.sampling.per_batch].clone() if self.sampling.per_batch else rows

    def _record(self, layer: nn.Module, args: tuple[Tensor, ...], out: Tensor) -> None:
        if not layer.training:
            return
        inputs = self._sampled(args[0])
        if self._last is not None and self._last.out_features == inputs.shape[1]:
            self._batches[self._last][-1].outputs = inputs
        self._last = layer if isinstance(layer, SparseLinear) else None
        if isinstance(layer, SparseLinear):
            batch = _Batch(inputs, self._sampled(out))
            self._batches[layer].append(batch)
            if out.requires_grad:
                out.register_hook(self._listener(batch))  # type: ignore[no-untyped-call]

    def _listener(self, batch: _Batch) -> Callable[[Tensor], None]:
        def record(slope: Tensor) -> None:
            batch.slopes = self._sampled(slope)

        return record

    def window(self, layer: SparseLinear) -> ActivityWindow | None:
        """Give the samples of a layer, on several ranks those of all; None if none are wanted.

        Raises:
            ValueError: nothing has been recorded yet.
        """
        if layer not in self._batches:
            return None
        whole = [batch for batch in self._batches[layer] if batch.slopes is not None]
        if not whole:
            received = Said("no batch that went forward and backward")
            remedy = "train a step before rewiring"
            raise bad_argument("recorder", received, "at least one", remedy)
        sizes = [min(len(batch.inputs), len(batch.outputs)) for batch in whole]
        parts = [
            torch.cat(
                [getattr(batch, name)[:n] for batch, n in zip(whole, sizes, strict=True)]
            )
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
