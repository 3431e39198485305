"""Dead latents that begin again at samples which the net reconstructs badly."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from neurosparse.checks import positive, whole_number
from neurosparse.errors import bad_argument
from neurosparse.models.autoencoders.losses import Pass


@dataclass(frozen=True)
class Resample:
    """After chosen steps, let dead latents begin again.

    Each takes the direction of a sample of the batch, drawn with a probability that grows with the
    square of its error; its encoder row has `scale` of the mean length of the others, its bias is
    0, and the moments of these rows are forgotten.

    Args:
        steps: after which it is done.
        scale: of the encoder rows.

    Source: Bricken et al. 2023, "Towards monosemanticity", Transformer Circuits.
    """

    steps: tuple[int, ...] = (25_000, 50_000, 75_000)
    scale: float = 0.2

    def __post_init__(self) -> None:
        for step in self.steps:
            whole_number("steps", step, 1)
        positive("scale", self.scale)
        if not self.steps:
            raise bad_argument("steps", self.steps, "one step or more")

    @torch.no_grad()
    def apply(self, seen: Pass, optimizer: Any, step: int, rng: np.random.Generator) -> int:
        """Start dead latents anew if it is time, and say how many."""
        net = seen.net
        dead = net.dead().nonzero()[:, 0]
        if step not in self.steps or not len(dead) or not len(seen.x):
            return 0
        errors = seen.residual.double().square().sum(1).cpu().numpy() ** 2
        if not errors.sum() > 0:
            return 0
        places = rng.choice(len(errors), len(dead), p=errors / errors.sum())
        directions = seen.x[torch.from_numpy(places)] - net.center
        lengths = torch.linalg.vector_norm(directions, dim=1, keepdim=True)
        directions = directions / lengths.clamp(min=torch.finfo(lengths.dtype).tiny)
        alive = torch.linalg.vector_norm(net.encoder, dim=1)[~net.dead()]
        length = float(alive.mean()) if len(alive) else 1.0
        net.decoder[dead] = directions
        if net.encoder is not net.decoder:
            net.encoder[dead] = directions * (self.scale * length)
        net.bias[dead] = 0.0
        net.silent[dead] = 0
        for parameter in (net.encoder, net.decoder, net.bias):
            for moment in optimizer.state.get(parameter, {}).values():
                if isinstance(moment, torch.Tensor) and moment.shape == parameter.shape:
                    moment[dead] = 0.0
        return len(dead)
