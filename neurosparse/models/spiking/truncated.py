"""Training on long sequences: truncated backpropagation, and gradients that must be finite."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.spiking.hrsnn import HRSNN, HRSNNRun, NetworkState


def run_in_chunks(
    model: HRSNN, x: Tensor, span: int, state: NetworkState | None = None
) -> Iterator[tuple[slice, HRSNNRun]]:
    """Run a network in pieces, whose gradients end where they begin.

    Call backward on a loss of each piece before asking for the next: memory is that of one piece.

    Args:
        model: the network.
        x: inputs, `[time, batch, in_features]`.
        span: steps of a piece.
        state: to go on from; None for rest.

    Yields:
        The steps of each piece, and what the network did in them.

    Raises:
        ValueError: a span below 1.

    >>> model = HRSNN(2, 20, 1, rng=0)
    >>> pieces = run_in_chunks(model, torch.ones(7, 1, 2), span=3)
    >>> [run.outputs.shape[0] for _, run in pieces]
    [3, 3, 1]
    """
    whole_number("span", span, 1)
    for start in range(0, len(x), span):
        steps = slice(start, min(start + span, len(x)))
        run = model.run(x[steps], state)
        yield steps, run
        state = run.state.detached()


def require_finite_gradients(model: nn.Module, step: int) -> None:
    """Refuse to go on with gradients that are no numbers.

    Call it between backward and the step of the optimiser.

    Raises:
        ValueError: naming the step and every parameter whose gradient has NaN or infinity.

    >>> layer = nn.Linear(1, 1); layer(torch.tensor([[float("nan")]])).sum().backward()
    >>> require_finite_gradients(layer, step=3)
    Traceback (most recent call last):
    ValueError: gradient: got NaN or infinity in weight (1 of 1) at step 3, wants finite numbers;
    lower the learning rate, clip gradients, or widen the surrogate
    """
    broken = []
    for name, parameter in model.named_parameters():
        if parameter.grad is not None and not bool(torch.isfinite(parameter.grad).all()):
            count = int((~torch.isfinite(parameter.grad)).sum())
            broken.append(f"{name} ({count} of {parameter.grad.numel()})")
    if broken:
        remedy = "lower the learning rate, clip gradients, or widen the surrogate"
        places = Said(f"NaN or infinity in {', '.join(broken)} at step {step}")
        raise bad_argument("gradient", places, "finite numbers", remedy)
