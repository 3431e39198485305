"""Wall-clock of the two halves of a training step."""

import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

Loss = Callable[[Tensor, Tensor], Tensor]


def step_times(
    model: nn.Module, x: Tensor, y: Tensor, loss: Loss, repeats: int = 11
) -> dict[str, float]:
    """Median milliseconds forward and backward of a batch, and forward of one sample alone.

    The parameters stay as they are; the first call of each is not counted.

    >>> found = step_times(nn.Linear(2, 2), torch.ones(4, 2), torch.zeros(4, 2), nn.functional.mse_loss)
    >>> sorted(found)
    ['backward_ms', 'forward_ms', 'forward_one_ms']
    """
    model.train()
    found: dict[str, list[float]] = {"forward_ms": [], "backward_ms": [], "forward_one_ms": []}
    for _ in range(repeats + 1):
        model.zero_grad(set_to_none=True)
        begin = time.perf_counter()
        value = loss(model(x), y)
        middle = time.perf_counter()
        value.backward()  # type: ignore[no-untyped-call]
        end = time.perf_counter()
        with torch.no_grad():
            model(x[:1])
        for name, seconds in zip(
            found, (middle - begin, end - middle, time.perf_counter() - end), strict=True
        ):
            found[name].append(1000 * seconds)
    model.zero_grad(set_to_none=True)
    return {name: statistics.median(times[1:]) for name, times in found.items()}
