"""The worked example of four latents in two dimensions, and slopes by differences."""

import numpy as np
import torch

from neurosparse.models import Reconstruction, Sae, TopK

ROWS = [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [-1.0, 0.0]]
X = torch.tensor([[2.0, 1.0], [0.0, -1.5]], dtype=torch.float64)


def worked_example(select=TopK(2), losses=(Reconstruction(),)):  # noqa: B008
    """Tied rows, biases and a center, in float64."""
    sae = Sae(2, 4, select=select, losses=losses).double()
    rows = torch.tensor(ROWS, dtype=torch.float64)
    sae.decoder.data = rows
    if not select.tied:
        sae.encoder.data = rows.clone()
    sae.bias.data = torch.tensor([0.0, 0.1, -0.2, 0.0], dtype=torch.float64)
    sae.center.data = torch.tensor([0.5, -0.5], dtype=torch.float64)
    return sae


def total(sae, x):
    values, _ = sae.losses_of(x)
    return sum(values.values())


def worst_slope(sae, x, without=()):
    """The largest difference of a slope to that of central differences."""
    sae.zero_grad()
    total(sae, x).backward()
    worst = 0.0
    for name, parameter in sae.named_parameters():
        if parameter.grad is None or name in without:
            continue
        numbers = parameter.data.view(-1)
        for place, slope in enumerate(parameter.grad.view(-1).tolist()):
            before = numbers[place].item()
            sides = []
            for step in (1e-6, -1e-6):
                numbers[place] = before + step
                sides.append(float(total(sae, x).detach()))
            numbers[place] = before
            worst = max(worst, abs((sides[0] - sides[1]) / 2e-6 - slope))
    return worst


def random_net(select, losses, d=3, n=7, seed=0):
    """A net whose encoder is not its decoder, and samples, in float64."""
    rng = np.random.default_rng(seed)
    sae = Sae(d, n, select=select, losses=losses, rng=seed).double()
    for parameter in sae.parameters():
        if parameter.requires_grad:
            parameter.data += 0.1 * torch.from_numpy(rng.standard_normal(parameter.shape))
    return sae.eval(), torch.from_numpy(rng.standard_normal((5, d)))
