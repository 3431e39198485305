"""`Ranks`: one training shared by several processes, each with its part of every batch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from neurosparse.console import Interruptible, Terminated
from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.training.saving import restore, topologies

Part = TypeVar("Part")
CTRL_C = 1
SIGTERM = 2


@dataclass(frozen=True)
class Ranks:
    """The processes of a group that train one network together, each on every n-th sample.

    What is sent of a sparse layer is one number a synapse. Every rank ends each step with the same
    bits, on equal processors.

    Args:
        rank: the number of this process.
        size: how many there are.
    """

    rank: int
    size: int

    def part(self, samples: Tensor) -> Tensor:
        """The samples of this rank: its own and then every `size`-th."""
        return samples[self.rank :: self.size]

    def bring_in_line(self, model: nn.Module) -> None:
        """Give all ranks the synapses and values of rank 0, where any of them differs."""
        if not self.any(not self._alike(model)):
            return
        content = [{"state": model.state_dict(), "topology": topologies(model)}]
        torch.distributed.broadcast_object_list(content, src=0)
        if self.rank:
            restore(model, content[0])

    def add_gradients(self, model: nn.Module) -> None:
        """Replace the gradients of every parameter by their sum over all ranks, in one message."""
        learning = [p for p in model.parameters() if p.requires_grad]
        kinds = {p.dtype for p in learning}
        for kind in sorted(kinds, key=str):
            self._add([p for p in learning if p.dtype == kind])

    def _add(self, parameters: list[nn.Parameter]) -> None:
        slopes = [p.grad for p in parameters]
        # whether any rank has a gradient: a parameter that nobody used keeps none
        used = torch.tensor([float(slope is not None) for slope in slopes])
        whole = [
            torch.zeros_like(p) if slope is None else slope
            for p, slope in zip(parameters, slopes, strict=True)
        ]
        flat = torch.cat([used.to(whole[0]), *(slope.flatten() for slope in whole)])
        torch.distributed.all_reduce(flat)
        start = len(used)
        for i, parameter in enumerate(parameters):
            stop = start + parameter.numel()
            if flat[i] > 0:
                parameter.grad = flat[start:stop].view_as(parameter).clone()
            start = stop

    def share_buffers(self, model: nn.Module) -> None:
        """Give all ranks what rank 0 keeps beside parameters, such as means of a batch norm."""
        for buffer in model.buffers():
            if buffer.is_floating_point():
                torch.distributed.broadcast(buffer, src=0)

    def sums(self, *values: float) -> list[float]:
        """Sums over all ranks, the same bits on each."""
        numbers = torch.tensor(values, dtype=torch.float64)
        torch.distributed.all_reduce(numbers)
        return [float(number) for number in numbers]

    def any(self, value: bool) -> bool:
        """Whether it holds on any rank."""
        return self.sums(value)[0] > 0

    def decide(self, choose: Callable[[], Part]) -> Part:
        """Let rank 0 choose for all, so that no rounding elsewhere chooses otherwise.

        Raises:
            Exception: what it raised there, on every rank.
        """
        answer: list[Any] = [None]
        if self.rank == 0:
            try:
                answer = [(choose(), None)]
            except Exception as error:
                answer = [(None, error)]
        torch.distributed.broadcast_object_list(answer, src=0)
        choice, fault = answer[0]
        if fault is not None:
            raise fault
        return choice  # type: ignore[no-any-return]

    def stop_together(self, stop: Interruptible) -> None:
        """Leave after the same batch as every other rank, once any was asked to.

        Raises:
            KeyboardInterrupt: after Ctrl-C on one of them; Terminated after SIGTERM.
        """
        mine = 0
        if stop.asked:
            mine = SIGTERM if isinstance(stop.reason(), Terminated) else CTRL_C
        reason = torch.tensor([mine])
        torch.distributed.all_reduce(reason, op=torch.distributed.ReduceOp.MAX)
        if int(reason) == SIGTERM:
            raise Terminated("a rank was terminated")
        if int(reason) == CTRL_C:
            raise KeyboardInterrupt("a rank was interrupted")

    def _alike(self, model: nn.Module) -> bool:
        """Whether this rank has the synapses and values of rank 0."""
        hashes = [layer.topology_hash() for layer in sparse_layers(model).values()]
        sizes = [hashes, [list(p.shape) for p in model.parameters()]]
        theirs = [sizes]
        torch.distributed.broadcast_object_list(theirs, src=0)
        same = not self.any(theirs[0] != sizes)
        for tensor in model.state_dict().values() if same else ():
            if isinstance(tensor, Tensor):
                other = tensor.detach().clone()
                torch.distributed.broadcast(other, src=0)
                same = same and bool(torch.equal(other, tensor))
        return same


def ranks_of(model: nn.Module) -> Ranks | None:
    """The processes that train this network together; None for one, or where torch's wrapper does.

    Raises:
        ValueError: its parameters lie in parts on several processes.

    >>> ranks_of(nn.Linear(2, 2)) is None
    True
    """
    distributed = torch.distributed
    if not (distributed.is_available() and distributed.is_initialized()):
        return None
    if any(type(p.data).__name__ == "DTensor" for p in model.parameters()):
        expected = "whole parameters on each rank: those in parts cannot change their size"
        remedy = "hand over the model before fully_shard, or without FSDP"
        raise bad_argument("model", Said("DTensor parameters"), expected, remedy)
    wrapper = nn.parallel.DistributedDataParallel
    wrapped = any(isinstance(module, wrapper) for module in model.modules())
    size = distributed.get_world_size()
    return None if wrapped or size == 1 else Ranks(distributed.get_rank(), size)
