"""Steps of shrinkage as a layer: a code that explains its input, and trains."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.checks import generator, not_negative, positive, truth, whole_number
from neurosparse.errors import bad_argument
from neurosparse.sparse_coding import Dictionary, SparseCodes
from neurosparse.typing import Seed


class IstaLayer(nn.Module):
    """Steps of ISTA on a code a `[..., n]` of x `[..., d]`, with atoms D `[n, d]` that train.

        a <- prox(a + η (x - aD) Dᵀ),   prox the soft threshold at ηλ, one-sided: relu(· - ηλ)

    From a = 0 one step is the encoder relu(η x Dᵀ - ηλ). The step of a white-box transformer
    starts at its own input: `layer(z, z)`, with as many atoms as features. Untied, the layer is
    LISTA: `encoder [n, d]`, `lateral [n, n]` and a threshold a unit are parameters of their own,
    that begin as ηD, I - ηDDᵀ and ηλ, where both are the same function.

    Args:
        in_features: d.
        out_features: n, the atoms.
        steps: times that the code is mended.
        step: η.
        lam: λ, 0 or more.
        nonnegative: whether codes stay at 0 or above.
        tied: whether the steps use the atoms themselves.
        rng: seed or Generator of the atoms, of length 1 at the start.

    Raises:
        ValueError: no step, η not above 0, λ below 0; in `forward`, widths that differ.

    Source: Gregor & LeCun 2010, ICML; Yu et al. 2023, arXiv:2306.01129.

    >>> layer = IstaLayer(2, 2, rng=0)
    >>> layer.atoms.data = torch.tensor([[1.0, 0.0], [0.6, 0.8]])  # one a row
    >>> z = torch.tensor([[1.0, -0.5]])
    >>> layer(z, z).tolist()
    [[1.0199999809265137, 0.0]]
    """

    encoder: nn.Parameter | None
    lateral: nn.Parameter | None
    threshold: nn.Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        steps: int = 1,
        step: float = 0.1,
        lam: float = 0.1,
        nonnegative: bool = True,
        tied: bool = True,
        rng: Seed = None,
    ) -> None:
        super().__init__()
        self.in_features = whole_number("in_features", in_features, 1)
        self.out_features = whole_number("out_features", out_features, 1)
        self.steps = whole_number("steps", steps, 1)
        self.step = positive("step", step)
        self.lam = not_negative("lam", lam)
        self.nonnegative = truth("nonnegative", nonnegative)
        atoms = generator(rng).standard_normal((out_features, in_features))
        atoms /= np.linalg.norm(atoms, axis=1, keepdims=True)
        self.atoms = nn.Parameter(torch.tensor(atoms, dtype=torch.get_default_dtype()))
        self.encoder = self.lateral = self.threshold = None
        if not truth("tied", tied):
            self._untie()

    @classmethod
    def from_dictionary(cls, dictionary: Dictionary, **settings: Any) -> Self:
        """Begin with the atoms of a dictionary.

        Args:
            dictionary: `[n, d]`.
            settings: all others of the layer, by name.

        >>> IstaLayer.from_dictionary(Dictionary.random(6, 4, rng=0), steps=3)
        IstaLayer(4 -> 6, steps=3, step=0.1, lam=0.1, tied)
        """
        layer = cls(dictionary.d, dictionary.n, **settings)
        layer.atoms.data = torch.tensor(dictionary.atoms)
        if layer.encoder is not None:
            layer._untie()
        return layer

    def _untie(self) -> None:
        atoms = self.atoms.detach()
        own = torch.eye(self.out_features, dtype=atoms.dtype)
        self.encoder = nn.Parameter(self.step * atoms)
        self.lateral = nn.Parameter(own - self.step * atoms @ atoms.T)
        self.threshold = nn.Parameter(torch.full_like(atoms[:, 0], self.step * self.lam))

    def forward(self, x: Tensor, a: Tensor | None = None) -> Tensor:
        """Compute the code `[..., n]` of `x [..., d]`, from `a` or from 0."""
        if x.shape[-1] != self.in_features:
            raise bad_argument("x", x, f"{self.in_features} features on the last axis")
        if a is not None and a.shape != (*x.shape[:-1], self.out_features):
            raise bad_argument("a", a, f"the code of each x, {self.out_features} long")
        for _ in range(self.steps):
            a = self._shrink(self._ahead(x, a))
        assert a is not None
        return a

    def _ahead(self, x: Tensor, a: Tensor | None) -> Tensor:
        if self.encoder is not None and self.lateral is not None:
            drive = x @ self.encoder.T
            return drive if a is None else drive + a @ self.lateral
        left = x if a is None else x - self.decode(a)
        ahead = self.step * (left @ self.atoms.T)
        return ahead if a is None else a + ahead

    def _shrink(self, ahead: Tensor) -> Tensor:
        limit: Any = self.step * self.lam if self.threshold is None else self.threshold
        if self.nonnegative:
            return torch.relu(ahead - limit)
        return torch.relu(ahead - limit) - torch.relu(-ahead - limit)

    def decode(self, a: Tensor) -> Tensor:
        """Compute x̂ = aD, `[..., d]`."""
        return a @ self.atoms

    def cost(self, x: Tensor, a: Tensor) -> Tensor:
        """Compute ½‖x - aD‖² + λ Σ|a|, the mean over samples."""
        each = 0.5 * (x - self.decode(a)).square().sum(-1) + self.lam * a.abs().sum(-1)
        return each.mean()

    @torch.no_grad()
    def encode(self, x: Tensor) -> SparseCodes:
        """Give the codes of `x [batch, d]` as compressed rows, without their zeros."""
        return SparseCodes.from_dense(self(x).cpu().numpy())

    def dictionary(self) -> Dictionary:
        """Give the atoms as they are now, at length 1."""
        return Dictionary(self.atoms.detach().cpu().numpy(), renormalise=True)

    def extra_repr(self) -> str:
        """Numbers shown by print."""
        kind = "tied" if self.encoder is None else "untied"
        sizes = f"{self.in_features} -> {self.out_features}"
        return f"{sizes}, steps={self.steps}, step={self.step:g}, lam={self.lam:g}, {kind}"


def coding_rate(z: Tensor, eps: float = 0.5) -> Tensor:
    """Compute R = ½ logdet(I + d/(N ε²) Zᵀ Z) of N samples `z [N, d]`: nats to code them to ε.

    Source: Yu et al. 2020, arXiv:2006.08558.

    >>> round(float(coding_rate(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]))), 5)
    1.45436
    """
    if z.ndim != 2 or not len(z):
        raise bad_argument("z", z, "[samples, features], one sample or more")
    samples, width = z.shape
    spread = width / (samples * positive("eps", eps) ** 2) * z.T @ z
    return 0.5 * torch.logdet(torch.eye(width, dtype=z.dtype, device=z.device) + spread)
