"""`Data`: the samples of a training run, in batches."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Seed


@dataclass(frozen=True)
class Data:
    """Samples to learn from and samples to test on, all in memory.

    Args:
        x: training inputs, shape `[samples, ...]`.
        y: their targets, shape `[samples, ...]`.
        test_x: inputs never trained on.
        test_y: their targets.
        batch: samples a step.
        samples: how many an epoch, drawn anew for each; all by default.

    Raises:
        ValueError: numbers of inputs and targets differ, no sample at all (to test on, neither),
            inputs that are not finite, or a batch of no whole number.
        TypeError: samples that are no tensors, or a batch that is no number.

    >>> data = Data(torch.arange(5.0)[:, None], torch.arange(5), batch=2)
    >>> [len(x) for x, y in data.batches(rng=0)]
    [2, 2, 1]
    """

    x: Tensor
    y: Tensor
    test_x: Tensor | None = None
    test_y: Tensor | None = None
    batch: int = 128
    samples: int | None = None

    def __post_init__(self) -> None:
        for name in ("x", "y"):
            _check_tensor(name, getattr(self, name))
        for name in ("test_x", "test_y"):
            if getattr(self, name) is not None:
                _check_tensor(name, getattr(self, name))
        _check_pair("y", self.x, self.y, "samples")
        whole_number("batch", self.batch, 1)
        if self.samples is not None:
            whole_number("samples", self.samples, 1, len(self.x))
        if (self.test_x is None) != (self.test_y is None):
            raise bad_argument(
                "test_y", Said("only one of test_x and test_y"), "both or neither"
            )
        if self.test_x is not None and self.test_y is not None:
            _check_pair("test_y", self.test_x, self.test_y, "test samples")

    @property
    def seen(self) -> int:
        """Samples an epoch."""
        return len(self.x) if self.samples is None else self.samples

    @property
    def steps(self) -> int:
        """Batches an epoch."""
        return -(-self.seen // self.batch)

    def batches(self, rng: Seed = None) -> Iterator[tuple[Tensor, Tensor]]:
        """Go through the samples of an epoch once in an order drawn from `rng`."""
        rng = np.random.default_rng(rng)
        order = torch.from_numpy(rng.permutation(len(self.x)))[: self.seen]
        for start in range(0, len(order), self.batch):
            chosen = order[start : start + self.batch]
            yield self.x[chosen], self.y[chosen]


def _check_tensor(name: str, value: object) -> None:
    if not isinstance(value, Tensor):
        remedy = "torch.as_tensor makes one of an array"
        raise bad_type(name, Said(type(value).__name__), "a tensor", remedy)


def _check_pair(name: str, x: Tensor, y: Tensor, samples: str) -> None:
    """Refuse targets of another number than inputs, none at all, and inputs that are not finite."""
    if len(x) != len(y) or len(x) == 0:
        received = Said(f"{len(y)} targets")
        raise bad_argument(name, received, f"one for each of {len(x)} {samples}, above 0")
    if x.is_floating_point() and not bool(torch.isfinite(x).all()):
        inputs = f"{name[:-1]}x"
        raise bad_argument(inputs, Said("NaN or infinite values"), "finite inputs")
