"""`evaluate`: how well a network does on samples."""

import torch
from torch import Tensor, nn

from neurosparse.models.training.plan import Loss, Row

# samples at a time, so that activity of all layers stays small
SAMPLES = 1024


@torch.no_grad()
def evaluate(
    model: nn.Module, x: Tensor, y: Tensor, loss: Loss = nn.functional.cross_entropy
) -> Row:
    """Compute the mean loss on samples, in evaluation mode, and accuracy where targets are classes.

    Every part of the model is in the mode it was in afterwards.

    Args:
        model: the network.
        x: inputs, shape `[samples, ...]`.
        y: targets; whole numbers are classes.
        loss: of (output, target), a mean over the batch.

    >>> outputs = torch.tensor([[0.0, 9.0], [9.0, 0.0]])
    >>> evaluate(nn.Identity(), outputs, torch.tensor([1, 1]))["accuracy"]
    0.5
    """
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    total = 0.0
    right = 0
    try:
        for start in range(0, len(x), SAMPLES):
            target = y[start : start + SAMPLES]
            output = model(x[start : start + SAMPLES])
            total += loss(output, target).item() * len(target)
            if not target.is_floating_point():
                right += int((output.argmax(-1) == target).sum())
    finally:
        for part, training in modes:
            part.training = training
    row: Row = {"test_loss": total / max(len(x), 1)}
    return row if y.is_floating_point() else row | {"accuracy": right / max(len(x), 1)}
