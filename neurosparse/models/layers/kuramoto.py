"""Oscillating units: vectors on spheres that a sparse coupling pulls together; a read-out."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.initial import ActiveFanIn, Initial
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.typing import Seed


class KuramotoLayer(nn.Module):
    """x_i <- normalise(x_i + γ (Ω x_i + P(Σ_j J_ij x_j + c_i))), some times over.

    P takes off the part along x_i, Ω turns pairs of numbers clockwise. One trained number a
    synapse: `coupling` is a `SparseLinear`, which is pruned and rewired as any layer. With J
    symmetric, no rotation and a small γ the energy never rises. Source: T. Miyato, S. Löwe, A.
    Geiger, M. Welling, "Artificial Kuramoto oscillatory neurons", ICLR 2025, arXiv:2410.13821.

    Args:
        connectivity: who pulls at whom `[n, n]`.
        dims: numbers of a vector, an even number where it rotates.
        steps: how often.
        step_size: γ.
        omega: natural frequency at the start; None does not rotate. It is trained.
        each: whether each oscillator has a frequency of its own.
        initial: rule of the first weights; None takes over those of `connectivity`.
        rng: seed or generator of these.

    Raises:
        ValueError: oscillators before synapses that are not those behind, or odd `dims` that
            rotate.

    >>> ring = Connectivity.from_dense([[0, 2], [2, 0]])
    >>> layer = KuramotoLayer(ring, dims=4, steps=1, step_size=0.5, omega=None, initial=None)
    >>> x = torch.tensor([[[1.0, 0, 0, 0], [0, 0.6, 0.8, 0]]])
    >>> [round(number, 6) for number in layer(x)[0, 0].tolist()]
    [0.707107, 0.424264, 0.565685, 0.0]
    """

    def __init__(
        self,
        connectivity: Connectivity,
        dims: int = 4,
        *,
        steps: int = 3,
        step_size: float = 1.0,
        omega: float | None = 1.0,
        each: bool = False,
        initial: Initial | None = ActiveFanIn(),  # noqa: B008 - a frozen value
        rng: Seed = None,
    ) -> None:
        super().__init__()
        self.dims = whole_number("dims", dims, 2)
        self.steps = whole_number("steps", steps, 1)
        self.step_size = positive("step_size", step_size)
        self.coupling = SparseLinear(connectivity, bias=False, initial=initial, rng=rng)
        n = self.coupling.in_features
        if n != self.coupling.out_features:
            wants = "as many oscillators before synapses as behind"
            raise bad_argument("connectivity", connectivity, wants)
        self.turn: nn.Parameter | None = None
        if omega is not None:
            if dims % 2:
                wants = "an even number, whose pairs rotate"
                raise bad_argument("dims", dims, wants, "or omega=None")
            size = not_negative("omega", omega) / math.sqrt(2.0)
            # a frequency is the length of two numbers, so that it stays above 0
            self.turn = nn.Parameter(torch.full((n if each else 1, 1, 2), size))

    def forward(self, x: Tensor, stimulus: Tensor | None = None) -> Tensor:
        """Turn and pull.

        Args:
            x: vectors `[batch, n, dims]`; they are brought to length 1 first.
            stimulus: c, of the same shape.

        Raises:
            ValueError: another shape.
        """
        x = unit(self._checked("x", x))
        if stimulus is not None:
            self._checked("stimulus", stimulus)
        for _ in range(self.steps):
            pull = self.pull(x, stimulus)
            change = pull - (pull * x).sum(-1, keepdim=True) * x
            if self.turn is not None:
                change = change + self._rotation(x)
            x = unit(x + self.step_size * change)
        return x

    def pull(self, x: Tensor, stimulus: Tensor | None = None) -> Tensor:
        """Σ_j J_ij x_j + c_i."""
        y: Tensor = self.coupling(x.transpose(-1, -2)).transpose(-1, -2)
        return y if stimulus is None else y + stimulus

    def energy(self, x: Tensor, stimulus: Tensor | None = None) -> Tensor:
        """-½ Σ_ij J_ij x_i·x_j - Σ_i c_i·x_i of each sample `[batch]`."""
        whole = 0.5 * self.pull(x) if stimulus is None else 0.5 * self.pull(x) + stimulus
        return -(whole * x).sum((-1, -2))

    def _rotation(self, x: Tensor) -> Tensor:
        assert self.turn is not None
        frequency = self.turn.norm(dim=-1)
        left, right = x.reshape(*x.shape[:-1], -1, 2).unbind(-1)
        return torch.stack([frequency * right, -frequency * left], dim=-1).flatten(-2)

    def _checked(self, name: str, x: Tensor) -> Tensor:
        shape = (self.coupling.in_features, self.dims)
        if x.dim() < 2 or tuple(x.shape[-2:]) != shape:
            fault = Said(f"shape {list(x.shape)}")
            raise bad_argument(name, fault, f"[batch, {shape[0]}, {shape[1]}]")
        return x

    def extra_repr(self) -> str:
        """What a person sees of it."""
        return f"dims={self.dims}, steps={self.steps}, step_size={self.step_size:g}"


class NormReadout(nn.Module):
    """m_k = ‖Σ_j W_kj x_j‖ + b_k: what does not change when all vectors are rotated alike.

    Args:
        layer: from oscillators to outputs, without a bias: `SparseLinear` or `nn.Linear`.

    >>> readout = NormReadout(nn.Linear(2, 3, bias=False))
    >>> x = torch.randn(5, 2, 4)
    >>> bool(torch.allclose(readout(x), readout(-x)))
    True
    """

    def __init__(self, layer: Any) -> None:
        super().__init__()
        if getattr(layer, "bias", None) is not None:
            raise bad_argument("layer", Said("one with a bias"), "bias=False")
        self.layer = layer
        self.bias = nn.Parameter(torch.zeros(layer.out_features))

    def forward(self, x: Tensor) -> Tensor:
        """Read vectors `[batch, n, dims]` out as `[batch, outputs]`."""
        y = self.layer(x.transpose(-1, -2))
        # the length of a vector of length 0 has no slope
        return torch.sqrt((y * y).sum(-2) + 1e-12) + self.bias


def unit(x: Tensor) -> Tensor:
    """Vectors of length 1 along the last axis."""
    return nn.functional.normalize(x, dim=-1)
