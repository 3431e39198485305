"""`evaluate`: how well a network does on samples."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from neurosparse.models.training.plan import Loss, Row
from neurosparse.models.training.ranks import Ranks

# samples at a time, so that activity of all layers stays small
SAMPLES = 1024


def evaluate(
    model: nn.Module, x: Tensor, y: Tensor, loss: Loss = nn.functional.cross_entropy
) -> Row:
    """Compute the mean loss on samples, in evaluation mode, and accuracy where targets are classes.

    Every part of the model is in the mode it was in afterwards.

    Args:
        model: the network.
        x: inputs, shape `[samples, ...]`.
        y: targets; whole numbers are classes, for each the largest of several outputs (along axis
            1 under torch's cross-entropy, else the last). Accuracy is the share of the targets
            that are not below 0 (padding); there is none for a single output.
        loss: of (output, target), a mean over the batch.

    >>> outputs = torch.tensor([[0.0, 9.0], [9.0, 0.0]])
    >>> evaluate(nn.Identity(), outputs, torch.tensor([1, 1]))["accuracy"]
    0.5
    """
    return mean_row(*sums(model, x, y, loss))


def evaluate_together(
    model: nn.Module, x: Tensor, y: Tensor, loss: Loss, ranks: Ranks | None
) -> Row:
    """The same row on every rank, each of which looks at its part of the samples."""
    if ranks is None:
        return evaluate(model, x, y, loss)
    part = sums(model, ranks.part(x), ranks.part(y), loss)
    total, right, counted, samples, unclassed = ranks.sums(
        part.total,
        part.right,
        part.counted,
        part.samples,
        float(part.samples > 0 and not part.classes),
    )
    return mean_row(total, int(right), int(counted), int(samples), not unclassed)


class Sums(NamedTuple):
    """What samples add up to: losses, right answers, targets that count, samples, and whether
    targets are classes.
    """

    total: float
    right: int
    counted: int
    samples: int
    classes: bool


def mean_row(total: float, right: int, counted: int, samples: int, classes: bool) -> Row:
    """Mean loss, and accuracy where targets are classes."""
    row: Row = {"test_loss": total / max(samples, 1)}
    return row if not classes else row | {"accuracy": right / max(counted, 1)}


@torch.no_grad()
def sums(model: nn.Module, x: Tensor, y: Tensor, loss: Loss) -> Sums:
    """Add up what a network does on samples, every part of it in evaluation mode meanwhile."""
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    total = 0.0
    right = 0
    counted = 0
    classes = not y.is_floating_point()
    try:
        for start in range(0, len(x), SAMPLES):
            target = y[start : start + SAMPLES]
            output = model(x[start : start + SAMPLES])
            total += loss(output, target).item() * len(target)
            axis = _class_axis(output, target, loss)
            classes = classes and axis is not None
            if classes and axis is not None:
                right += int((output.argmax(axis) == target).sum())
                counted += int((target >= 0).sum())
    finally:
        for part, training in modes:
            part.training = training
    return Sums(total, right, counted, len(x), classes)


def _class_axis(output: Tensor, target: Tensor, loss: Loss) -> int | None:
    """The axis of an output along which classes lie; None where there are none."""
    if output.dim() != target.dim() + 1:
        return None
    first = nn.functional.cross_entropy, nn.functional.nll_loss
    along_first = loss in first or isinstance(loss, nn.CrossEntropyLoss | nn.NLLLoss)
    for axis in (1, -1) if along_first else (-1, 1):
        rest = list(output.shape)
        classes = rest.pop(axis)
        if tuple(rest) == tuple(target.shape):
            return axis if classes > 1 else None
    return None
