"""Which latents of a sample are on: rules with a number of winners, as small objects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from torch import Tensor

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.autoencoders.code import Code, Scores
from neurosparse.models.autoencoders.net import Net


class Selected(NamedTuple):
    """What a selection gives while a net learns.

    Attributes:
        code: latents that are on.
        beside: what losses of this selection read, by name.
    """

    code: Code
    beside: Mapping[str, Any] = MappingProxyType({})


class Selection:
    """What every rule shares; a rule of one's own gives at least `select`.

    A selection holds no numbers that learn: they stand in the net, `net.rule`, by the names that
    `learns` and `keeps` give.
    """

    tied = False
    bias_learns = True

    def check(self, d: int, n: int) -> None:
        """Refuse a net that the rule cannot work in."""

    def learns(self, n: int) -> dict[str, Tensor]:
        """Parameters of the rule at the start, by name."""
        return {}

    def keeps(self, n: int) -> dict[str, Tensor]:
        """Numbers that the rule keeps between batches, by name."""
        return {}

    def select(self, scores: Scores, net: Net) -> Selected:
        """Choose latents for a batch to learn from."""
        raise NotImplementedError

    def infer(self, scores: Scores, net: Net) -> Code:
        """Choose latents for samples that are only looked at."""
        return self.select(scores, net).code

    def looked(self, code: Code, net: Net) -> None:
        """Take note of a batch that the net learns from."""

    def stepped(self, net: Net) -> None:
        """Mend what an optimiser's step did to the rule's own parameters."""


def _rectified(code: Code) -> Code:
    return code.with_values(code.values.relu())


def _check_k(k: float, n: int) -> None:
    if k > n:
        raise bad_argument("k", k, f"at most {n}, the latents of the net")


@dataclass(frozen=True)
class TopK(Selection):
    """The k largest scores of each sample, those below 0 cut to 0.

    Of equal scores the higher index wins.

    Args:
        k: winners a sample.

    Source: Gao et al. 2024, "Scaling and evaluating sparse autoencoders", arXiv:2406.04093.

    >>> from neurosparse.models import Sae
    >>> Sae(3, 5, select=TopK(2), rng=0).encode(torch.eye(3)).counts.max()
    np.int64(2)
    """

    k: int = 32

    def __post_init__(self) -> None:
        whole_number("k", self.k, 1)

    def check(self, d: int, n: int) -> None:
        """Refuse more winners than there are latents."""
        _check_k(self.k, n)

    def select(self, scores: Scores, net: Net) -> Selected:
        """Take the k largest and cut them at 0."""
        return Selected(_rectified(scores.largest_rows(self.k)))


@dataclass(frozen=True)
class KSparse(Selection):
    """The k largest scores as they are, negative ones too, of an encoder that is the decoder.

    Args:
        k: winners a sample.
        first_k: winners of the first batch, from which k is reached along a line.
        batches: over which it is reached.
        test_factor: by which k grows where samples are only looked at.

    Source: Makhzani & Frey 2014, "k-sparse autoencoders", arXiv:1312.5663.
    """

    k: int = 32
    first_k: int | None = None
    batches: int = 0
    test_factor: float = 1.0

    tied = True

    def __post_init__(self) -> None:
        whole_number("k", self.k, 1)
        whole_number("batches", self.batches)
        positive("test_factor", self.test_factor)
        if self.first_k is not None:
            whole_number("first_k", self.first_k, self.k)

    def check(self, d: int, n: int) -> None:
        """Refuse more winners than there are latents."""
        _check_k(max(self.k * self.test_factor, self.first_k or 0), n)

    def select(self, scores: Scores, net: Net) -> Selected:
        """Take the k largest of this moment."""
        left = max(0.0, 1 - int(net.batches) / max(self.batches, 1))
        more = 0 if self.first_k is None else round((self.first_k - self.k) * left)
        return Selected(scores.largest_rows(self.k + more))

    def infer(self, scores: Scores, net: Net) -> Code:
        """Take the k·test_factor largest."""
        return scores.largest_rows(round(self.k * self.test_factor))


@dataclass(frozen=True)
class AbsTopK(Selection):
    """The k scores of largest size of each sample, with their signs.

    One latent stands for a direction and for its opposite.

    Args:
        k: winners a sample.

    Source: "AbsTopK: rethinking sparse autoencoders for bidirectional features", 2025,
    arXiv:2510.00404.
    """

    k: int = 32

    def __post_init__(self) -> None:
        whole_number("k", self.k, 1)

    def check(self, d: int, n: int) -> None:
        """Refuse more winners than there are latents."""
        _check_k(self.k, n)

    def select(self, scores: Scores, net: Net) -> Selected:
        """Take the k largest in size."""
        return Selected(scores.largest_rows(self.k, lambda h, first: h.abs()))


@dataclass(frozen=True)
class BatchTopK(Selection):
    """The k·batch largest positive scores of a whole batch, so that samples may have more or fewer.

    Samples that are only looked at have all scores above a threshold: the running mean of the
    smallest score that was kept in a batch.

    Args:
        k: winners a sample in the mean, also a fraction.
        keep: share of the threshold that a batch leaves as it was.

    Source: Bussmann et al. 2024, "BatchTopK sparse autoencoders", arXiv:2412.06410. It is Mutual
    Choice of Ayonrinde 2024, arXiv:2411.02124.
    """

    k: float = 32.0
    keep: float = 0.999

    def __post_init__(self) -> None:
        positive("k", self.k)
        not_negative("keep", self.keep)

    def check(self, d: int, n: int) -> None:
        """Refuse more winners than there are latents."""
        _check_k(self.k, n)

    def keeps(self, n: int) -> dict[str, Tensor]:
        """The threshold; below 0 before the first batch."""
        return {"threshold": torch.tensor(-1.0)}

    def select(self, scores: Scores, net: Net) -> Selected:
        """Take the best pairs of the batch."""
        return Selected(scores.largest_pairs(int(self.k * len(scores.x))))

    def infer(self, scores: Scores, net: Net) -> Code:
        """Take what is above the threshold."""
        return scores.above(net.rule["threshold"].clamp(min=0.0))

    def looked(self, code: Code, net: Net) -> None:
        """Follow the smallest score of the batch."""
        if len(code.values):
            _follow(net.rule["threshold"], code.values.detach().min(), self.keep)


def _follow(mean: Tensor, value: Tensor, keep: float) -> None:
    """Move running means towards values; one below 0 has none yet."""
    moved = torch.where(mean < 0, value, keep * mean + (1 - keep) * value)
    mean.copy_(moved)


@dataclass(frozen=True)
class FeatureChoice(Selection):
    """Each latent keeps its best samples of a batch: none can die.

    Latent i keeps m_i samples, `Σ m_i = k·batch`, equally many or by a law of Zipf in the rank of
    how often a latent fired. Samples that are only looked at have what is above the running mean of
    each latent's smallest kept score.

    Args:
        k: latents a sample in the mean, also a fraction.
        exponent: of the law; 0 gives all latents equally many samples.
        keep: share of the thresholds that a batch leaves as they were.

    Source: Ayonrinde 2024, "Adaptive sparse allocation with mutual choice and feature choice sparse
    autoencoders", arXiv:2411.02124. The exponent of the paper was not to be had.
    """

    k: float = 32.0
    exponent: float = 0.0
    keep: float = 0.999

    def __post_init__(self) -> None:
        positive("k", self.k)
        not_negative("exponent", self.exponent)
        not_negative("keep", self.keep)

    def check(self, d: int, n: int) -> None:
        """Refuse more winners than there are latents."""
        _check_k(self.k, n)

    def keeps(self, n: int) -> dict[str, Tensor]:
        """A threshold for each latent, below 0 before it kept a sample."""
        return {"threshold": torch.full((n,), -1.0)}

    def budgets(self, samples: int, fired: Tensor) -> Tensor:
        """Samples that each latent may keep of a batch, int64 `[n]`.

        >>> FeatureChoice(1.0).budgets(4, torch.zeros(2)).tolist()
        [2, 2]
        """
        n = len(fired)
        order = torch.argsort(fired, descending=True, stable=True)
        rank = torch.empty(n, dtype=torch.float64)
        rank[order] = torch.arange(1, n + 1, dtype=torch.float64)
        share = rank**-self.exponent
        exact = share / share.sum() * int(self.k * samples)
        counts = exact.floor()
        left = int(self.k * samples) - int(counts.sum())
        counts[torch.argsort(counts - exact, stable=True)[:left]] += 1
        return counts.long().clamp(max=samples)

    def select(self, scores: Scores, net: Net) -> Selected:
        """Let each latent take its samples."""
        counts = self.budgets(len(scores.x), net.fired.cpu())
        return Selected(scores.largest_samples(counts.to(scores.x.device)))

    def infer(self, scores: Scores, net: Net) -> Code:
        """Take what is above the thresholds."""
        return scores.above(net.rule["threshold"].clamp(min=0.0))

    def looked(self, code: Code, net: Net) -> None:
        """Follow the smallest score that each latent kept."""
        threshold = net.rule["threshold"]
        least = torch.full_like(threshold, torch.inf)
        values = code.values.detach()
        least.scatter_reduce_(0, code.indices.long(), values, "amin")
        seen = least < torch.inf
        moved = threshold[seen]
        _follow(moved, least[seen], self.keep)
        threshold[seen] = moved


@dataclass(frozen=True)
class GradientTopK(Selection):
    """The k latents that matter most to a loss: `z (1 + β |decoder g|)` ranks, z is kept.

    g is the slope of a model's loss to what is encoded. Samples that are only looked at have the k
    largest z.

    Args:
        k: winners a sample.
        slope: function of a batch `[batch, d]` that gives g, of the same shape.
        beta: weight of the slope; infinity ranks by `z |decoder g|`.

    Source: Olmo et al. 2024, "Features that make a difference", arXiv:2411.10397; the additive form
    is read out of a summary of it.
    """

    k: int = 32
    slope: Callable[[Tensor], Tensor] = field(default=torch.zeros_like)
    beta: float = 1.0

    def __post_init__(self) -> None:
        whole_number("k", self.k, 1)
        if not self.beta >= 0:
            raise bad_argument("beta", self.beta, "a number, 0 or more, or infinity")

    def check(self, d: int, n: int) -> None:
        """Refuse more winners than there are latents."""
        _check_k(self.k, n)

    def rank(self, z: Tensor, effect: Tensor) -> Tensor:
        """Give what is compared, of activations and `|decoder g|`, both `[batch, n]`."""
        if self.beta == torch.inf:
            return z * effect
        return z * (1 + self.beta * effect)

    def select(self, scores: Scores, net: Net) -> Selected:
        """Take the k that rank highest."""
        slopes = self.slope(scores.x).detach()
        if slopes.shape != scores.x.shape:
            received = Said(f"slopes of shape {list(slopes.shape)}")
            raise bad_argument("slope", received, f"{list(scores.x.shape)}, as the batch")
        rows = net.decoder.detach()

        def rank(h: Tensor, first: int) -> Tensor:
            effect = (slopes[first : first + len(h)] @ rows.T).abs()
            return self.rank(h.relu(), effect)

        return Selected(_rectified(scores.largest_rows(self.k, rank)))

    def infer(self, scores: Scores, net: Net) -> Code:
        """Take the k largest."""
        return _rectified(scores.largest_rows(self.k))
