"""Which slots of a memory are read, and how far reads are from even."""

import math

import torch
from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type


class SlotUsage(nn.Module):
    """Count reads of each slot, and the weight they had.

    Attributes:
        reads: how often each slot was read, int64 `[slots]`; a buffer, so `state_dict` saves it.
        weight: sum of the weights of its reads, float64 `[slots]`; a buffer.

    >>> usage = SlotUsage(4)
    >>> usage.count(torch.tensor([[0, 1], [0, 2]]), torch.tensor([[0.5, 0.5], [1.0, 0.0]]))
    >>> usage.reads.tolist(), usage.alive(), usage.dead().tolist()
    ([2, 1, 1, 0], 0.75, [3])
    """

    reads: Tensor
    weight: Tensor

    def __init__(self, slots: int) -> None:
        super().__init__()
        self.slots = whole_number("slots", slots, 1)
        self.register_buffer("reads", torch.zeros(slots, dtype=torch.int64))
        self.register_buffer("weight", torch.zeros(slots, dtype=torch.float64))

    @torch.no_grad()
    def count(self, slots: Tensor, share: Tensor) -> None:
        """Add reads of `slots` (any shape) with their shares (the same shape).

        Raises:
            TypeError: slots that are no whole numbers.
            ValueError: slots that there are not, or shares of another shape.
        """
        flat = slots.reshape(-1)
        if flat.is_floating_point() or flat.dtype == torch.bool:
            raise bad_type("slots", slots, "whole numbers")
        if share.shape != slots.shape:
            raise bad_argument("share", share, f"the shape of slots, {list(slots.shape)}")
        reads = torch.bincount(flat, minlength=self.slots)
        if len(reads) > self.slots:
            raise bad_argument(
                "slots", Said(f"slot {len(reads) - 1}"), f"0..{self.slots - 1}"
            )
        self.reads += reads
        self.weight.index_add_(0, flat, share.reshape(-1).to(self.weight.dtype))

    def reset(self) -> None:
        """Forget what was counted."""
        self.reads.zero_()
        self.weight.zero_()

    def alive(self) -> float:
        """Share of slots that were read at least once."""
        return float((self.reads > 0).double().mean())

    def dead(self) -> Tensor:
        """Numbers of the slots that were never read, int64."""
        return torch.nonzero(self.reads == 0).flatten()

    def divergence(self) -> float:
        """KL divergence in nats of the weight read from an even one.

        It is 0 at best, ln(slots) when one slot has it all.

        Raises:
            ValueError: nothing was read.

        >>> usage = SlotUsage(4)
        >>> usage.count(torch.tensor([2]), torch.tensor([1.0]))
        >>> round(usage.divergence() - math.log(4), 12)
        0.0
        """
        total = self.weight.sum()
        if not total > 0:
            raise bad_argument(
                "usage", Said("no reads"), "a memory that was read while training"
            )
        p = self.weight / total
        return float((p * torch.where(p > 0, p, 1).log()).sum()) + math.log(self.slots)
