"""PV-RNN: a recurrent network that infers its own noise by the errors it makes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.local.stack import check_inputs


class Unfolded(NamedTuple):
    """What a network did over time.

    Attributes:
        outputs: `[batch, steps, features]`.
        divergence: KL of posterior and prior in every layer, `[layers, batch, steps]`.
    """

    outputs: Tensor
    divergence: Tensor


def gaussian_divergence(
    mean: Tensor, deviation: Tensor, prior: Tensor, wide: Tensor
) -> Tensor:
    """Compute KL(N(mean, deviation²) ‖ N(prior, wide²)), element by element.

        ln(s'/s) + ((m − m')² + s²)/(2 s'²) − ½

    >>> one = torch.ones(1)
    >>> round(gaussian_divergence(0.5 * one, 0.8 * one, 0 * one, one).item(), 6)
    0.168144
    """
    squares = (mean - prior).square() + deviation.square()
    return torch.log(wide / deviation) + squares / (2 * wide.square()) - 0.5


class PVRNN(nn.Module):
    """Layers of slow and fast units, moved by latents z whose posterior is found for each sequence.

        h_t = (1 − 1/τ) h_{t−1} + (1/τ)(W_dd d_{t−1} + W_dz z_t + W d^above_{t−1} + b)
        d_t = tanh(h_t)
        prior      μ = tanh(W_μ d_{t−1}),      σ = exp(W_σ d_{t−1});  N(0, 1) at t = 1
        posterior  μ = tanh(W_μ d_{t−1} + A^μ_t),  σ = exp(W_σ d_{t−1} + A^σ_t)

    with vectors A of every sequence and step in the place of an encoder. The loss is the mean
    squared error and `meta_prior` times the divergence, both summed over steps. `fit` trains it on
    `Data(numbers of sequences, sequences)`; `W_dd` is sparse where a density is given, and is
    rewired as any sparse layer.

    Args:
        features: of the sequences, which the first layer reads out.
        units: d of each layer, from fast to slow.
        latents: z of each layer.
        taus: τ of each layer, 1 or more.
        sequences: how many are trained on.
        steps: of each.
        meta_prior: w; large ones make the network deterministic, small ones noisy.
        density: share of the synapses W_dd that exist; None for all.

    Raises:
        ValueError: sizes below 1, not one of each a layer, or a τ below 1.

    Source: Ahmadi & Tani 2019, Neural Computation 31(11), arXiv 1811.01339; its equations are told
    from memory, so constants may differ.

    >>> net = PVRNN(2, [10, 5], [2, 1], [2.0, 4.0], sequences=3, steps=6)
    >>> net.learning_loss(torch.arange(3), torch.zeros(3, 6, 2)).backward()
    >>> net(torch.tensor([0, 2])).shape, net.posteriors[0].grad.shape
    (torch.Size([2, 6, 2]), torch.Size([3, 6, 4]))
    """

    def __init__(
        self,
        features: int,
        units: Sequence[int],
        latents: Sequence[int],
        taus: Sequence[float],
        *,
        sequences: int,
        steps: int,
        meta_prior: float = 0.1,
        density: float | None = None,
    ) -> None:
        super().__init__()
        self.features = whole_number("features", features, 1)
        sizes = [whole_number("units", n, 1) for n in units]
        noises = [whole_number("latents", n, 1) for n in latents]
        if not sizes or not len(sizes) == len(noises) == len(taus):
            received = Said(f"{len(sizes)} units, {len(noises)} latents, {len(taus)} taus")
            raise bad_argument("units", received, "one of each a layer")
        if min(positive("taus", tau) for tau in taus) < 1:
            raise bad_argument("taus", list(taus), "1 step or more each")
        self.sequences = whole_number("sequences", sequences, 1)
        self.steps = whole_number("steps", steps, 1)
        self.meta_prior = not_negative("meta_prior", meta_prior)
        self.taus = [float(tau) for tau in taus]
        self.units = sizes
        self.latents = noises
        recurrent = [_recurrent(n, density, place) for place, n in enumerate(sizes)]
        self.recurrent = nn.ModuleList(recurrent)
        pairs = list(zip(sizes, noises, strict=True))
        self.driven = nn.ModuleList([nn.Linear(z, d, bias=False) for d, z in pairs])
        self.priors = nn.ModuleList([nn.Linear(d, 2 * z, bias=False) for d, z in pairs])
        self.above = nn.ModuleList(
            [nn.Linear(slow, fast, bias=False) for fast, slow in pairwise(sizes)]
        )
        self.readout = nn.Linear(sizes[0], self.features)
        shapes = [(self.sequences, self.steps, 2 * z) for z in noises]
        self.posteriors = nn.ParameterList([torch.zeros(shape) for shape in shapes])

    def forward(self, numbers: Tensor) -> Tensor:
        """Compute the outputs of sequences that were trained on, `[batch, steps, features]`."""
        return self.unfold([a[self._known(numbers)] for a in self.posteriors]).outputs

    def learning_loss(self, numbers: Tensor, sequences: Tensor) -> Tensor:
        """Compute error plus divergence of sequences `[batch, steps, features]`, a mean over them.

        Raises:
            TypeError, ValueError: sequences of another shape or not finite, or numbers there are
                none of.
        """
        known = self._known(numbers)
        shape = len(known), self.steps, self.features
        self._check(sequences, shape)
        unfolded = self.unfold([a[known] for a in self.posteriors])
        return self.loss(unfolded, sequences)

    def loss(self, unfolded: Unfolded, sequences: Tensor) -> Tensor:
        """Compute `mean over sequences of Σ_t (½‖error‖² + w · KL)`."""
        error = (unfolded.outputs - sequences).square().sum() / 2
        total = error + self.meta_prior * unfolded.divergence.sum()
        return total / max(len(sequences), 1)

    def unfold(self, posteriors: Sequence[Tensor], ahead: int = 0) -> Unfolded:
        """Run over time with posteriors A `[batch, steps, 2 latents]` of each layer.

        Args:
            posteriors: A of each layer; their steps are those of the run.
            ahead: more steps, in which z is drawn from the prior.
        """
        batch, steps = posteriors[0].shape[:2]
        states = [posteriors[0].new_zeros(batch, n) for n in self.units]
        outputs: list[Tensor] = []
        divergences: list[Tensor] = []
        for t in range(steps + whole_number("ahead", ahead)):
            now = [a[:, t] if t < steps else None for a in posteriors]
            states, divergence = self._step(states, now, first=t == 0)
            outputs.append(self.readout(torch.tanh(states[0])))
            divergences.append(divergence)
        return Unfolded(torch.stack(outputs, 1), torch.stack(divergences, 2))

    def predict(
        self, seen: Tensor, ahead: int, *, updates: int = 50, learning_rate: float = 0.1
    ) -> Tensor:
        """Error regression: find the posteriors of what was seen, weights fixed, then go on.

        Args:
            seen: `[batch, steps, features]`.
            ahead: steps to predict.
            updates: of the posteriors, by Adam.
            learning_rate: of these.

        Returns:
            The steps after those seen, `[batch, ahead, features]`.
        """
        self._check(seen, (*seen.shape[:2], self.features))
        positive("learning_rate", learning_rate)
        batch, steps = seen.shape[:2]
        fitted = [
            seen.new_zeros(batch, steps, 2 * n).requires_grad_() for n in self.latents
        ]
        optimizer = torch.optim.Adam(fitted, learning_rate)
        for _ in range(whole_number("updates", updates)):
            loss = self.loss(self.unfold(fitted), seen)
            slopes = torch.autograd.grad(loss, fitted)
            for a, slope in zip(fitted, slopes, strict=True):
                a.grad = slope
            optimizer.step()
        with torch.no_grad():
            return self.unfold(fitted, ahead).outputs[:, steps:]

    def _step(
        self, states: list[Tensor], posteriors: Sequence[Tensor | None], first: bool
    ) -> tuple[list[Tensor], Tensor]:
        """Bring all layers one step forward; also the divergence of each, `[layers, batch]`."""
        before = [torch.tanh(h) for h in states]
        after: list[Tensor] = []
        divergences: list[Tensor] = []
        for place, (h, d, a) in enumerate(zip(states, before, posteriors, strict=True)):
            drive = self.priors[place](torch.zeros_like(d) if first else d)
            z, divergence = _drawn(drive, a)
            total = self.recurrent[place](d) + self.driven[place](z)
            if place + 1 < len(states):
                total = total + self.above[place](before[place + 1])
            tau = self.taus[place]
            after.append((1 - 1 / tau) * h + total / tau)
            divergences.append(divergence)
        return after, torch.stack(divergences)

    def _known(self, numbers: Tensor) -> Tensor:
        if not isinstance(numbers, Tensor) or numbers.is_floating_point():
            kind = Said(str(getattr(numbers, "dtype", type(numbers).__name__)))
            raise bad_type("numbers", kind, "whole numbers of sequences, a tensor [batch]")
        span = f"0..{self.sequences - 1}, [batch]"
        if numbers.ndim != 1:
            raise bad_argument("numbers", Said(f"shape {list(numbers.shape)}"), span)
        if (
            len(numbers)
            and not 0 <= int(numbers.min()) <= int(numbers.max()) < self.sequences
        ):
            received = Said(f"{int(numbers.min())}..{int(numbers.max())}")
            raise bad_argument("numbers", received, span)
        return numbers

    def _check(self, sequences: Tensor, shape: tuple[int, ...]) -> None:
        if not isinstance(sequences, Tensor) or sequences.shape != shape:
            received = Said(f"shape {list(getattr(sequences, 'shape', []))}")
            raise bad_argument("sequences", received, str(list(shape)))
        check_inputs(sequences.flatten(1), shape[1] * shape[2], "sequences")

    def extra_repr(self) -> str:
        """What print shows beside the layers."""
        return f"taus={self.taus}, meta_prior={self.meta_prior:g}"


def _recurrent(units: int, density: float | None, seed: int) -> nn.Module:
    if density is None:
        return nn.Linear(units, units)
    return SparseLinear(units, units, density, rng=seed)


def _drawn(drive: Tensor, posterior: Tensor | None) -> tuple[Tensor, Tensor]:
    """Draw z of the posterior, or of the prior where there is none; also their divergence."""
    prior, wide = _gaussian(drive)
    if posterior is None:
        return prior + wide * torch.randn_like(wide), prior.new_zeros(len(prior))
    mean, deviation = _gaussian(drive + posterior)
    z = mean + deviation * torch.randn_like(deviation)
    return z, gaussian_divergence(mean, deviation, prior, wide).sum(1)


def _gaussian(drive: Tensor) -> tuple[Tensor, Tensor]:
    mean, logarithm = drive.chunk(2, -1)
    return torch.tanh(mean), torch.exp(logarithm)
