"""Causes of an input under a linear model: predictive coding with one layer."""

from torch import Tensor, no_grad
from torch.autograd import grad

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.models.local.predictive_coding import frozen
from neurosparse.models.local.stack import Linear, check_inputs, stacked


def settle_causes(
    layer: Linear,
    x: Tensor,
    *,
    variance: float = 1.0,
    decay: float = 0.5,
    steps: int = 100,
    step_size: float = 0.1,
) -> Tensor:
    """Find causes r `[batch, in_features]` whose prediction is near `x [batch, out_features]`.

        dr/dt = Uᵀ(x − U r)/σ² − α r,   r = 0 at first

    Args:
        layer: U, from causes to what is seen, sparse or dense; an offset is part of the prediction.
        x: what is seen.
        variance: σ².
        decay: α, which keeps causes small.
        steps: of Euler's method.
        step_size: of one.

    Raises:
        TypeError: a layer or an input of another kind.
        ValueError: widths that differ, NaN, or a number out of range.

    Source: Rao & Ballard 1999, Nature Neuroscience 2(1), doi:10.1038/4580.

    >>> import torch
    >>> layer = torch.nn.Linear(2, 2, bias=False)
    >>> layer.weight.data = torch.eye(2)
    >>> settle_causes(layer, torch.tensor([[3.0, 0.0]]), steps=200).round(decimals=3).tolist()
    [[2.0, 0.0]]
    """
    (part,) = stacked([layer])
    check_inputs(x, part.out_features)
    positive("variance", variance)
    not_negative("decay", decay)
    positive("step_size", step_size)
    causes = x.new_zeros(len(x), part.in_features)
    for _ in range(whole_number("steps", steps)):
        causes.requires_grad_()
        with frozen(part):
            seen = part.forward(causes)
            (pull,) = grad(seen, causes, (x - seen.detach()) / variance)
        with no_grad():
            causes = causes + step_size * (pull - decay * causes)
    return causes.detach()
