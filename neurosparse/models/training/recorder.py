"""Records what sparse layers see and say while they train, for rules that rewire by activity."""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.condensed_linear import CondensedLinear
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.training.flow import DataFlow
from neurosparse.rewiring import ActivityWindow, Sampling


@dataclass(eq=False)
class _Call:
    """One call of a layer: what came in, what went out, and the gradient of that."""

    layer: nn.Module
    shape: tuple[int, int]
    inputs: Tensor | None = None
    outputs: Tensor | None = None
    slopes: Tensor | None = None


class _Step:
    """The calls of a layer between two steps of the optimiser: their gradients are added."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.calls: list[_Call] = []

    def goes_on(self, values: Tensor, whole: bool) -> bool:
        """Whether another call belongs to it; samples of batches are counted by calls."""
        if not whole or values._version != self.version:
            return False
        # gradients that were taken away, or set to 0, end a step as well
        forward_only = all(call.slopes is None for call in self.calls)
        return forward_only or (values.grad is not None and bool(values.grad.any()))


class ActivityRecorder:
    """Keep the last batches of inputs, outputs and output gradients of every `SparseLinear`.

    All that a layer does between two steps of the optimiser is one batch: a layer that is used
    twice, time in pieces, micro-batches whose gradients are added. (With `per_batch` samples are
    taken of each call, and calls are counted.) Outputs are taken behind the nonlinearity where the
    next linear layer reads them, where nothing but that layer's output goes into it. Nothing is
    recorded in evaluation mode, nor of layers that do not learn. Use as a context manager, or call
    `close()`; either takes the hooks off.

    Args:
        model: the network.
        sampling: how many batches, and how many samples of each.
        layers: those to record; all sparse layers of the model by default.
        follow: record the way of the data where nothing else is to be.

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = SparseLinear(Connectivity.from_dense([[1.0, -1.0]]), initial=None)
    >>> model = nn.Sequential(layer, nn.ReLU())
    >>> with ActivityRecorder(model, Sampling(1)) as recorder:
    ...     model(torch.tensor([[2.0]])).sum().backward()
    >>> recorder.window(layer).slopes.tolist()
    [[1.0, 0.0]]
    """

    def __init__(
        self,
        model: nn.Module,
        sampling: Sampling = Sampling(),  # noqa: B008 - a frozen value
        *,
        layers: Collection[SparseLinear] | None = None,
        follow: bool = False,
    ) -> None:
        self.sampling = sampling
        self.flow = DataFlow()
        self._steps: dict[nn.Module, deque[_Step]] = {}
        self._names = {layer: name for name, layer in model.named_modules()}
        self._hooks: list[Any] = []
        for layer in model.modules() if sampling.batches or follow else ():
            recorded = isinstance(layer, SparseLinear) and (
                layers is None or layer in layers
            )
            if recorded and sampling.batches:
                self._steps[layer] = deque(maxlen=sampling.batches)
            if isinstance(layer, SparseLinear | CondensedLinear | nn.Linear):
                hook = layer.register_forward_hook(self._record, with_kwargs=True)
                self._hooks.append(hook)

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
        rows = x.detach().reshape(x.shape[:-1].numel(), x.shape[-1])
        # NumPy, in which rules are written, has no bfloat16
        rows = rows.float() if rows.dtype in (torch.float16, torch.bfloat16) else rows
        # a few samples are copied, so that they do not hold their whole batch in memory
        return rows[: self.sampling.per_batch].clone() if self.sampling.per_batch else rows

    def _record(
        self,
        layer: nn.Module,
        args: tuple[Tensor, ...],
        keywords: dict[str, Any],
        out: Tensor,
    ) -> None:
        if not layer.training:
            return
        x = args[0] if args else next(iter(keywords.values()))
        before = self.flow.before(x)
        if before is not None and before.shape == (x.shape[:-1].numel(), x.shape[-1]):
            self.flow.joined.add((before.layer, layer))
            if before.outputs is not None:
                before.outputs = self._sampled(x)
        call = _Call(layer, (out.shape[:-1].numel(), out.shape[-1]))
        if isinstance(layer, SparseLinear) and self._hears(layer) and out.requires_grad:
            call.inputs = self._sampled(x)
            call.outputs = self._sampled(out)
            self._step_of(layer).calls.append(call)
            out.register_hook(self._listener(call, layer))  # type: ignore[no-untyped-call]
        self.flow.called(layer, out, call)

    def _hears(self, layer: SparseLinear) -> bool:
        return layer in self._steps and layer.values.requires_grad

    def _step_of(self, layer: SparseLinear) -> _Step:
        """The step that a call of this layer belongs to."""
        steps = self._steps[layer]
        if not steps or not steps[-1].goes_on(layer.values, not self.sampling.per_batch):
            steps.append(_Step(layer.values._version))
        return steps[-1]

    def _listener(self, call: _Call, layer: SparseLinear) -> Callable[[Tensor], None]:
        def record(slope: Tensor) -> None:
            slopes = self._sampled(slope)
            # several losses of one graph add their gradients, unless they were taken away between
            if call.slopes is not None and layer.values.grad is not None:
                slopes = call.slopes + slopes
            call.slopes = slopes

        return record

    def window(self, layer: SparseLinear) -> ActivityWindow | None:
        """Give the samples of a layer, on several ranks those of all; None if none are wanted.

        Raises:
            ValueError: nothing has been recorded yet.
        """
        if layer not in self._steps:
            return None
        calls = [call for step in self._steps[layer] for call in step.calls]
        whole = [call for call in calls if call.slopes is not None]
        if not whole:
            name = self._names.get(layer, "")
            received = Said(
                f"no batch that went forward and backward through {name or 'it'}"
            )
            remedy = (
                "train a step before rewiring, and freeze what the network does not use"
            )
            raise bad_argument("recorder", received, "at least one", remedy)
        parts = [
            torch.cat([getattr(call, part) for call in whole])
            for part in ActivityWindow._fields
        ]
        return ActivityWindow(*(_gathered(part).cpu().numpy() for part in parts))

    def clear(self) -> None:
        """Forget everything."""
        for steps in self._steps.values():
            steps.clear()


def _gathered(x: Tensor) -> Tensor:
    """All ranks' samples in the order of the ranks, so that every rank decides alike."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return x
    everyone: list[Any] = [None] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(everyone, x.cpu().numpy())
    return torch.from_numpy(np.concatenate(everyone))
