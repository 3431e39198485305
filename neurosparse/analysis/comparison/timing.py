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

    >>> x, y = torch.ones(4, 2), torch.zeros(4, 2)
    >>> sorted(step_times(nn.Linear(2, 2), x, y, nn.functional.mse_loss))
    ['backward_ms', 'forward_ms', 'forward_one_ms']
    """
    model.train()
    times: dict[str, list[float]] = {
        "forward_ms": [],
        "backward_ms": [],
        "forward_one_ms": [],
    }
    for _ in range(repeats + 1):
        model.zero_grad(set_to_none=True)
        begin = time.perf_counter()
        value = loss(model(x), y)
        middle = time.perf_counter()
        value.backward()  # type: ignore[no-untyped-call]
        end = time.perf_counter()
        with torch.no_grad():
            model(x[:1])
        last = time.perf_counter()
        times["forward_ms"].append(1000 * (middle - begin))
        times["backward_ms"].append(1000 * (end - middle))
        times["forward_one_ms"].append(1000 * (last - end))
    model.zero_grad(set_to_none=True)
    # the first call compiles
    return {name: statistics.median(values[1:]) for name, values in times.items()}
